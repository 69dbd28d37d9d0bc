import { fc, test } from '@fast-check/vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { FeatureFile } from '../feature-file.ts'
import { makeRandom } from '../random.ts'
import { rankSimilar } from './rank-similar.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-similar-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hashOf = (n: number): string => n.toString(16).padStart(64, '0')
const dim = 16
let files = 0

/** `count` images in the file in a shuffled order, each with features of its own. */
function drawn(count: number, seed: number): { file: FeatureFile; features: Map<string, number[]> } {
  const random = makeRandom(seed)
  const file = FeatureFile.open(join(folder, `${files++}.features`), dim)
  const rows = Array.from({ length: count }, (_, n) => ({
    hash: hashOf(n),
    features: Float32Array.from({ length: dim }, () => random() - 0.3),
    draw: random(),
  }))
  file.append(rows.toSorted((one, other) => one.draw - other.draw))
  return { file, features: new Map(rows.map(({ hash, features }) => [hash, [...features]])) }
}
const dot = (one: readonly number[], other: readonly number[]): number => one.reduce((sum, value, i) => sum + value * other[i]!, 0)
const cosine = (one: readonly number[], other: readonly number[]): number => dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other))
const never = new AbortController().signal

test.prop([fc.integer({ min: 1, max: 60 }), fc.integer(), fc.integer({ min: 1, max: 70 })], { numRuns: 40 })(
  'the nearest photos are those that comparing each one by itself finds, in the same order',
  async (count, seed, atMost) => {
    const { file, features } = drawn(count, seed)
    const hashes = [...features.keys(), hashOf(1000)]
    const hash = hashes[Math.abs(seed) % count]!
    const ranked = await rankSimilar(file, { hash, hashes, atMost }, never)
    if (ranked.state !== 'ranked') throw new Error('it has features')
    const expected = [...features]
      .map(([other, own]) => ({ other, cosine: cosine(own, features.get(hash)!) }))
      .toSorted((one, two) => two.cosine - one.cosine)
      .slice(0, atMost)
    expect(ranked.missing).toBe(1)
    expect(ranked.similarity).toHaveLength(expected.length)
    for (const [at, { cosine }] of expected.entries()) {
      expect(ranked.similarity[at]).toBeCloseTo(cosine, 5)
      expect(cosineOf(features, hashes[ranked.order[at]!]!, hash)).toBeCloseTo(cosine, 5)
    }
    expect(hashes[ranked.order[0]!]).toBe(hash)
  },
)
const cosineOf = (features: Map<string, number[]>, one: string, other: string): number => cosine(features.get(one)!, features.get(other)!)

test('a photo that no network has looked at is compared with nothing', async () => {
  const { file } = drawn(3, 1)
  expect(await rankSimilar(file, { hash: hashOf(9), hashes: [hashOf(0), hashOf(9)], atMost: 9 }, never)).toEqual({
    state: 'unseen',
    missing: 1,
  })
})

test('ends in the middle of the file when it is cancelled', async () => {
  const { file, features } = drawn(5000, 2)
  const abort = new AbortController()
  const ranked = rankSimilar(file, { hash: hashOf(0), hashes: [...features.keys()], atMost: 9 }, abort.signal)
  abort.abort(new Error('not wanted any more'))
  await expect(ranked).rejects.toThrow('not wanted any more')
})
