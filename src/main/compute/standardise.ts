import type { Head } from '../contract/worker/training-tasks.ts'
import type { Parameters } from './softmax-regression.ts'

/** Mean and spread of each feature over the training rows, [dim] each. */
export interface FeatureScale {
  readonly means: Float64Array
  readonly deviations: Float64Array
}

/**
 * Measures each feature over `features`, row-major [rows, dim]. A deviation is sqrt(variance + (floor)^2) with the floor at a tenth of
 * the typical deviation, so that a feature that is nearly constant in training is not blown up on other pictures.
 */
export function measureScale(features: Float32Array, dim: number): FeatureScale {
  const rows = features.length / dim
  const means = new Float64Array(dim)
  const deviations = new Float64Array(dim)
  for (let at = 0; at < features.length;) for (let j = 0; j < dim; j++, at++) means[j] = (means[j] as number) + (features[at] as number)
  for (let j = 0; j < dim; j++) means[j] = (means[j] as number) / rows
  let total = 0
  for (let at = 0; at < features.length;) {
    for (let j = 0; j < dim; j++, at++) {
      const difference = (features[at] as number) - (means[j] as number)
      deviations[j] = (deviations[j] as number) + difference * difference
    }
  }
  for (let j = 0; j < dim; j++) total += (deviations[j] as number) / rows
  // All features alike in every row: any scale will do.
  const floor = total > 0 ? (0.01 * total) / dim : 1
  for (let j = 0; j < dim; j++) deviations[j] = Math.sqrt((deviations[j] as number) / rows + floor)
  return { means, deviations }
}

/** (feature - mean) / deviation for every row, in place. */
export function standardise(features: Float32Array, { means, deviations }: FeatureScale): void {
  const dim = means.length
  for (let at = 0; at < features.length;)
    for (let j = 0; j < dim; j++, at++) features[at] = ((features[at] as number) - (means[j] as number)) / (deviations[j] as number)
}

/** The head that answers for plain features as `parameters` do for standardised ones: w / deviation, and b - sum(w mean / deviation). */
export function foldScale(parameters: Parameters, classCount: number, { means, deviations }: FeatureScale): Head {
  const dim = means.length
  const weights = new Float32Array(dim * classCount)
  const bias = new Float32Array(classCount)
  for (let c = 0; c < classCount; c++) {
    let shift = parameters[classCount * dim + c] as number
    for (let j = 0; j < dim; j++) {
      const weight = (parameters[c * dim + j] as number) / (deviations[j] as number)
      weights[j * classCount + c] = weight
      shift -= weight * (means[j] as number)
    }
    bias[c] = shift
  }
  return { dim, classCount, weights, bias }
}
