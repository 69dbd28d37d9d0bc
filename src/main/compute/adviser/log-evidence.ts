import type { Turns } from '../turns.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

const roundsAtMost = 100
/** Both precisions are found to one part in a thousand. */
const settled = 1e-3

/**
 * LogME (K. You et al., "LogME: Practical Assessment of Pre-trained Models for Transfer Learning", ICML 2021): the logarithm of the evidence a row that a Bayesian
 * linear regression of each class (1 for its rows, 0 for others) has for the labels, at the precisions of weights and noise that make it largest; mean over
 * classes. `gram`: inner products of the features of all rows, row-major [rows, rows]; `dim`: how many features they have. Throws the signal's reason.
 */
export async function logEvidence(
  gram: Float64Array,
  classes: Int32Array,
  { classCount, dim }: { readonly classCount: number; readonly dim: number },
  turns: Turns,
): Promise<number> {
  const count = classes.length
  const { values, vectors } = await symmetricEigen(gram, count, turns)
  const squares = values.map((value) => Math.max(0, value))
  let sum = 0
  for (let c = 0; c < classCount; c++) {
    const along = new Float64Array(count)
    for (let row = 0; row < count; row++)
      if (classes[row] === c) for (let i = 0; i < count; i++) along[i]! += vectors[row * count + i] as number
    sum += maximumEvidence(squares, along, dim) / count
  }
  return sum / classCount
}

/** `squares`: eigenvalues of the Gram matrix; `along`: the labels along its eigenvectors. */
function maximumEvidence(squares: Float64Array, along: Float64Array, dim: number): number {
  const count = squares.length
  let [alpha, beta] = [1, 1]
  let at = terms(squares, along, alpha, beta)
  for (let round = 0; round < roundsAtMost; round++) {
    const before = alpha / beta
    alpha = at.effective / Math.max(at.weights, Number.MIN_VALUE)
    beta = (count - at.effective) / Math.max(at.residual, Number.MIN_VALUE)
    at = terms(squares, along, alpha, beta)
    if (Math.abs(alpha / beta - before) <= settled * before) break
  }
  const free = dim - squares.length
  const logDeterminant = at.logDeterminant + free * Math.log(alpha)
  return (
    0.5 *
    (count * Math.log(beta) +
      dim * Math.log(alpha) -
      count * Math.log(2 * Math.PI) -
      beta * at.residual -
      alpha * at.weights -
      logDeterminant)
  )
}

/** At given precisions of the weights (`alpha`) and of the noise (`beta`): effective parameters, squared length of the weights, squared residual. */
function terms(squares: Float64Array, along: Float64Array, alpha: number, beta: number) {
  const found = { effective: 0, weights: 0, residual: 0, logDeterminant: 0 }
  for (let i = 0; i < squares.length; i++) {
    const [square, label] = [squares[i] as number, along[i] as number]
    const precision = alpha + beta * square
    found.effective += (beta * square) / precision
    found.weights += ((beta / precision) * label) ** 2 * square
    found.residual += ((alpha / precision) * label) ** 2
    found.logDeterminant += Math.log(precision)
  }
  return found
}
