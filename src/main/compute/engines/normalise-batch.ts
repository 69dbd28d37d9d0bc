import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Activation, Clipping } from '../convert/network.ts'
import { trainingKernels } from './kernels/training-kernels.ts'
import type { Tfjs } from './load-tfjs.ts'

/** Of a batch, each [channels]; whoever is told of them disposes of them. */
export interface BatchMoments {
  readonly mean: Tensor1D
  /** With Bessel's correction. */
  readonly variance: Tensor1D
}

/** Keeps tensors for the way back. */
type Save = (tensors: Tensor[]) => void

/**
 * Batch normalisation in training mode, for use inside of `tf.variableGrads`: gamma (x - mean) / sqrt(variance + epsilon) + beta with the batch's own moments
 * (Ioffe and Szegedy 2015), clipped where the op says so. `tell` is called once with the moments, which outlive the `tidy` around.
 */
export function normaliseBatch(
  tf: Tfjs,
  x: Tensor4D,
  { gamma, beta, epsilon }: { readonly gamma: Tensor1D; readonly beta: Tensor1D; readonly epsilon: number },
  activation: Activation,
  tell: (moments: BatchMoments) => void,
): Tensor4D {
  const kernels = trainingKernels(tf)
  const normalise = tf.customGrad((...given: (Tensor | Save)[]) => {
    const [input, factors, shifts, save] = given as [Tensor4D, Tensor1D, Tensor1D, Save]
    const { value, mean, variance, memory } = kernels.normalise(input, factors, shifts, epsilon)
    tell({ mean: tf.keep(mean), variance: tf.keep(variance) })
    save([input, factors, ...memory])
    const gradFunc = (dy: Tensor, [seen, scale, ...moments]: Tensor[]): Tensor[] => {
      const slopes = kernels.normaliseSlopes(dy as Tensor4D, seen as Tensor4D, scale as Tensor1D, moments, epsilon)
      return [slopes.x, slopes.gamma, slopes.beta]
    }
    return { value, gradFunc }
  })
  const normal = normalise(x, gamma, beta)
  return activation === 'none' ? normal : clip(tf, normal, activation)
}

function clip(tf: Tfjs, x: Tensor4D, activation: Clipping): Tensor4D {
  const kernels = trainingKernels(tf)
  const clipped = tf.customGrad((...given: (Tensor | Save)[]) => {
    const [input, save] = given as [Tensor4D, Save]
    const value = kernels.clip(input, activation)
    save([value])
    return { value, gradFunc: (dy: Tensor, [seen]: Tensor[]) => [kernels.clipSlopes(dy as Tensor4D, seen as Tensor4D, activation)] }
  })
  return clipped(x)
}
