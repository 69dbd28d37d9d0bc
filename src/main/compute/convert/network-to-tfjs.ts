import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs'
import type { Head } from '../../contract/worker/training-tasks.ts'
import { isConvolution, type ConvolutionOp, type Network } from './network.ts'

type Tfjs = typeof import('@tensorflow/tfjs')

function convolutionLayers(
  tf: Tfjs,
  op: ConvolutionOp,
  input: SymbolicTensor,
): { output: SymbolicTensor; setWeights(weights: Tensor[]): void } {
  const padded = op.padding !== 'same' && op.padding.some((zeros) => zeros > 0)
  const before = padded ? (tf.layers.zeroPadding2d({ name: `${op.name}_pad`, padding: padOf(op) }).apply(input) as SymbolicTensor) : input
  const settings = {
    name: op.name,
    kernelSize: op.kernelPx,
    strides: op.stride,
    padding: op.padding === 'same' ? 'same' : 'valid',
    activation: op.activation === 'relu6' ? 'relu6' : 'linear',
    useBias: true,
    // The weights follow: anything more elaborate would only cost time.
    kernelInitializer: 'zeros',
  } as const
  const layer =
    op.kind === 'conv'
      ? tf.layers.conv2d({ ...settings, filters: op.outChannels })
      : tf.layers.depthwiseConv2d({ ...settings, depthwiseInitializer: 'zeros' })
  return { output: layer.apply(before) as SymbolicTensor, setWeights: (weights) => layer.setWeights(weights) }
}

/** TF.js wants [[top, bottom], [left, right]]. */
function padOf(op: ConvolutionOp): [[number, number], [number, number]] {
  if (op.padding === 'same') throw new Error(`${op.name} has no explicit padding`)
  const [top, left, bottom, right] = op.padding
  return [
    [top, bottom],
    [left, right],
  ]
}

function kernelShape(op: ConvolutionOp): [number, number, number, number] {
  return [op.kernelPx, op.kernelPx, op.inChannels, op.kind === 'conv' ? op.outChannels : 1]
}

function addHead(tf: Tfjs, head: Head, features: SymbolicTensor): SymbolicTensor {
  const dense = tf.layers.dense({ name: 'head_softmax', units: head.classCount, activation: 'softmax', kernelInitializer: 'zeros' })
  const output = dense.apply(features) as SymbolicTensor
  tf.tidy(() => dense.setWeights([tf.tensor2d(head.weights, [head.dim, head.classCount]), tf.tensor1d(head.bias)]))
  return output
}

/**
 * The network as a TF.js layers model, with `head` as its last layer where there is one. Input [N, size, size, 3]: RGB values 0..255 as
 * float32. Scaling is the model's first layer (Rescaling), so that nobody who uses an export can scale wrongly. Output: features [N, featureDim], or probabilities [N, classCount] with a head. The caller disposes
 * of the model.
 */
export function buildTfjsModel(tf: Tfjs, network: Network, head: Head | null): LayersModel {
  const { ops, inputSizePx, scaling } = network.topology
  const input = tf.input({ name: 'pixels', shape: [inputSizePx, inputSizePx, 3] })
  const picture = tf.layers.rescaling({ name: 'scaling', ...scaling }).apply(input) as SymbolicTensor
  const outputs: SymbolicTensor[] = []
  const outputOf = (source: number): SymbolicTensor => (source === -1 ? picture : (outputs[source] ?? picture))
  for (const op of ops) {
    if (isConvolution(op)) {
      const { output, setWeights } = convolutionLayers(tf, op, outputOf(op.input))
      const weights = network.weights.get(op.name)
      if (weights === undefined) throw new Error(`${op.name} has no weights`)
      tf.tidy(() => setWeights([tf.tensor4d(weights.kernel, kernelShape(op)), tf.tensor1d(weights.bias)]))
      outputs.push(output)
    } else if (op.kind === 'add') outputs.push(tf.layers.add({ name: op.name }).apply(op.inputs.map(outputOf)) as SymbolicTensor)
    else if (op.kind === 'flatten') outputs.push(tf.layers.flatten({ name: op.name }).apply(outputOf(op.input)) as SymbolicTensor)
    else outputs.push(tf.layers.globalAveragePooling2d({ name: op.name }).apply(outputOf(op.input)) as SymbolicTensor)
  }
  const features = outputOf(ops.length - 1)
  return tf.model({ name: network.topology.id, inputs: input, outputs: head === null ? features : addHead(tf, head, features) })
}
