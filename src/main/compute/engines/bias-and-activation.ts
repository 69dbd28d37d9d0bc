import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Activation } from '../convert/network.ts'
import type { Tfjs } from './load-tfjs.ts'

/** What tfjs-node's backend offers beyond the kernels that TensorFlow.js knows: any op of TensorFlow, by its name. */
interface NativeBackend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number }
  executeSingleOutput(name: string, attributes: readonly unknown[], inputs: readonly Tensor[]): Tensor
}

/** Keeps tensors for the way back. */
type Save = (tensors: Tensor[]) => void

function nativeBackend(tf: Tfjs): NativeBackend | null {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null
}

/**
 * Adds a bias for each channel and clips to 0..6 where the op says so, for use inside of `tf.variableGrads`. On TensorFlow with its own ops for the way
 * back: TensorFlow.js composes them of four passes over everything, which takes a third of a step.
 */
export function biasAndActivation(tf: Tfjs, x: Tensor4D, bias: Tensor1D, activation: Activation): Tensor4D {
  const native = nativeBackend(tf)
  if (native === null) {
    const sum = tf.add<Tensor4D>(x, bias)
    return activation === 'relu6' ? tf.relu6(sum) : sum
  }
  const attributes = [{ name: 'T', type: native.binding.TF_ATTR_TYPE, value: native.binding.TF_FLOAT }]
  const run = (name: string, ...inputs: readonly Tensor[]): Tensor => native.executeSingleOutput(name, attributes, inputs)
  const withGradient = tf.customGrad((...given: (Tensor | Save)[]) => {
    const [input, offset, save] = given as [Tensor, Tensor, Save]
    const sum = run('BiasAdd', input, offset)
    if (activation === 'none') return { value: sum, gradFunc: (dy: Tensor) => [dy.clone(), run('BiasAddGrad', dy)] }
    const value = run('Relu6', sum)
    // Where it was clipped shows in what came out.
    save([value])
    const gradFunc = (dy: Tensor, [seen]: Tensor[]): Tensor[] => {
      if (seen === undefined) throw new Error('the output was not saved')
      const slopes = run('Relu6Grad', dy, seen)
      return [slopes, run('BiasAddGrad', slopes)]
    }
    return { value, gradFunc }
  })
  return withGradient(x, bias) as Tensor4D
}
