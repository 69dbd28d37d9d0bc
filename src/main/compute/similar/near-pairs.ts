import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { FeatureFile } from '../feature-file.ts'
import { Turns } from '../turns.ts'
import { dot } from '../dot.ts'
import { normalised, reduceFeatures } from './reduce-features.ts'
import { squaredWithin } from './squared-within.ts'

const reducedDim = 48
/** Pairs whose features are compared whole in one go: at most 20 MB. */
const pairsAtOnce = 2000
/** A picture may be there a thousand times; so many pairs of each image, the closest ones, are enough to join all of them. */
const pairsOfOne = 64

/** Two of the images, by their places. */
interface Pair {
  readonly one: number
  readonly other: number
}

/**
 * All pairs of images whose features have a cosine of `atLeast` or more, by places in `hashes`, the lower one first; of an image with more than 64 that
 * are close to it even when they are reduced, the closest 64 only. Those without features are counted as `missing`. Progress counts images, twice: read, then compared. Throws the signal's reason.
 *
 * Exact: features that are close stay close when they are reduced, so that whatever is far apart there, already in the first numbers, cannot be a pair.
 */
export async function findNearPairs(
  file: FeatureFile,
  { hashes, atLeast }: Omit<TrainingTasks['nearPairs']['input'], 'cache'>,
  { signal, emit }: { signal: AbortSignal; emit: (event: TrainingTasks['nearPairs']['event']) => void },
): Promise<TrainingTasks['nearPairs']['result']> {
  const turns = new Turns(signal)
  const present = file.inFileOrder(hashes)
  const own = Array.from(present, (place) => hashes[place]!)
  const total = own.length * 2
  if (own.length < 2) return { pairs: new Uint32Array(0), similarity: new Float32Array(0), missing: hashes.length - own.length }
  const reduced = await reduceFeatures(file, own, { dim: reducedDim, seed: 1, turns, onProgress: (done) => emit({ done, total }) })
  // |x - y|^2 = 2 - 2 cos for rows that are one long.
  const within = 2 - 2 * atLeast + 1e-6
  const candidates = await findCandidates(reduced.rows, reduced.dim, {
    within,
    turns,
    onProgress: (done) => emit({ done: own.length + done, total }),
  })
  const pairs: number[] = []
  const similarity: number[] = []
  for (let from = 0; from < candidates.length; from += pairsAtOnce) {
    await turns.give(false)
    const part = candidates.slice(from, from + pairsAtOnce)
    for (const [at, cosine] of cosinesOf(file, own, part).entries()) {
      if (cosine < atLeast) continue
      const { one, other } = part[at]!
      const [first, second] = [present[one]!, present[other]!]
      pairs.push(Math.min(first, second), Math.max(first, second))
      similarity.push(cosine)
    }
  }
  await turns.give(true)
  return { pairs: Uint32Array.from(pairs), similarity: Float32Array.from(similarity), missing: hashes.length - own.length }
}

/**
 * Pairs of rows whose squared distance is at most `within`, found by going along the direction in which rows spread most: of each row with those behind
 * it, the closest ones. Where all photos show the same kind of thing, thousands are within reach of each, and a copy is not the first one met.
 */
async function findCandidates(
  rows: Float32Array,
  dim: number,
  { within, turns, onProgress }: { within: number; turns: Turns; onProgress: (done: number) => void },
): Promise<Pair[]> {
  const count = rows.length / dim
  const order = Uint32Array.from({ length: count }, (_, row) => row).sort((one, other) => rows[one * dim]! - rows[other * dim]!)
  // Sorted, so that neighbours in the search are neighbours in memory.
  const sorted = new Float32Array(rows.length)
  for (const [place, row] of order.entries()) sorted.set(rows.subarray(row * dim, (row + 1) * dim), place * dim)
  const closest = new Closest(pairsOfOne)
  const pairs: Pair[] = []
  for (let at = 0; at < count; at++) {
    if ((at & 63) === 0) {
      await turns.give(false)
      onProgress(at)
    }
    closest.begin(within)
    for (let other = at + 1; other < count && !closest.isSettled; other++) {
      const gap = sorted[other * dim]! - sorted[at * dim]!
      if (gap * gap > closest.within) break
      closest.offer(other, squaredWithin(sorted, at * dim, sorted, other * dim, dim, closest.within))
    }
    for (const other of closest.places()) pairs.push({ one: order[at]!, other: order[other]! })
  }
  onProgress(count)
  return pairs
}

/** The places with the smallest squared distances of those offered; of equal ones the first. */
class Closest {
  /** A distance beyond this is of no use. */
  within = 0
  readonly #places: Uint32Array
  readonly #distances: Float64Array
  #found = 0

  constructor(count: number) {
    this.#places = new Uint32Array(count)
    this.#distances = new Float64Array(count)
  }

  begin(within: number): void {
    this.within = within
    this.#found = 0
  }

  /** Nothing can be closer than what is there: copies of one picture, byte for byte. */
  get isSettled(): boolean {
    return this.#isFull && this.within === 0
  }

  get #isFull(): boolean {
    return this.#found === this.#places.length
  }

  offer(place: number, distance: number): void {
    if (distance > this.within || (this.#isFull && distance === this.within)) return
    let at = this.#isFull ? this.#found - 1 : this.#found++
    for (; at > 0 && this.#distances[at - 1]! > distance; at--) {
      this.#distances[at] = this.#distances[at - 1]!
      this.#places[at] = this.#places[at - 1]!
    }
    this.#distances[at] = distance
    this.#places[at] = place
    if (this.#isFull) this.within = this.#distances[this.#found - 1]!
  }

  places(): Uint32Array {
    return this.#places.subarray(0, this.#found)
  }
}

function cosinesOf(file: FeatureFile, hashes: readonly string[], pairs: readonly Pair[]): number[] {
  const needed = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))]
  const rowOf = new Map(needed.map((image, row) => [image, row]))
  const rows = normalised(file.gather(needed.map((image) => hashes[image]!)), file.dim)
  const startOf = (image: number): number => rowOf.get(image)! * file.dim
  return pairs.map(({ one, other }) => dot(rows, startOf(one), rows, startOf(other), file.dim))
}
