import { requireWellFormed } from './malformed-file.ts'
import { createNetworkBuilder } from './network-builder.ts'
import type { ConvolutionWeights, Network } from './network.ts'
import type { TfliteModel, TfliteOp } from './read-tflite.ts'

type Convolution = Extract<TfliteOp, { kind: 'conv' | 'depthwise' }>

/** TensorFlow Lite's kernel [out, h, w, in] as [h, w, in, out]; a depthwise one is [1, h, w, channels] and stays as it is. */
function toChannelsLast(kind: 'conv' | 'depthwise', shape: readonly number[], data: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  if (kind === 'depthwise') return data
  const [out = 0] = shape
  const inner = data.length / out
  return Float32Array.from(data, (_, target) => data[(target % out) * inner + Math.floor(target / out)] ?? NaN)
}

interface Kernel extends ConvolutionWeights {
  readonly kernelPx: number
  readonly inChannels: number
  readonly outChannels: number
}

function kernelOf(model: TfliteModel, op: Convolution, name: string): Kernel {
  const kernel = model.tensors[op.inputs[1] ?? -1]
  const bias = model.tensors[op.inputs[2] ?? -1]
  requireWellFormed(kernel?.data != null && bias?.data != null, `${name} has no float32 weights`)
  const [first = 0, kernelPx = 0, width, last = 0] = kernel.shape
  requireWellFormed(kernel.shape.length === 4 && kernelPx === width, `the kernel of ${name} is not square`)
  const [inChannels, outChannels] = op.kind === 'conv' ? [last, first] : [last, last]
  requireWellFormed(bias.data.length === outChannels, `the bias of ${name} does not fit its kernel`)
  return { kernel: toChannelsLast(op.kind, kernel.shape, kernel.data), bias: bias.data, kernelPx, inChannels, outChannels }
}

/**
 * The float MobileNetV1 of a TensorFlow Lite file (BatchNorm folded by its maker) up to its average pool. `scaling` is what it was trained
 * with. Throws `MalformedFile` when the file is another network.
 */
export function mobileNetV1(id: string, model: TfliteModel, scaling: { readonly scale: number; readonly offset: number }): Network {
  const [, inputSizePx = 0, widthPx, planes] = model.tensors[model.inputs[0] ?? -1]?.shape ?? []
  requireWellFormed(inputSizePx === widthPx && planes === 3, 'the network does not look at a square RGB picture')
  const poolAt = model.ops.findIndex((op) => op.kind === 'average-pool')
  requireWellFormed(poolAt > 0, 'the network has no average pool')
  const convolutions = model.ops.slice(0, poolAt).map((op) => {
    requireWellFormed(op.kind === 'conv' || op.kind === 'depthwise', `the operation ${op.kind} is not understood`)
    return op
  })

  const named = convolutions.map((op, index) => {
    const block = Math.ceil(index / 2)
    const name = index === 0 ? 'stem' : `block${block}_${op.kind === 'depthwise' ? 'depthwise' : 'pointwise'}`
    return { op, name, cut: index === 0 ? 'stem' : `block${block}`, ...kernelOf(model, op, name) }
  })
  const featureDim = named.at(-1)?.outChannels ?? 0
  const builder = createNetworkBuilder({ id, inputSizePx, scaling, featureDim })
  let before = model.inputs[0]
  let output = -1
  for (const { op, cut, ...settings } of named) {
    requireWellFormed(op.inputs[0] === before && op.strideX === op.strideY, `${settings.name} does not follow the operation before it`)
    const padding = op.padding === 'same' ? 'same' : ([0, 0, 0, 0] as const)
    const convolution = { ...settings, input: output, stride: op.strideX, padding: padding as 'same', activation: op.activation }
    output = op.kind === 'conv' ? builder.conv(convolution) : builder.depthwise(convolution)
    if (op.kind === 'conv') builder.cut(cut, output)
    before = op.outputs[0]
  }
  const pool = model.ops[poolAt]
  const sidePx = model.tensors[before ?? -1]?.shape[1]
  const whole = pool?.kind === 'average-pool' && pool.inputs[0] === before && pool.filterX === sidePx && pool.filterY === sidePx
  requireWellFormed(whole, 'the average pool does not cover the whole picture')
  builder.pool('pool', output)
  return builder.build()
}
