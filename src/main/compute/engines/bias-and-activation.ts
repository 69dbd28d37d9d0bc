import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Activation } from '../convert/network.ts'
import { trainingKernels } from './kernels/training-kernels.ts'
import type { Tfjs } from './load-tfjs.ts'

/** Keeps tensors for the way back. */
type Save = (tensors: Tensor[]) => void

/**
 * Adds a bias for each channel and clips where the op says so, for use inside of `tf.variableGrads`. With the engine's own ways back:
 * TensorFlow.js composes them of four passes over everything, which takes a third of a step.
 */
export function biasAndActivation(tf: Tfjs, x: Tensor4D, bias: Tensor1D, activation: Activation): Tensor4D {
  const kernels = trainingKernels(tf)
  const withGradient = tf.customGrad((...given: (Tensor | Save)[]) => {
    const [input, offset, save] = given as [Tensor4D, Tensor1D, Save]
    const sum = kernels.addBias(input, offset)
    if (activation === 'none') return { value: sum, gradFunc: (dy: Tensor) => [dy.clone(), kernels.sumChannels(dy as Tensor4D)] }
    const value = kernels.clip(sum, activation)
    // Where it was clipped shows in what came out.
    save([value])
    const gradFunc = (dy: Tensor, [seen]: Tensor[]): Tensor[] => {
      if (seen === undefined) throw new Error('the output was not saved')
      const slopes = kernels.clipSlopes(dy as Tensor4D, seen as Tensor4D, activation)
      return [slopes, kernels.sumChannels(slopes)]
    }
    return { value, gradFunc }
  })
  return withGradient(x, bias) as Tensor4D
}
