import { dot } from './dot.ts'
import type { Turns } from './turns.ts'

/** Photos to choose from: those that a head is least sure of. */
export interface Candidates {
  /** Row-major [candidates, dim], centred. */
  readonly features: Float32Array
  /** Row-major [candidates, classCount]. */
  readonly probabilities: Float32Array
  readonly dim: number
  readonly classCount: number
}

/**
 * Which candidates teach most when they are labelled together, at most `count`, in their order. Each stands for the slope that its most probable class
 * would give the head: features times (probabilities - that class), long where the head is unsure. The first is the longest; every further one is drawn
 * with a chance that grows with the square of its distance to those before, so that no two teach the same. This is BADGE (Ash et al., ICLR 2020), with
 * the distance taken apart into a factor of features and one of probabilities, so that no slope is ever written out.
 */
export async function orderByUse(candidates: Candidates, count: number, random: () => number, turns: Turns): Promise<number[]> {
  const total = candidates.probabilities.length / candidates.classCount
  const { misses, lengths } = slopesOf(candidates)
  const nearest = new Float64Array(total).fill(Infinity)
  const chosen: number[] = []
  let next = lengths.indexOf(lengths.reduce((longest, each) => Math.max(longest, each), 0))
  while (chosen.length < Math.min(count, total)) {
    await turns.give(false)
    chosen.push(next)
    let sum = 0
    for (let i = 0; i < total; i++) {
      const near = i === next ? 0 : distance(candidates, misses, lengths, i, next)
      if (near < (nearest[i] as number)) nearest[i] = near
      sum += nearest[i] as number
    }
    for (const each of chosen) nearest[each] = 0
    next = draw(nearest, sum * random(), chosen)
  }
  return chosen
}

/** `misses`: probabilities less 1 for the most probable class; `lengths`: the squared length of each slope. */
function slopesOf({ features, probabilities, dim, classCount }: Candidates): { misses: Float32Array; lengths: Float64Array } {
  const total = probabilities.length / classCount
  const misses = probabilities.slice()
  const lengths = new Float64Array(total)
  for (let i = 0; i < total; i++) {
    let best = i * classCount
    for (let c = best; c < (i + 1) * classCount; c++) if ((probabilities[c] as number) > (probabilities[best] as number)) best = c
    misses[best] = (misses[best] as number) - 1
    lengths[i] = rowDot(misses, i, i, classCount) * rowDot(features, i, i, dim)
  }
  return { misses, lengths }
}

/** Of two rows of `length` numbers. */
function rowDot(rows: Float32Array, a: number, b: number, length: number): number {
  return dot(rows, a * length, rows, b * length, length)
}

/** |slope a - slope b| squared; slopes are outer products, so that theirs is the product of the products. */
function distance({ features, dim, classCount }: Candidates, misses: Float32Array, lengths: Float64Array, a: number, b: number): number {
  const shared = rowDot(misses, a, b, classCount) * rowDot(features, a, b, dim)
  return Math.max(0, (lengths[a] as number) + (lengths[b] as number) - 2 * shared)
}

/** The place at which the running sum of `weights` passes `at`; where all weights are 0, the first that is not chosen. */
function draw(weights: Float64Array, at: number, chosen: readonly number[]): number {
  let sum = 0
  let last = -1
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number
    if (weight === 0) continue
    sum += weight
    last = i
    if (sum > at) return i
  }
  if (last !== -1) return last
  const taken = new Set(chosen)
  for (let i = 0; i < weights.length; i++) if (!taken.has(i)) return i
  return -1
}
