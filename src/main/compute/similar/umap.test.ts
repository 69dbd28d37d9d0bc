import { fc, test } from '@fast-check/vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test as plain } from 'vitest'
import { FeatureFile } from '../feature-file.ts'
import { makeRandom } from '../random.ts'
import { Turns } from '../turns.ts'
import { layOutMap } from './lay-out-map.ts'
import { nearestNeighbours } from './nearest-neighbours.ts'
import { fuzzyGraph } from './umap.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-map-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const turns = () => new Turns(new AbortController().signal)
const never = () => ({ signal: new AbortController().signal, emit: () => undefined })
const hashOf = (n: number): string => ((n * 7919) % 65_536).toString(16).padStart(4, '0').repeat(16)

/** Rows around so many centres. */
function clustered(count: number, dim: number, centres: number, seed: number): Float32Array {
  const random = makeRandom(seed)
  const middles = Array.from({ length: centres }, () => Float32Array.from({ length: dim }, () => 4 * random()))
  const rows = new Float32Array(count * dim)
  for (let row = 0; row < count; row++) for (let i = 0; i < dim; i++) rows[row * dim + i] = middles[row % centres]![i]! + random()
  return rows
}
function trueNearest(rows: Float32Array, dim: number, row: number, k: number): number[] {
  const far = Array.from({ length: rows.length / dim }, (_, other) => {
    let sum = 0
    for (let i = 0; i < dim; i++) sum += (rows[row * dim + i]! - rows[other * dim + i]!) ** 2
    return { other, sum }
  })
  return far
    .filter(({ other }) => other !== row)
    .toSorted((one, other) => one.sum - other.sum)
    .slice(0, k)
    .map(({ other }) => other)
}

test.prop([fc.integer({ min: 2, max: 200 }), fc.integer({ min: 1, max: 20 }), fc.integer()], { numRuns: 15 })(
  'the neighbours of a few photos are the true ones',
  async (count, k, seed) => {
    const rows = clustered(count, 6, 4, seed)
    const found = await nearestNeighbours(rows, { dim: 6, k, seed: 1, turns: turns() })
    expect(found.k).toBe(Math.min(k, count - 1))
    for (let row = 0; row < count; row += 7)
      expect([...found.indices.subarray(row * found.k, (row + 1) * found.k)]).toEqual(trueNearest(rows, 6, row, found.k))
  },
)

plain(
  'of many photos each has as many neighbours as were asked for, none of them itself or twice, also where the nearest cells hold fewer',
  async () => {
    const [count, dim, k] = [3100, 2, 1200]
    const found = await nearestNeighbours(clustered(count, dim, 40, 3), { dim, k, seed: 1, turns: turns() })
    for (let row = 0; row < count; row += 100) {
      const own = found.indices.subarray(row * k, (row + 1) * k)
      expect([new Set(own).size, own.includes(row)]).toEqual([k, false])
    }
  },
)

plain('of many photos nearly all neighbours are the true ones, and the same each time', { timeout: 60_000 }, async () => {
  const [count, dim, k] = [4000, 20, 15]
  const rows = clustered(count, dim, 40, 3)
  const found = await nearestNeighbours(rows, { dim, k, seed: 1, turns: turns() })
  expect(found).toEqual(await nearestNeighbours(rows, { dim, k, seed: 1, turns: turns() }))
  let right = 0
  let asked = 0
  for (let row = 0; row < count; row += 60) {
    const own = new Set(found.indices.subarray(row * k, (row + 1) * k))
    right += trueNearest(rows, dim, row, k).filter((other) => own.has(other)).length
    asked += k
  }
  expect(right / asked).toBeGreaterThan(0.95)
})

test.prop([fc.integer({ min: 3, max: 80 }), fc.integer()], { numRuns: 15 })(
  'how surely two photos belong together is the same seen from both, above 0 and at most 1',
  async (count, seed) => {
    const graph = fuzzyGraph(await nearestNeighbours(clustered(count, 5, 3, seed), { dim: 5, k: 10, seed: 1, turns: turns() }))
    const seen = new Map<string, number>()
    for (const [at, weight] of graph.weights.entries()) {
      const name = `${graph.from[at]} ${graph.to[at]}`
      expect(seen.has(name)).toBe(false)
      seen.set(name, weight)
      expect(weight).toBeGreaterThanOrEqual(0)
      expect(weight).toBeLessThanOrEqual(1)
    }
    for (const [name, weight] of seen) expect(seen.get(name.split(' ').reverse().join(' '))).toBe(weight)
  },
)

/** Features of photos of so many kinds, in the order of `order`. */
function fileOf(rows: Float32Array, dim: number, order: readonly number[], name: string): { file: FeatureFile; hashes: string[] } {
  const file = FeatureFile.open(join(folder, name), dim)
  file.append(order.map((row) => ({ hash: hashOf(row), features: rows.slice(row * dim, (row + 1) * dim) })))
  return { file, hashes: order.map(hashOf) }
}

plain(
  'photos of one kind lie together on the map, which does not depend on the order in which they were added',
  { timeout: 60_000 },
  async () => {
    const [count, dim, kinds] = [400, 24, 5]
    const rows = clustered(count, dim, kinds, 8)
    const order = Array.from({ length: count }, (_, row) => row)
    const one = fileOf(rows, dim, order, 'one')
    const other = fileOf(rows, dim, order.toReversed(), 'other')
    const map = await layOutMap(one.file, { hashes: one.hashes }, never())
    expect(await layOutMap(other.file, { hashes: other.hashes }, never())).toEqual(map)
    const rowOf = new Map(order.map((row) => [hashOf(row), row]))
    const kinded = map.hashes.map((hash) => rowOf.get(hash)! % kinds)
    let right = 0
    for (let row = 0; row < count; row++)
      right += trueNearest(map.positions, 2, row, 5).filter((near) => kinded[near] === kinded[row]).length
    expect(right / (count * 5)).toBeGreaterThan(0.97)
    expect(map.positions.every(Number.isFinite)).toBe(true)
  },
)

plain('photos that are all the same, two photos, and one have a map too', async () => {
  for (const count of [1, 2, 3, 40]) {
    const { file, hashes } = fileOf(
      new Float32Array(count * 8).fill(0.5),
      8,
      Array.from({ length: count }, (_, row) => row),
      `same ${count}`,
    )
    const { positions } = await layOutMap(file, { hashes }, never())
    expect(positions).toHaveLength(count * 2)
    expect(positions.every(Number.isFinite)).toBe(true)
  }
})

plain('a map that is cancelled ends at once', async () => {
  const rows = clustered(900, 16, 4, 2)
  const { file, hashes } = fileOf(
    rows,
    16,
    Array.from({ length: 900 }, (_, row) => row),
    'cancelled',
  )
  const abort = new AbortController()
  const emit = ({ step }: { step: string }) => step === 'placing' && abort.abort(new Error('enough'))
  await expect(layOutMap(file, { hashes }, { signal: abort.signal, emit })).rejects.toThrow('enough')
})
