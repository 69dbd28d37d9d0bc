import { softmaxRow } from '../head.ts'

/** Probabilities are not sharpened or blurred further than this. */
const [blurriest, sharpest] = [0.1, 20]
/** Halvings of the search: the exponent is then known to one part in a thousand. */
const halvings = 12

/**
 * Makes probabilities mean what they say: p^s, normalised, with the one exponent s for all rows that makes the given classes most likely (temperature
 * scaling; C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). A head whose weights are kept small is right more often than it says.
 * In place; `probabilities` are row-major [rows, classCount], of rows that the model has not learned from.
 */
export function fitSharpness(probabilities: Float64Array, classes: Int32Array, classCount: number): void {
  const logs = probabilities.map((each) => Math.log(Math.max(each, Number.MIN_VALUE)))
  // The loss is convex in the exponent: its slope changes sign once.
  let [low, high] = [Math.log(blurriest), Math.log(sharpest)]
  for (let step = 0; step < halvings; step++) {
    const middle = (low + high) / 2
    if (slopeAt(logs, classes, classCount, Math.exp(middle)) < 0) low = middle
    else high = middle
  }
  const sharpness = Math.exp((low + high) / 2)
  logs.forEach((log, at) => (probabilities[at] = sharpness * log))
  for (let at = 0; at < probabilities.length; at += classCount) softmaxRow(probabilities, at, classCount)
}

/** d(sum of cross-entropies) / d(exponent): the mean of log p under the sharpened probabilities, less that of the given class, over all rows. */
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
