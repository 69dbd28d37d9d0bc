import { fc, test } from '@fast-check/vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test as plain } from 'vitest'
import { FeatureFile } from '../feature-file.ts'
import { makeRandom } from '../random.ts'
import { Turns } from '../turns.ts'
import { findNearPairs } from './near-pairs.ts'
import { reduceFeatures } from './reduce-features.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-pairs-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hashOf = (n: number): string => n.toString(16).padStart(64, '0')
let files = 0

/** Images around a few centres, some of them very close to one another. */
function drawn(count: number, dim: number, seed: number): { file: FeatureFile; hashes: string[]; rows: Float32Array[] } {
  const random = makeRandom(seed)
  const centres = Array.from({ length: 5 }, () => Float32Array.from({ length: dim }, () => random()))
  const rows = Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * centres.length)]!
    const spread = random() < 0.5 ? 0.1 : 0.9
    return centre.map((value) => Math.max(0, value + spread * (random() - 0.5)))
  })
  const file = FeatureFile.open(join(folder, `${files++}.features`), dim)
  const hashes = rows.map((_, n) => hashOf(n))
  file.append(rows.map((features, n) => ({ hash: hashes[n]!, features })).toReversed())
  return { file, hashes, rows }
}
function cosine(one: Float32Array, other: Float32Array): number {
  let [product, first, second] = [0, 0, 0]
  for (const [i, value] of one.entries()) {
    product += value * other[i]!
    first += value * value
    second += other[i]! * other[i]!
  }
  return product / Math.sqrt(first * second)
}
const quiet = () => ({ signal: new AbortController().signal, emit: () => undefined })

test.prop([fc.integer({ min: 2, max: 90 }), fc.constantFrom(8, 60, 130), fc.integer()], { numRuns: 15 })(
  'pairs are those that comparing every photo with every other one finds',
  async (count, dim, seed) => {
    const { file, hashes, rows } = drawn(count, dim, seed)
    const { pairs, similarity, missing } = await findNearPairs(file, { hashes: [...hashes, hashOf(5000)], atLeast: 0.95 }, quiet())
    expect(missing).toBe(1)
    const found = new Map(Array.from(similarity, (value, at) => [`${pairs[2 * at]} ${pairs[2 * at + 1]}`, value]))
    for (let one = 0; one < count; one++)
      for (let other = one + 1; other < count; other++) {
        const expected = cosine(rows[one]!, rows[other]!)
        const own = found.get(`${one} ${other}`)
        // At the threshold itself rounding decides.
        if (Math.abs(expected - 0.95) < 1e-5) continue
        if (expected < 0.95) expect(own).toBeUndefined()
        else expect(own).toBeCloseTo(expected, 5)
      }
  },
)

plain('a picture that is there five hundred times is one group, although not each pair is told', async () => {
  const file = FeatureFile.open(join(folder, 'many.features'), 16)
  const random = makeRandom(3)
  const hashes = Array.from({ length: 600 }, (_, n) => hashOf(n))
  const one = Float32Array.from({ length: 16 }, () => random())
  file.append(hashes.map((hash, n) => ({ hash, features: n < 500 ? one : Float32Array.from({ length: 16 }, () => random() - 0.5) })))
  const { pairs } = await findNearPairs(file, { hashes, atLeast: 0.9999 }, quiet())
  const parent = Array.from({ length: 500 }, (_, n) => n)
  const root = (n: number): number => (parent[n] === n ? n : root(parent[n]!))
  for (let at = 0; at < pairs.length; at += 2) parent[root(pairs[at]!)] = root(pairs[at + 1]!)
  expect(new Set(parent.map((_, n) => root(n))).size).toBe(1)
})

plain('copies are found among hundreds of photos of the same kind of thing, which are all close once they are reduced', async () => {
  const [photos, dim] = [350, 130]
  const random = makeRandom(5)
  const noise = (spread: number) => Float32Array.from({ length: dim }, () => spread * (random() - 0.5))
  const originals = Array.from({ length: photos }, () => noise(1.7).map((value) => 1 + value))
  const copies = originals.map((original) => {
    const change = noise(1)
    return original.map((value, i) => value + change[i]!)
  })
  const file = FeatureFile.open(join(folder, 'alike.features'), dim)
  const hashes = [...originals, ...copies].map((_, n) => hashOf(n))
  file.append([...originals, ...copies].map((features, n) => ({ hash: hashes[n]!, features })))
  const { pairs } = await findNearPairs(file, { hashes, atLeast: 0.88 }, quiet())
  const found = new Set(Array.from({ length: pairs.length / 2 }, (_, at) => `${pairs[2 * at]} ${pairs[2 * at + 1]}`))
  const wanted = originals.flatMap((original, n) => (cosine(original, copies[n]!) >= 0.8801 ? [`${n} ${n + photos}`] : []))
  expect(wanted.length).toBeGreaterThan(photos * 0.9)
  expect(wanted.filter((pair) => !found.has(pair))).toEqual([])
})

plain('tells how far it is, never going back, and ends when it is cancelled', async () => {
  const { file, hashes } = drawn(900, 64, 1)
  const told: number[] = []
  await findNearPairs(file, { hashes, atLeast: 0.99 }, { signal: new AbortController().signal, emit: ({ done }) => void told.push(done) })
  expect(told).toEqual(told.toSorted((one, other) => one - other))
  expect(told.at(-1)).toBe(1800)
  const abort = new AbortController()
  const cancelled = findNearPairs(file, { hashes, atLeast: 0.5 }, { signal: abort.signal, emit: () => abort.abort(new Error('enough')) })
  await expect(cancelled).rejects.toThrow('enough')
})

plain('reduced features keep what is close, lie along the directions of largest spread, and are the same each time', async () => {
  const { file, hashes, rows } = drawn(300, 64, 9)
  const turns = new Turns(new AbortController().signal)
  const reduced = await reduceFeatures(file, hashes, { dim: 8, seed: 4, turns })
  expect(reduced).toEqual(await reduceFeatures(file, hashes, { dim: 8, seed: 4, turns }))
  const spread = Array.from({ length: 8 }, (_, at) => hashes.reduce((sum, _, row) => sum + reduced.rows[row * 8 + at]! ** 2, 0))
  for (let at = 1; at < 8; at++) expect(spread[at]!).toBeLessThanOrEqual(spread[at - 1]! * 1.05)
  for (let row = 1; row < 50; row++) {
    const far = Math.sqrt(2 - 2 * cosine(rows[0]!, rows[row]!))
    const near = Math.hypot(...Array.from({ length: 8 }, (_, at) => reduced.rows[at]! - reduced.rows[row * 8 + at]!))
    expect(near).toBeLessThanOrEqual(far + 1e-5)
  }
})
