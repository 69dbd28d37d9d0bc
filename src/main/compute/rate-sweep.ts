import type { RateFinding } from '../contract/rate-finder.ts'

/** From so small that nothing happens to so large that nothing can be learned: what a learning rate of a recipe can be. */
const [lowest, highest] = [1e-6, 10]
/** Steps of a sweep: with more of them the loss is down before the rates are large, and what is suggested is too small. */
const mostSteps = 100
/** How much of the average each further loss leaves. */
const kept = 0.9
/** The average over the first steps is of too few of them to be told from noise. */
const settling = 10
/** So many times its lowest value the loss has risen for good. */
const lost = 4
/** Of the loss at the beginning, what has to be lost for a fall to be seen. */
const leastFall = 0.2

/** Takes a step at this learning rate, and answers with the mean loss of its batch before it. */
export type SweepStep = (rate: number) => Promise<number>

/** Rates of all steps, each so many times the one before (Smith 2015). */
export function sweepRates(): readonly number[] {
  return Array.from({ length: mostSteps }, (_, step) => lowest * (highest / lowest) ** (step / (mostSteps - 1)))
}

/**
 * Batches of `size` rows of an order that `draw` draws anew for each epoch. What is left at the end of an epoch is passed over: it is too small a batch to
 * compare with the others.
 */
export function wholeBatches(order: Int32Array, size: number, draw: () => void): () => Int32Array {
  let at = order.length
  return () => {
    if (at + size > order.length) {
      draw()
      at = 0
    }
    at += size
    return order.subarray(at - size, at)
  }
}

/** Steps with growing rates until the loss has risen for good, or is no number any more. */
export async function sweep(step: SweepStep): Promise<RateFinding['points']> {
  const points: RateFinding['points'] = []
  let average = 0
  let least = Infinity
  for (const [done, rate] of sweepRates().entries()) {
    const loss = await step(rate)
    average = kept * average + (1 - kept) * loss
    // An average that begins at 0 is too small as long as it has seen few.
    const smoothed = average / (1 - kept ** (done + 1))
    if (!Number.isFinite(smoothed)) break
    points.push({ rate, loss, smoothed })
    least = Math.min(least, smoothed)
    if (done >= settling && smoothed > lost * least) break
  }
  return points
}

/**
 * The rate that a sweep suggests: where the smoothed loss falls fastest. A tenth of the rate at which it is lowest is as usual, and is of no use where classes
 * can be told apart by their features: there the loss of a head is lowest at the largest rates, which train it badly. Where there is no fall to be seen,
 * as with a head that has learned before, it is a tenth of the rate at which the loss begins to rise.
 */
export function suggestRate(points: RateFinding['points']): RateFinding['suggestion'] {
  const seen = points.slice(settling)
  const first = seen[0]
  if (first === undefined) return null
  const least = seen.reduce((low, each, index) => (each.smoothed < (seen[low]?.smoothed ?? Infinity) ? index : low), 0)
  const bottom = seen[least]?.smoothed ?? first.smoothed
  if (first.smoothed - bottom >= leastFall * first.smoothed) {
    let steepest = 1
    const fall = (index: number): number => (seen[index - 1]?.smoothed ?? NaN) - (seen[index]?.smoothed ?? NaN)
    for (let index = 2; index <= least; index++) if (fall(index) > fall(steepest)) steepest = index
    return { rate: oneDigit(seen[steepest]?.rate ?? NaN), by: 'descent' }
  }
  const risen = seen.find(({ smoothed }, index) => index > least && smoothed > 2 * bottom)
  return risen === undefined ? null : { rate: oneDigit(risen.rate / 10), by: 'before-rise' }
}

/** 0.00187 -> 0.002: what is suggested is known no better. */
function oneDigit(rate: number): number {
  return Number(rate.toPrecision(1))
}
