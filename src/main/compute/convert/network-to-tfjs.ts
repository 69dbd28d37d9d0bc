import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs'
import type { Head } from '../../contract/worker/training-tasks.ts'
import { isConvolution, type ConvolutionOp, type Network, type NetworkOp, type Scaling } from './network.ts'

type MaxPoolOp = Extract<NetworkOp, { kind: 'max-pool' }>

type Tfjs = typeof import('@tensorflow/tfjs')

function convolutionLayers(
  tf: Tfjs,
  op: ConvolutionOp,
  input: SymbolicTensor,
): { output: SymbolicTensor; setWeights(weights: Tensor[]): void } {
  const before = padded(tf, op, input)
  const settings = {
    name: op.name,
    kernelSize: op.kernelPx,
    strides: op.stride,
    padding: op.padding === 'same' ? 'same' : 'valid',
    activation: op.activation === 'none' ? 'linear' : op.activation,
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

/** What explicit padding leaves to the layer behind it. TF.js wants [[top, bottom], [left, right]]. */
function padded(tf: Tfjs, { name, padding }: ConvolutionOp | MaxPoolOp, input: SymbolicTensor): SymbolicTensor {
  if (padding === 'same' || Math.max(...padding) === 0) return input
  const [top, left, bottom, right] = padding
  const around: [[number, number], [number, number]] = [
    [top, bottom],
    [left, right],
  ]
  return tf.layers.zeroPadding2d({ name: `${name}_pad`, padding: around }).apply(input) as SymbolicTensor
}

function pooled(tf: Tfjs, op: MaxPoolOp, input: SymbolicTensor): SymbolicTensor {
  const padding = op.padding === 'same' ? 'same' : 'valid'
  const pool = tf.layers.maxPooling2d({ name: op.name, poolSize: op.kernelPx, strides: op.stride, padding })
  return pool.apply(padded(tf, op, input)) as SymbolicTensor
}

function clipped(tf: Tfjs, { name, activation }: Extract<NetworkOp, { kind: 'activation' }>, input: SymbolicTensor): SymbolicTensor {
  return tf.layers.activation({ name, activation }).apply(input) as SymbolicTensor
}

/** The layer for scaling knows one number for all channels; with one for each it is a convolution of single pixels. */
function scaled(tf: Tfjs, { scale, offset }: Scaling, input: SymbolicTensor): SymbolicTensor {
  if (typeof scale === 'number' && typeof offset === 'number')
    return tf.layers.rescaling({ name: 'scaling', scale, offset }).apply(input) as SymbolicTensor
  const each = (value: Scaling['scale']): number[] => (typeof value === 'number' ? [value, value, value] : [...value])
  const settings = { name: 'scaling', kernelSize: 1, useBias: true, trainable: false, depthwiseInitializer: 'zeros' } as const
  const layer = tf.layers.depthwiseConv2d(settings)
  const output = layer.apply(input) as SymbolicTensor
  tf.tidy(() => layer.setWeights([tf.tensor4d(each(scale), [1, 1, 3, 1]), tf.tensor1d(each(offset))]))
  return output
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
  const picture = scaled(tf, scaling, input)
  const outputs: SymbolicTensor[] = []
  const outputOf = (source: number): SymbolicTensor => (source === -1 ? picture : (outputs[source] ?? picture))
  for (const op of ops) {
    if (isConvolution(op)) {
      const { output, setWeights } = convolutionLayers(tf, op, outputOf(op.input))
      const weights = network.weights.get(op.name)
      if (weights === undefined) throw new Error(`${op.name} has no weights`)
      tf.tidy(() => setWeights([tf.tensor4d(weights.kernel, kernelShape(op)), tf.tensor1d(weights.bias)]))
      outputs.push(output)
    } else if (op.kind === 'max-pool') outputs.push(pooled(tf, op, outputOf(op.input)))
    else if (op.kind === 'activation') outputs.push(clipped(tf, op, outputOf(op.input)))
    else if (op.kind === 'add') outputs.push(tf.layers.add({ name: op.name }).apply(op.inputs.map(outputOf)) as SymbolicTensor)
    else if (op.kind === 'flatten') outputs.push(tf.layers.flatten({ name: op.name }).apply(outputOf(op.input)) as SymbolicTensor)
    else outputs.push(tf.layers.globalAveragePooling2d({ name: op.name }).apply(outputOf(op.input)) as SymbolicTensor)
  }
  const features = outputOf(ops.length - 1)
  return tf.model({ name: network.topology.id, inputs: input, outputs: head === null ? features : addHead(tf, head, features) })
}
