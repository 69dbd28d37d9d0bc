import { softmaxRow } from './head.ts'

/** Nothing is less likely than that: one row that a head is altogether wrong about does not decide alone. */
export const leastProbability = 1e-12
/** Halvings of the search: the exponent is then known to one part in a thousand. */
const halvings = 12

export interface ExponentRange {
  /** Probabilities are not blurred (below 1) or sharpened (above 1) further than this. */
  readonly from: number
  readonly to: number
  /** How much evidence it takes to move away from 1, in rows: adds `trust * ln(exponent)^2` to the sum of cross-entropies. 0 when absent. */
  readonly trust?: number
}

/**
 * The one exponent s for all rows with which p^s, normalised, makes the given classes most likely: the inverse of the temperature of temperature scaling
 * (C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). `probabilities` are row-major [rows, classCount], of rows that the model has not
 * learned from.
 */
export function fitExponent(
  probabilities: Float32Array | Float64Array,
  classes: Int32Array,
  { classCount, from, to, trust = 0 }: ExponentRange & { readonly classCount: number },
): number {
  const logs = Float64Array.from(probabilities, (each) => Math.log(Math.max(each, leastProbability)))
  const slope = (exponent: number): number => slopeAt(logs, classes, classCount, exponent) + (2 * trust * Math.log(exponent)) / exponent
  // The loss is convex in the exponent (what the trust adds is so up to e, where it no longer decides): its slope changes sign once.
  if (slope(to) <= 0) return to
  let [low, high] = [Math.log(from), Math.log(to)]
  for (let step = 0; step < halvings; step++) {
    const middle = (low + high) / 2
    if (slope(Math.exp(middle)) < 0) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}

/** p^exponent, each row normalised, in place. Row-major [rows, classCount]. */
export function raise(probabilities: Float32Array | Float64Array, classCount: number, exponent: number): void {
  if (exponent === 1) return
  for (let at = 0; at < probabilities.length; at += classCount) {
    let sum = 0
    for (let c = at; c < at + classCount; c++) sum += probabilities[c] = (probabilities[c] as number) ** exponent
    for (let c = at; c < at + classCount; c++) probabilities[c] = (probabilities[c] as number) / sum
  }
}

/** d(sum of cross-entropies) / d(exponent): the mean of log p under the raised probabilities, less that of the given class, over all rows. */
function slopeAt(logs: Float64Array, classes: Int32Array, classCount: number, exponent: number): number {
  const row = new Float64Array(classCount)
  let slope = 0
  for (let index = 0, at = 0; index < classes.length; index++, at += classCount) {
    for (let each = 0; each < classCount; each++) row[each] = exponent * (logs[at + each] as number)
    softmaxRow(row, 0, classCount)
    for (let each = 0; each < classCount; each++) slope += (row[each] as number) * (logs[at + each] as number)
    slope -= logs[at + (classes[index] as number)] as number
  }
  return slope
}
