import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Clipping } from '../../convert/network.ts'
import type { Tfjs } from '../load-tfjs.ts'
import { composedKernels } from './composed-kernels.ts'
import { tensorflowKernels } from './tensorflow-kernels.ts'
import { wasmKernels } from './wasm-kernels.ts'

/** What came of a batch that was normalised by its own moments. */
export interface Normalised {
  readonly value: Tensor4D
  readonly mean: Tensor1D
  /** With Bessel's correction, n / (n - 1): what running averages are made of, in TensorFlow as in PyTorch. */
  readonly variance: Tensor1D
  /** What the way back needs besides the inputs; to be freed with them. */
  readonly memory: readonly Tensor[]
}

/** Slopes of a batch normalisation. */
export interface NormalisedSlopes {
  readonly x: Tensor4D
  readonly gamma: Tensor1D
  readonly beta: Tensor1D
}

/**
 * Parts of a step that an engine does in one or two passes over the values where TensorFlow.js composes them of many. All [N, height, width, channels];
 * gamma, beta and bias [channels]. The caller disposes of what comes out.
 */
export interface TrainingKernels {
  addBias(x: Tensor4D, bias: Tensor1D): Tensor4D
  clip(x: Tensor4D, activation: Clipping): Tensor4D
  /** The way back of `clip` from what came out of it: the slopes where it lies inside of what it clips to, else 0. */
  clipSlopes(dy: Tensor4D, y: Tensor4D, activation: Clipping): Tensor4D
  /** Over all but the channels: the way back of `addBias` by the bias. */
  sumChannels(x: Tensor4D): Tensor1D
  /** gamma (x - mean) / sqrt(variance + epsilon) + beta with the moments of the batch itself (Ioffe and Szegedy 2015). */
  normalise(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): Normalised
  normaliseSlopes(dy: Tensor4D, x: Tensor4D, gamma: Tensor1D, memory: readonly Tensor[], epsilon: number): NormalisedSlopes
}

/** Those of the engine in use. */
export function trainingKernels(tf: Tfjs): TrainingKernels {
  switch (tf.getBackend()) {
    case 'tensorflow':
      return tensorflowKernels(tf)
    case 'wasm':
      return wasmKernels(tf)
    default:
      return composedKernels(tf)
  }
}
