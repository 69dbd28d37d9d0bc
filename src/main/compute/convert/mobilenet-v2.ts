import { foldBatchNorm, type BatchNorm } from './fold-batch-norm.ts'
import { requireWellFormed } from './malformed-file.ts'
import { createNetworkBuilder } from './network-builder.ts'
import type { Activation, ConvolutionWeights, Network, Padding } from './network.ts'
import type { TfjsConvolution, TfjsLayer, TfjsTensor } from './read-tfjs-layers.ts'

interface Model {
  readonly layers: readonly TfjsLayer[]
  readonly tensors: ReadonlyMap<string, TfjsTensor>
}

/** A layer that only one other layer uses, or null. What several use may not be melted into one of them. */
function onlyUser(model: Model, name: string): TfjsLayer | null {
  const users = model.layers.filter((layer) => layer.inputs.includes(name))
  return users.length === 1 ? (users[0] ?? null) : null
}

function tensor(model: Model, name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const found = model.tensors.get(name)
  requireWellFormed(found !== undefined, `there is no tensor ${name}`)
  requireWellFormed(found.shape.join() === shape.join(), `${name} is [${found.shape.join()}], expected [${shape.join()}]`)
  return found.data
}

function batchNorm(model: Model, layer: TfjsLayer, channels: number): BatchNorm {
  requireWellFormed(layer.class_name === 'BatchNormalization', `${layer.name} is not a BatchNorm`)
  const part = (name: string): Float32Array => tensor(model, `${layer.name}/${name}`, [channels])
  const learned = { gamma: part('gamma'), beta: part('beta'), mean: part('moving_mean'), variance: part('moving_variance') }
  return { ...learned, epsilon: layer.config.epsilon }
}

interface Melted {
  readonly weights: ConvolutionWeights
  readonly activation: Activation
  readonly outChannels: number
  /** The last of the layers that went into it. */
  readonly lastLayer: string
}

/** A convolution with the BatchNorm and the ReLU behind it. */
function melt(model: Model, layer: TfjsConvolution, inChannels: number): Melted {
  const [height, width] = layer.config.kernel_size
  const depthwise = layer.class_name === 'DepthwiseConv2D'
  const outChannels = layer.class_name === 'DepthwiseConv2D' ? inChannels : layer.config.filters
  const kernelName = `${layer.name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`
  const kernel = tensor(model, kernelName, [height, width, inChannels, depthwise ? 1 : outChannels])
  const bias = layer.config.use_bias ? tensor(model, `${layer.name}/bias`, [outChannels]) : null
  let weights: ConvolutionWeights = { kernel, bias: bias ?? new Float32Array(outChannels) }
  requireWellFormed(layer.config.activation !== 'relu', `${layer.name} is not clipped at 6`)
  let activation: Activation = layer.config.activation === 'relu6' ? 'relu6' : 'none'
  let lastLayer = layer.name
  const norm = onlyUser(model, lastLayer)
  if (activation === 'none' && norm?.class_name === 'BatchNormalization') {
    weights = foldBatchNorm(kernel, bias, batchNorm(model, norm, outChannels))
    lastLayer = norm.name
  }
  const relu = onlyUser(model, lastLayer)
  if (activation === 'none' && relu?.class_name === 'ReLU' && relu.config.max_value === 6) {
    activation = 'relu6'
    lastLayer = relu.name
  }
  return { weights, activation, outChannels, lastLayer }
}

function paddingOf(model: Model, layer: TfjsConvolution): { readonly padding: Padding; readonly input: string } {
  const before = model.layers.find(({ name }) => name === layer.inputs[0])
  requireWellFormed(before !== undefined && layer.inputs.length === 1, `${layer.name} has no input`)
  if (before.class_name !== 'ZeroPadding2D') return { padding: layer.config.padding === 'same' ? 'same' : [0, 0, 0, 0], input: before.name }
  requireWellFormed(layer.config.padding === 'valid', `${layer.name} pads what is padded already`)
  const [[top, bottom], [left, right]] = before.config.padding
  return { padding: [top, left, bottom, right], input: before.inputs[0] ?? '' }
}

/** The part of the network that a layer of Keras' MobileNetV2 belongs to: `block_7_project_BN` and `block_7_add` make `block7`. */
function partOf(layer: string): string | null {
  if (/^(bn_)?Conv1(_|$)/.test(layer)) return 'stem'
  if (layer.startsWith('expanded_conv')) return 'block0'
  if (/^(Conv_1|out_relu)/.test(layer)) return 'head'
  const block = /^block_(\d+)_/.exec(layer)?.[1]
  return block === undefined ? null : `block${block}`
}

/**
 * A Keras MobileNetV2 body (Conv2D, DepthwiseConv2D, BatchNorm, ReLU6, ZeroPadding2D, Add) as a network that ends with a global average
 * pool. `scaling` is what the body was trained with. Throws `MalformedFile` when a layer does not fit.
 */
export function mobileNetV2(id: string, model: Model, scaling: { readonly scale: number; readonly offset: number }): Network {
  const [input] = model.layers
  requireWellFormed(input?.class_name === 'InputLayer', 'the model does not begin with its input')
  const [, inputSizePx = null, widthPx, planes] = input.config.batch_input_shape
  requireWellFormed(inputSizePx !== null && inputSizePx === widthPx && planes === 3, 'the model does not look at a square RGB picture')
  const last = model.layers.findLast((layer) => layer.class_name === 'Conv2D')
  requireWellFormed(last?.class_name === 'Conv2D', 'the model has no convolution')

  const builder = createNetworkBuilder({ id, inputSizePx, scaling, featureDim: last.config.filters })
  const outputs = new Map<string, { readonly op: number; readonly channels: number }>([[input.name, { op: -1, channels: 3 }]])
  const outputOf = (name: string | undefined, user: string) => {
    const output = outputs.get(name ?? '')
    requireWellFormed(output !== undefined, `${user} uses ${name}, which is not there`)
    return output
  }
  for (const layer of model.layers.slice(1)) {
    if (outputs.has(layer.name) || layer.class_name === 'ZeroPadding2D') continue
    if (layer.class_name === 'Add') {
      requireWellFormed(layer.inputs.length === 2, `${layer.name} does not add two outputs`)
      const [first, second] = [outputOf(layer.inputs[0], layer.name), outputOf(layer.inputs[1], layer.name)]
      outputs.set(layer.name, { op: builder.add(layer.name, first.op, second.op), channels: first.channels })
      continue
    }
    requireWellFormed(
      layer.class_name === 'Conv2D' || layer.class_name === 'DepthwiseConv2D',
      `${layer.name} stands where it is not understood`,
    )
    const { padding, input: before } = paddingOf(model, layer)
    const { op: source, channels: inChannels } = outputOf(before, layer.name)
    const { weights, activation, outChannels, lastLayer } = melt(model, layer, inChannels)
    const [kernelPx, kernelWidth] = layer.config.kernel_size
    const [stride, strideX] = layer.config.strides
    requireWellFormed(kernelPx === kernelWidth && stride === strideX, `the kernel of ${layer.name} is not square`)
    const settings = { name: layer.name, input: source, kernelPx, stride, padding, activation, inChannels, outChannels, ...weights }
    const op = layer.class_name === 'Conv2D' ? builder.conv(settings) : builder.depthwise(settings)
    // The layers in between are known under the same output.
    for (let name: string | null = layer.name; name !== null; name = name === lastLayer ? null : (onlyUser(model, name)?.name ?? null))
      outputs.set(name, { op, channels: outChannels })
  }
  const lastOps = new Map<string, number>()
  for (const [name, { op }] of outputs) lastOps.set(partOf(name) ?? '', op)
  lastOps.delete('')
  for (const [part, op] of lastOps) builder.cut(part, op)
  builder.pool('pool', outputOf(model.layers.at(-1)?.name, 'the pool').op)
  return builder.build()
}
