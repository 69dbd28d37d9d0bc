import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { FeatureFile } from '../feature-file.ts'
import { Turns } from '../turns.ts'
import { dot } from './dot.ts'
import { normalised, reduceFeatures } from './reduce-features.ts'

const reducedDim = 48
/** Pairs whose features are compared whole in one go: at most 20 MB. */
const pairsAtOnce = 2000
/** A picture may be there a thousand times; so many pairs of each image are enough to join all of them. */
const pairsOfOne = 64

/** Two of the images, by their places. */
interface Pair {
  readonly one: number
  readonly other: number
}

/**
 * All pairs of images whose features have a cosine of `atLeast` or more, by places in `hashes`, the lower one first; of an image with more than 64 of
 * them, only some. Those without features are counted as `missing`. Progress counts images, twice: read, then compared. Throws the signal's reason.
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

/** Pairs of rows whose squared distance is at most `within`, found by going along the direction in which rows spread most. */
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
  const reach = Math.sqrt(within)
  const pairs: Pair[] = []
  for (let at = 0; at < count; at++) {
    if ((at & 63) === 0) {
      await turns.give(false)
      onProgress(at)
    }
    let found = 0
    for (let other = at + 1; other < count && found < pairsOfOne; other++) {
      if (sorted[other * dim]! - sorted[at * dim]! > reach) break
      if (!isWithin(sorted, at * dim, other * dim, dim, within)) continue
      found += 1
      pairs.push({ one: order[at]!, other: order[other]! })
    }
  }
  onProgress(count)
  return pairs
}

/** The first numbers differ most: far rows are told apart after few of them. */
function isWithin(rows: Float32Array, one: number, other: number, dim: number, within: number): boolean {
  let sum = 0
  for (let i = 0; i < dim; i++) {
    const difference = rows[one + i]! - rows[other + i]!
    sum += difference * difference
    if (sum > within) return false
  }
  return true
}

function cosinesOf(file: FeatureFile, hashes: readonly string[], pairs: readonly Pair[]): number[] {
  const needed = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))]
  const rowOf = new Map(needed.map((image, row) => [image, row]))
  const rows = normalised(file.gather(needed.map((image) => hashes[image]!)), file.dim)
  const row = (image: number): Float32Array => rows.subarray(rowOf.get(image)! * file.dim, (rowOf.get(image)! + 1) * file.dim)
  return pairs.map(({ one, other }) => dot(row(one), row(other)))
}
