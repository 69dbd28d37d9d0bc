import { makeRandom } from '../random.ts'
import type { Turns } from '../turns.ts'
import type { Neighbours } from './nearest-neighbours.ts'

// UMAP (McInnes, Healy, Melville, arXiv:1802.03426): neighbours become a graph whose edges say how surely two points belong together, and the points are
// laid out so that those lie close. Symbols in the comments are the paper's.

/** The curve 1 / (1 + a d^2b) that is nearest to "1 up to the distance 0.1, from there on falling as exp(0.1 - d)" (section 3.2; least squares). */
const a = 1.576943
const b = 0.895061
/** Points that do not belong together are pushed apart by so many others, drawn at random, for each pull. */
const pushes = 5
/** No step is longer than this in one direction. */
const longest = 4
const manyPoints = 10_000

/** Edges both ways: `weights` 0..1, how surely the two belong together. */
export interface Graph {
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly weights: Float32Array
}

/**
 * The fuzzy graph of neighbours (algorithms 2 and 3): each point measures distances from its nearest neighbour on, in a unit of its own in which its
 * neighbours weigh log2(k) together; of the two directions between points the probabilities are united.
 */
export function fuzzyGraph({ indices, distances, k }: Neighbours): Graph {
  const count = k === 0 ? 0 : indices.length / k
  const own = new Float32Array(indices.length)
  for (let point = 0; point < count; point++)
    weigh(distances.subarray(point * k, (point + 1) * k), own.subarray(point * k, (point + 1) * k))
  const from: number[] = []
  const to: number[] = []
  const weights: number[] = []
  for (let point = 0; point < count; point++) {
    for (let at = point * k; at < (point + 1) * k; at++) {
      const other = indices[at]!
      const back = indices.subarray(other * k, (other + 1) * k).indexOf(point)
      // Of two that name each other the lower one tells of both.
      if (back !== -1 && other < point) continue
      const there = own[at]!
      const here = back === -1 ? 0 : own[other * k + back]!
      const weight = there + here - there * here
      from.push(point, other)
      to.push(other, point)
      weights.push(weight, weight)
    }
  }
  return { from: Uint32Array.from(from), to: Uint32Array.from(to), weights: Float32Array.from(weights) }
}

/** exp(-(d - rho) / sigma) for the ascending distances of one point. */
function weigh(distances: Float32Array, weights: Float32Array): void {
  const rho = distances.find((distance) => distance > 0) ?? 0
  const target = Math.log2(distances.length)
  let [low, high, sigma] = [0, Infinity, 1]
  for (let round = 0; round < 64; round++) {
    let sum = 0
    for (const distance of distances) sum += Math.exp(-Math.max(0, distance - rho) / sigma)
    if (Math.abs(sum - target) < 1e-5) break
    if (sum > target) high = sigma
    else low = sigma
    sigma = high === Infinity ? sigma * 2 : (low + high) / 2
  }
  // Many points at one place would leave no width at all.
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length
  sigma = Math.max(sigma, 1e-3 * mean, 1e-12)
  for (const [at, distance] of distances.entries()) weights[at] = Math.exp(-Math.max(0, distance - rho) / sigma)
}

/**
 * Lays the points of a graph out (algorithm 5), in place. `positions`: row-major [points, 2], where they begin. Each edge pulls as often as it weighs, against
 * random others that push, in ever smaller steps. Seeded. Throws the signal's reason.
 */
export async function layOutGraph(
  positions: Float32Array,
  graph: Graph,
  { seed, turns, onProgress }: { seed: number; turns: Turns; onProgress?: (epoch: number, epochs: number) => void },
): Promise<void> {
  const count = positions.length / 2
  const epochs = count <= manyPoints ? 500 : 200
  const random = makeRandom(seed)
  const strongest = graph.weights.reduce((most, weight) => Math.max(most, weight), 0)
  const every = graph.weights.map((weight) => strongest / weight)
  const next = every.slice()
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rate = 1 - (epoch - 1) / epochs
    for (let edge = 0; edge < next.length; edge++) {
      if ((edge & 4095) === 0) await turns.give(false)
      if (next[edge]! > epoch) continue
      next[edge]! += every[edge]!
      const own = graph.from[edge]! * 2
      pull(positions, own, graph.to[edge]! * 2, rate)
      for (let push = 0; push < pushes; push++) pushAway(positions, own, Math.floor(random() * count) * 2, rate)
    }
    onProgress?.(epoch, epochs)
  }
}

/** Both move towards each other along the gradient of log 1 / (1 + a d^2b). */
function pull(positions: Float32Array, own: number, other: number, rate: number): void {
  const [x, y] = [positions[own]! - positions[other]!, positions[own + 1]! - positions[other + 1]!]
  const squared = x * x + y * y
  if (squared === 0) return
  const power = squared ** b
  const force = (-2 * a * b * power) / (squared * (a * power + 1))
  const [byX, byY] = [rate * bounded(force * x), rate * bounded(force * y)]
  positions[own]! += byX
  positions[own + 1]! += byY
  positions[other]! -= byX
  positions[other + 1]! -= byY
}

/** The point alone moves away along the gradient of log (1 - 1 / (1 + a d^2b)). */
function pushAway(positions: Float32Array, own: number, other: number, rate: number): void {
  if (own === other) return
  const [x, y] = [positions[own]! - positions[other]!, positions[own + 1]! - positions[other + 1]!]
  const squared = x * x + y * y
  if (squared === 0) {
    positions[own]! += rate * longest
    return
  }
  // The small number keeps the force of points that nearly touch within bounds.
  const force = (2 * b) / ((0.001 + squared) * (a * squared ** b + 1))
  positions[own]! += rate * bounded(force * x)
  positions[own + 1]! += rate * bounded(force * y)
}

function bounded(step: number): number {
  return Math.max(-longest, Math.min(longest, step))
}
