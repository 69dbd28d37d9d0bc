import { requireWellFormed } from './malformed-file.ts'
import type { ConvolutionStep, PlainNode, PlainStep } from './plain-graph.ts'
import type { TfjsConvolution, TfjsLayer, TfjsTensor } from './read-tfjs-layers.ts'

type Tensors = ReadonlyMap<string, TfjsTensor>

function tensor(tensors: Tensors, name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const found = tensors.get(name)
  requireWellFormed(found !== undefined, `there is no tensor ${name}`)
  requireWellFormed(found.shape.join() === shape.join(), `${name} is [${found.shape.join()}], expected [${shape.join()}]`)
  return found.data
}

const square = (name: string, [height, width]: readonly [number, number]): number => {
  requireWellFormed(height === width && height > 0, `${name} is not square`)
  return height
}

function convolution(layer: TfjsConvolution, tensors: Tensors): ConvolutionStep {
  const { name, config } = layer
  const isDepthwise = layer.class_name === 'DepthwiseConv2D'
  const kernelPx = square(`the kernel of ${name}`, config.kernel_size)
  const kernelName = `${name}/${isDepthwise ? 'depthwise_kernel' : 'kernel'}`
  const inChannels = tensors.get(kernelName)?.shape[2] ?? 0
  const outChannels = layer.class_name === 'DepthwiseConv2D' ? inChannels : layer.config.filters
  const kernel = tensor(tensors, kernelName, [kernelPx, kernelPx, inChannels, isDepthwise ? 1 : outChannels])
  return {
    kernelPx,
    stride: square(`the step of ${name}`, config.strides),
    padding: config.padding === 'same' ? 'same' : [0, 0, 0, 0],
    activation: config.activation === 'linear' ? 'none' : config.activation,
    inChannels,
    outChannels,
    kernel,
    bias: config.use_bias ? tensor(tensors, `${name}/bias`, [outChannels]) : new Float32Array(outChannels),
  }
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta as a factor and a term (Ioffe and Szegedy 2015). */
export function normalisation(learned: {
  readonly gamma: Float32Array | null
  readonly beta: Float32Array | null
  readonly mean: Float32Array
  readonly variance: Float32Array
  readonly epsilon: number
}): { readonly kind: 'scale-shift'; readonly scale: Float32Array; readonly shift: Float32Array } {
  const { gamma, beta, mean, variance, epsilon } = learned
  const factors = Array.from(variance, (each, at) => (gamma?.[at] ?? 1) / Math.sqrt(each + epsilon))
  return {
    kind: 'scale-shift',
    scale: Float32Array.from(factors),
    shift: Float32Array.from(mean, (each, at) => (beta?.[at] ?? 0) - each * (factors[at] ?? NaN)),
  }
}

function nodeOf(layer: TfjsLayer, tensors: Tensors): PlainStep {
  switch (layer.class_name) {
    case 'Conv2D':
      return { kind: 'conv', ...convolution(layer, tensors) }
    case 'DepthwiseConv2D':
      return { kind: 'depthwise', ...convolution(layer, tensors) }
    case 'BatchNormalization': {
      const { epsilon, center = true, scale = true } = layer.config
      const channels = tensors.get(`${layer.name}/moving_mean`)?.shape[0] ?? 0
      const part = (name: string): Float32Array => tensor(tensors, `${layer.name}/${name}`, [channels])
      const [gamma, beta] = [scale ? part('gamma') : null, center ? part('beta') : null]
      return normalisation({ gamma, beta, mean: part('moving_mean'), variance: part('moving_variance'), epsilon })
    }
    case 'ReLU':
      return { kind: 'clip', activation: layer.config.max_value === 6 ? 'relu6' : 'relu' }
    case 'Activation': {
      const { activation } = layer.config
      if (activation === 'linear') return { kind: 'pass' }
      return activation === 'softmax' || activation === 'sigmoid' ? { kind: 'head' } : { kind: 'clip', activation }
    }
    case 'ZeroPadding2D': {
      const [[top, bottom], [left, right]] = layer.config.padding
      return { kind: 'pad', pads: [top, left, bottom, right] }
    }
    case 'MaxPooling2D':
      return {
        kind: 'max-pool',
        kernelPx: square(`the window of ${layer.name}`, layer.config.pool_size),
        stride: square(`the step of ${layer.name}`, layer.config.strides),
        padding: layer.config.padding === 'same' ? 'same' : [0, 0, 0, 0],
      }
    case 'Add':
      return { kind: 'add' }
    case 'GlobalAveragePooling2D':
      return { kind: 'mean' }
    case 'InputLayer':
    case 'Dropout':
    case 'SpatialDropout2D':
      return { kind: 'pass' }
    case 'Dense':
    case 'Flatten':
    case 'Reshape':
    case 'Softmax':
      return { kind: 'head' }
    default:
      return layer satisfies never
  }
}

/** The layers of a TF.js model as plain nodes, and the side of the square that it was saved for; null where that is open. Throws `MalformedFile`. */
export function tfjsLayersGraph(model: { readonly layers: readonly TfjsLayer[]; readonly tensors: Tensors }): {
  readonly nodes: readonly PlainNode[]
  readonly inputSizePx: number | null
} {
  const [input, ...layers] = model.layers
  requireWellFormed(input?.class_name === 'InputLayer', 'the model does not begin with its input')
  const [, heightPx = null, widthPx = null, planes] = input.config.batch_input_shape
  requireWellFormed(heightPx === widthPx && planes === 3, 'the model does not look at a square RGB picture')
  const nodes = layers.map((layer): PlainNode => {
    const inputs = layer.inputs.map((name) => (name === input.name ? 'picture' : name))
    return { ...nodeOf(layer, model.tensors), name: layer.name, inputs }
  })
  return { nodes, inputSizePx: heightPx }
}
