import type { Head } from '../contract/worker/training-tasks.ts'
import type { ScaledHead } from './engines/trainable-network.ts'
import type { Tally } from './softmax-regression.ts'
import { foldScale, type FeatureScale } from './standardise.ts'

/** As the head of a frozen network begins: see `writePriors` in train-head.ts. */
export function priors(classes: Int32Array, classCount: number): Float32Array {
  const counts = new Int32Array(classCount)
  for (const each of classes) counts[each] = (counts[each] ?? 0) + 1
  return Float32Array.from(counts, (count) => Math.log((Math.max(1, count) * classCount) / classes.length))
}

/** From row-major [dim, classCount] and standardised features to plain ones. */
export function foldHead({ weights, bias }: ScaledHead, scale: FeatureScale): Head {
  const classCount = bias.length
  const dim = weights.length / classCount
  const parameters = new Float32Array(classCount * (dim + 1))
  for (let j = 0; j < dim; j++) for (let c = 0; c < classCount; c++) parameters[c * dim + j] = weights[j * classCount + c] ?? NaN
  parameters.set(bias, classCount * dim)
  return foldScale(parameters, classCount, scale)
}

/** Loss and right answers of probabilities, row-major [rows, classCount], of rows whose classes are these. */
export function tallyOf(probabilities: Float32Array, classes: Int32Array, classCount: number): Tally {
  const tally = { loss: 0, right: 0 }
  for (const [row, own] of classes.entries()) {
    const answer = probabilities.subarray(row * classCount, (row + 1) * classCount)
    // Below the smallest float a probability says no more than that.
    tally.loss -= Math.log(Math.max(answer[own] ?? NaN, 1e-37))
    if (answer.indexOf(Math.max(...answer)) === own) tally.right += 1
  }
  return tally
}
