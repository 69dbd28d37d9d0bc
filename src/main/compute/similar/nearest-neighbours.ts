import { makeRandom } from '../random.ts'
import type { Turns } from '../turns.ts'
import { squaredWithin } from './squared-within.ts'

export interface Neighbours {
  /** Of each row its neighbours, the nearest first, itself left out: row-major [rows, k], places of rows. */
  readonly indices: Uint32Array
  /** Euclidean, in the same order. */
  readonly distances: Float32Array
  readonly k: number
}

/** Up to so many rows each is compared with every other one. */
const comparedWhole = 3000
/** Rows that the centres are found on, and how often they are moved. */
const sampled = 8000
const rounds = 5
/** Cells that are looked through for each row at least: with these about 97 of 100 neighbours are the true ones, on features of photos. */
const cellsSearched = 10

interface Search {
  readonly rows: Float32Array
  readonly dim: number
  readonly k: number
}

/**
 * The `k` nearest rows of each row, fewer only where there are not so many. Rows are sorted into cells around seeded centres (k-means), and each is compared
 * with those of the nearest cells, so that it takes n^1.5 instead of n^2. The same rows give the same answer. Throws the signal's reason.
 */
export async function nearestNeighbours(
  rows: Float32Array,
  { dim, k, seed, turns, onProgress }: { dim: number; k: number; seed: number; turns: Turns; onProgress?: (done: number) => void },
): Promise<Neighbours> {
  const count = rows.length / dim
  const search: Search = { rows, dim, k: Math.min(k, count - 1) }
  const cells = await sortIntoCells(search, { count, seed, turns })
  const indices = new Uint32Array(count * search.k)
  const distances = new Float32Array(count * search.k)
  for (let row = 0; row < count; row++) {
    if ((row & 31) === 0) {
      await turns.give(false)
      onProgress?.(row)
    }
    findNearest(search, row, nearestCells(cells, search, row), { indices, distances })
  }
  onProgress?.(count)
  return { indices, distances, k: search.k }
}

interface Cells {
  readonly centres: Float32Array
  /** Rows of each cell, in their order. */
  readonly members: readonly Uint32Array[]
}

async function sortIntoCells({ rows, dim }: Search, { count, seed, turns }: { count: number; seed: number; turns: Turns }): Promise<Cells> {
  const wanted = count <= comparedWhole ? 1 : Math.round(Math.sqrt(count) / 1.5)
  const random = makeRandom(seed)
  const step = Math.max(1, count / sampled)
  const sample = Uint32Array.from({ length: Math.min(count, sampled) }, (_, n) => Math.floor(n * step))
  const centres = new Float32Array(wanted * dim)
  for (let cell = 0; cell < wanted; cell++) {
    const row = sample[Math.floor(random() * sample.length)]!
    centres.set(rows.subarray(row * dim, (row + 1) * dim), cell * dim)
  }
  if (wanted > 1) for (let round = 0; round < rounds; round++) await moveCentres(centres, sample, { rows, dim, turns })
  const members = Array.from({ length: wanted }, (): number[] => [])
  for (let row = 0; row < count; row++) {
    if ((row & 255) === 0) await turns.give(false)
    members[nearestCentre(centres, rows, row * dim, dim)]!.push(row)
  }
  return { centres, members: members.map((own) => Uint32Array.from(own)) }
}

/** Each centre goes into the middle of the rows that are nearest to it. */
async function moveCentres(
  centres: Float32Array,
  sample: Uint32Array,
  { rows, dim, turns }: { rows: Float32Array; dim: number; turns: Turns },
): Promise<void> {
  const sums = new Float64Array(centres.length)
  const counts = new Uint32Array(centres.length / dim)
  for (const [at, row] of sample.entries()) {
    if ((at & 255) === 0) await turns.give(false)
    const cell = nearestCentre(centres, rows, row * dim, dim)
    counts[cell]! += 1
    for (let i = 0; i < dim; i++) sums[cell * dim + i]! += rows[row * dim + i]!
  }
  for (const [cell, count] of counts.entries())
    if (count > 0) for (let i = 0; i < dim; i++) centres[cell * dim + i] = sums[cell * dim + i]! / count
}

function nearestCentre(centres: Float32Array, rows: Float32Array, at: number, dim: number): number {
  let best = 0
  let nearest = Infinity
  for (let cell = 0; cell * dim < centres.length; cell++) {
    const distance = squaredWithin(centres, cell * dim, rows, at, dim, nearest)
    if (distance < nearest) {
      nearest = distance
      best = cell
    }
  }
  return best
}

/** Members of the nearest cells, the nearest cell first: of as many as hold `k` other rows, where the nearest few do not. */
function nearestCells({ centres, members }: Cells, { rows, dim, k }: Search, row: number): readonly Uint32Array[] {
  if (members.length <= cellsSearched) return members
  const far = Float32Array.from(members, (_, cell) => squaredWithin(centres, cell * dim, rows, row * dim, dim, Infinity))
  const order = Uint32Array.from(members.keys()).sort((one, other) => far[one]! - far[other]! || one - other)
  const nearest: Uint32Array[] = []
  let found = 0
  for (const cell of order) {
    if (nearest.length >= cellsSearched && found > k) break
    nearest.push(members[cell]!)
    found += members[cell]!.length
  }
  return nearest
}

function findNearest(
  { rows, dim, k }: Search,
  row: number,
  cells: readonly Uint32Array[],
  { indices, distances }: { indices: Uint32Array; distances: Float32Array },
): void {
  const from = row * k
  let found = 0
  let worst = Infinity
  for (const members of cells) {
    for (const other of members) {
      if (other === row) continue
      const distance = squaredWithin(rows, row * dim, rows, other * dim, dim, worst)
      if (distance >= worst) continue
      // Into its place among those found so far.
      let place = found < k ? found++ : k - 1
      for (; place > 0 && distances[from + place - 1]! > distance; place--) {
        distances[from + place] = distances[from + place - 1]!
        indices[from + place] = indices[from + place - 1]!
      }
      distances[from + place] = distance
      indices[from + place] = other
      if (found === k) worst = distances[from + k - 1]!
    }
  }
  for (let place = 0; place < k; place++) distances[from + place] = Math.sqrt(distances[from + place]!)
}
