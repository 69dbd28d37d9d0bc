import { foldBatchNorm } from './fold-batch-norm.ts'
import { requireWellFormed } from './malformed-file.ts'
import { createNetworkBuilder, type NetworkBuilder } from './network-builder.ts'
import type { Activation, ConvolutionWeights, Network } from './network.ts'
import type { Tensor } from './read-torch.ts'

/** Stages of EfficientNet (Tan and Le 2019, table 1) without squeeze-and-excitation, with width and depth 1. */
const stages = [
  { repeats: 1, kernelPx: 3, stride: 1, expansion: 1, channels: 16 },
  { repeats: 2, kernelPx: 3, stride: 2, expansion: 6, channels: 24 },
  { repeats: 2, kernelPx: 5, stride: 2, expansion: 6, channels: 40 },
  { repeats: 3, kernelPx: 3, stride: 2, expansion: 6, channels: 80 },
  { repeats: 3, kernelPx: 5, stride: 1, expansion: 6, channels: 112 },
  { repeats: 4, kernelPx: 5, stride: 2, expansion: 6, channels: 192 },
  { repeats: 1, kernelPx: 3, stride: 1, expansion: 6, channels: 320 },
] as const
const stemChannels = 32
const headChannels = 1280
const batchNormEpsilon = 1e-3

/** How a variant is wider and deeper than the stages say, and the pictures that it was made for. */
export interface LiteVariant {
  readonly width: number
  readonly depth: number
  readonly inputSizePx: number
}
/** `efficientnet_lite_params` of TensorFlow's own EfficientNet-Lite. */
export const liteVariants = {
  lite0: { width: 1, depth: 1, inputSizePx: 224 },
  lite1: { width: 1, depth: 1.1, inputSizePx: 240 },
  lite2: { width: 1.1, depth: 1.2, inputSizePx: 260 },
} as const satisfies Record<string, LiteVariant>

/** To the next multiple of 8, upwards where rounding would take away more than a tenth. */
function widened(channels: number, width: number): number {
  const wanted = channels * width
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8)
  return rounded < 0.9 * wanted ? rounded + 8 : rounded
}

/** The blocks of a variant. Stem and head are as wide in all, and the first and the last stage as deep. */
function blocksOf({ width, depth }: LiteVariant) {
  return stages.flatMap((stage, at) => {
    const repeats = at === 0 || at === stages.length - 1 ? stage.repeats : Math.ceil(stage.repeats * depth)
    const channels = widened(stage.channels, width)
    return Array.from({ length: repeats }, (_, repeat) => ({ ...stage, channels, first: repeat === 0 }))
  })
}

/** PyTorch's [out, in, h, w] as [h, w, in, out]; for a depthwise kernel [channels, 1, h, w] as [h, w, channels]. */
function toChannelsLast(kernel: Tensor, depthwise: boolean): Float32Array {
  const [out = 0, inside = 0, height = 0, width = 0] = kernel.shape
  const result = new Float32Array(kernel.data.length)
  let source = 0
  for (let o = 0; o < out; o++)
    for (let i = 0; i < inside; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const target = depthwise ? (y * width + x) * out + o : ((y * width + x) * inside + i) * out + o
          result[target] = kernel.data[source++] ?? NaN
        }
  return result
}

interface Wanted {
  readonly depthwise: boolean
  readonly kernelPx: number
  readonly inChannels: number
  readonly outChannels: number
}

function tensorOf(tensors: ReadonlyMap<string, Tensor>, name: string, shape: readonly number[]): Tensor {
  const tensor = tensors.get(name)
  requireWellFormed(tensor !== undefined, `there is no tensor ${name}`)
  requireWellFormed(tensor.shape.join() === shape.join(), `${name} is [${tensor.shape.join()}], expected [${shape.join()}]`)
  return tensor
}

function foldedWeights(tensors: ReadonlyMap<string, Tensor>, conv: string, norm: string, wanted: Wanted): ConvolutionWeights {
  const { depthwise, kernelPx, inChannels, outChannels } = wanted
  const kernel = tensorOf(tensors, `${conv}.weight`, [outChannels, depthwise ? 1 : inChannels, kernelPx, kernelPx])
  const channel = (part: string): Float32Array => tensorOf(tensors, `${norm}.${part}`, [outChannels]).data
  return foldBatchNorm(toChannelsLast(kernel, depthwise), null, {
    gamma: channel('weight'),
    beta: channel('bias'),
    mean: channel('running_mean'),
    variance: channel('running_var'),
    epsilon: batchNormEpsilon,
  })
}

/** Puts convolutions with their BatchNorm into the builder, by the names of the state dict. */
function convolutionsInto(builder: NetworkBuilder, tensors: ReadonlyMap<string, Tensor>) {
  return (
    op: { name: string; input: number; stride: number; activation: Activation; conv: string; norm: string },
    wanted: Wanted,
  ): number => {
    const { name, input, stride, activation } = op
    const { kernelPx, inChannels, outChannels } = wanted
    const weights = foldedWeights(tensors, op.conv, op.norm, wanted)
    const convolution = { name, input, kernelPx, stride, padding: 'same', activation, inChannels, outChannels, ...weights } as const
    return wanted.depthwise ? builder.depthwise(convolution) : builder.conv(convolution)
  }
}

/**
 * EfficientNet-Lite out of the state dict of `efficientnet_lite_pytorch`. Scaling (x - 127) / 128, TensorFlow's `same` padding, 1,280 features. Throws `MalformedFile` when a tensor is missing or has another shape.
 */
export function efficientNetLite(id: string, variant: LiteVariant, tensors: ReadonlyMap<string, Tensor>): Network {
  const scaling = { scale: 1 / 128, offset: -127 / 128 }
  const builder = createNetworkBuilder({ id, inputSizePx: variant.inputSizePx, scaling, featureDim: headChannels })
  const convolve = convolutionsInto(builder, tensors)
  const point = (inChannels: number, outChannels: number): Wanted => ({ depthwise: false, kernelPx: 1, inChannels, outChannels })

  let output = convolve(
    { name: 'stem', input: -1, stride: 2, activation: 'relu6', conv: '_conv_stem', norm: '_bn0' },
    { depthwise: false, kernelPx: 3, inChannels: 3, outChannels: stemChannels },
  )
  builder.cut('stem', output)
  let channels = stemChannels
  for (const [index, block] of blocksOf(variant).entries()) {
    const prefix = `_blocks.${index}`
    const stride = block.first ? block.stride : 1
    const wide = channels * block.expansion
    const step = (part: string, input: number, activation: Activation, norm: string) => ({
      name: `block${index}_${part}`,
      input,
      stride: part === 'depthwise' ? stride : 1,
      activation,
      conv: `${prefix}._${part}_conv`,
      norm: `${prefix}.${norm}`,
    })
    let inside = output
    if (block.expansion !== 1) inside = convolve(step('expand', inside, 'relu6', '_bn0'), point(channels, wide))
    const depthwise = { depthwise: true, kernelPx: block.kernelPx, inChannels: wide, outChannels: wide }
    inside = convolve(step('depthwise', inside, 'relu6', '_bn1'), depthwise)
    inside = convolve(step('project', inside, 'none', '_bn2'), point(wide, block.channels))
    output = stride === 1 && channels === block.channels ? builder.add(`block${index}_add`, output, inside) : inside
    channels = block.channels
    builder.cut(`block${index}`, output)
  }
  output = convolve(
    { name: 'head', input: output, stride: 1, activation: 'relu6', conv: '_conv_head', norm: '_bn1' },
    point(channels, headChannels),
  )
  builder.cut('head', output)
  builder.pool('pool', output)
  return builder.build()
}
