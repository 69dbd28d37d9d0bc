import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Tfjs } from '../load-tfjs.ts'
import type { TrainingKernels } from './training-kernels.ts'

interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What tfjs-node's backend offers beyond the kernels that TensorFlow.js knows: any op of TensorFlow, by its name. */
interface NativeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_FLOAT', number>>
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[], outputs: number): Tensor[]
}

/** TensorFlow's own ops, which TensorFlow.js composes of many: a third to a half of a step, and of its memory. */
export function tensorflowKernels(tf: Tfjs): TrainingKernels {
  const native = tf.backend() as unknown as NativeBackend
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_STRING, TF_FLOAT } = native.binding
  const float = (name: string): Attribute => ({ name, type: TF_ATTR_TYPE, value: TF_FLOAT })
  const run = <T extends Tensor>(name: string, ...inputs: readonly Tensor[]): T =>
    native.executeMultipleOutputs(name, [float('T')], inputs, 1)[0] as T
  const normalisation = (epsilon: number): Attribute[] => [
    float('T'),
    float('U'),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ]
  return {
    addBias: (x, bias) => run('BiasAdd', x, bias),
    clip: (x, activation) => run(activation === 'relu' ? 'Relu' : 'Relu6', x),
    clipSlopes: (dy, y, activation) => run(activation === 'relu' ? 'ReluGrad' : 'Relu6Grad', dy, y),
    sumChannels: (x) => run('BiasAddGrad', x),
    normalise: (x, gamma, beta, epsilon) => {
      const none = tf.tensor1d([])
      const outputs = native.executeMultipleOutputs('FusedBatchNormV3', normalisation(epsilon), [x, gamma, beta, none, none], 6)
      none.dispose()
      const [value, mean, variance, ...memory] = outputs as [Tensor4D, Tensor1D, Tensor1D, Tensor, Tensor, Tensor]
      return { value, mean, variance, memory }
    },
    normaliseSlopes: (dy, x, gamma, memory, epsilon) => {
      const outputs = native.executeMultipleOutputs('FusedBatchNormGradV3', normalisation(epsilon), [dy, x, gamma, ...memory], 5)
      const [byX, byGamma, byBeta, ...unused] = outputs as [Tensor4D, Tensor1D, Tensor1D, Tensor, Tensor]
      tf.dispose(unused)
      return { x: byX, gamma: byGamma, beta: byBeta }
    },
  }
}
