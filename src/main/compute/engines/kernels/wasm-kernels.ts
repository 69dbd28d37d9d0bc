import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Tfjs } from '../load-tfjs.ts'
import { clip } from '../run-network.ts'
import * as loops from './channel-loops.ts'
import type { TrainingKernels } from './training-kernels.ts'
import { fillTensor, newTensor, viewOf } from './wasm-heap.ts'

/**
 * Plain loops over the backend's own memory. One pass in JavaScript is several times faster than the passes of which the backend's kernels would compose
 * the same, each with a tensor of its own.
 */
export function wasmKernels(tf: Tfjs): TrainingKernels {
  const fill = <T extends Tensor>(
    shape: readonly number[],
    inputs: readonly Tensor[],
    compute: (target: Float32Array, ...inputs: Float32Array[]) => void,
  ): T => fillTensor(tf, shape, inputs, (target, views) => compute(target, ...views)) as T
  return {
    addBias: (x, bias) => tf.add(x, bias),
    clip: (x, activation) => clip(tf, x, activation),
    clipSlopes: (dy, y, activation) =>
      fill(dy.shape, [dy, y], (target, slopes, seen) => loops.clipSlopes(slopes, seen, activation === 'relu' ? Infinity : 6, target)),
    sumChannels: (x) => fill([x.shape[3]], [x], (target, values) => loops.sumChannels(values, target)),
    normalise: (x, gamma, beta, epsilon) => {
      const rows = x.size / x.shape[3]
      const [mean, variance] = [newTensor(tf, gamma.shape) as Tensor1D, newTensor(tf, gamma.shape) as Tensor1D]
      loops.measureChannels(viewOf(tf, x), viewOf(tf, mean), viewOf(tf, variance))
      const value = fill<Tensor4D>(x.shape, [x, mean, variance, gamma, beta], (target, values, means, variances, factors, shifts) =>
        loops.normaliseChannels(values, { means: means, variances: variances, gamma: factors, epsilon }, shifts, target),
      )
      const unbiased = tf.mul<Tensor1D>(variance, rows / Math.max(1, rows - 1))
      return { value, mean, variance: unbiased, memory: [mean.clone(), variance] }
    },
    normaliseSlopes: (dy, x, gamma, [mean, variance], epsilon) => {
      if (mean === undefined || variance === undefined) throw new Error('the moments were not kept')
      const byGamma = newTensor(tf, gamma.shape) as Tensor1D
      const byBeta = newTensor(tf, gamma.shape) as Tensor1D
      const byX = newTensor(tf, x.shape) as Tensor4D
      const moments = { means: viewOf(tf, mean), variances: viewOf(tf, variance), gamma: viewOf(tf, gamma), epsilon }
      const sums = { byGamma: viewOf(tf, byGamma), byBeta: viewOf(tf, byBeta) }
      loops.sumNormalisedSlopes(viewOf(tf, dy), viewOf(tf, x), moments, sums.byGamma, sums.byBeta)
      loops.normaliseSlopes(viewOf(tf, dy), viewOf(tf, x), moments, sums, viewOf(tf, byX))
      return { x: byX, gamma: byGamma, beta: byBeta }
    },
  }
}
