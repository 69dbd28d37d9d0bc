import { requireWellFormed } from './malformed-file.ts'
import type { ConvolutionWeights } from './network.ts'

/** What a BatchNorm layer has learned, one number a channel, in any order of memory that is plain. */
export interface BatchNorm {
  readonly gamma: Float32Array
  readonly beta: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
  readonly epsilon: number
}

/**
 * A convolution and the BatchNorm behind it as one convolution: kernel * s and (bias - mean) * s + beta with s = gamma / sqrt(variance + epsilon)
 * (Ioffe and Szegedy 2015, section 3.1). The last axis of `kernel` is the output channel. Computed in double precision, stored as float32.
 */
export function foldBatchNorm(kernel: Float32Array, bias: Float32Array | null, norm: BatchNorm): ConvolutionWeights {
  const channels = norm.gamma.length
  const lengths = [norm.beta.length, norm.mean.length, norm.variance.length, bias?.length ?? channels]
  requireWellFormed(channels > 0 && lengths.every((length) => length === channels), 'a BatchNorm has tensors of different lengths')
  requireWellFormed(kernel.length % channels === 0, 'a BatchNorm does not fit the convolution before it')
  const scale = Float64Array.from(norm.gamma, (gamma, channel) => gamma / Math.sqrt((norm.variance[channel] ?? NaN) + norm.epsilon))
  const folded = Float32Array.from(kernel, (weight, index) => weight * (scale[index % channels] ?? NaN))
  const foldedBias = Float32Array.from(scale, (factor, channel) => {
    const centred = (bias?.[channel] ?? 0) - (norm.mean[channel] ?? NaN)
    return centred * factor + (norm.beta[channel] ?? NaN)
  })
  return { kernel: folded, bias: foldedBias }
}
