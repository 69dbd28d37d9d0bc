import type { Head } from '../contract/worker/training-tasks.ts'

/** Turns one row of logits into probabilities that add up to 1, in place. Answers log(sum(exp(logits))). */
export function softmaxRow(values: Float64Array | Float32Array, at: number, length: number): number {
  let largest = -Infinity
  for (let i = at; i < at + length; i++) largest = Math.max(largest, values[i] as number)
  let sum = 0
  for (let i = at; i < at + length; i++) {
    const exponential = Math.exp((values[i] as number) - largest)
    values[i] = exponential
    sum += exponential
  }
  for (let i = at; i < at + length; i++) values[i] = (values[i] as number) / sum
  return largest + Math.log(sum)
}

/** probability = softmax(features * weights + bias). `features`: row-major [rows, dim]. Answers row-major [rows, classCount]. */
export function applyHead(head: Head, features: Float32Array): Float32Array {
  const { dim, classCount, weights, bias } = head
  const rows = features.length / dim
  if (!Number.isInteger(rows)) throw new RangeError(`${features.length} floats are not rows of ${dim}`)
  const result = new Float32Array(rows * classCount)
  const logits = new Float64Array(classCount)
  for (let row = 0; row < rows; row++) {
    logits.set(bias)
    for (let feature = 0; feature < dim; feature++) {
      const value = features[row * dim + feature] as number
      const at = feature * classCount
      for (let c = 0; c < classCount; c++) logits[c] = (logits[c] as number) + value * (weights[at + c] as number)
    }
    softmaxRow(logits, 0, classCount)
    result.set(logits, row * classCount)
  }
  return result
}
