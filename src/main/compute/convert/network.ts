import { z } from 'zod'
import { requireWellFormed } from './malformed-file.ts'

/** Raised whenever the meaning of the files changes, so that older ones are made again instead of misread. */
export const networkFormVersion = 1

/** Far above every network that a desk can run; below what would exhaust a machine when a file lies about its sizes. */
const limits = { ops: 2000, channels: 16_384, features: 16_777_216, kernelPx: 31, inputSizePx: 2048, tensorsBytes: 512 * 1024 * 1024 }

const Activation = z.enum(['none', 'relu6', 'relu'])
export type Activation = z.infer<typeof Activation>
/** To 0 and more, or to 0..6. */
export type Clipping = Exclude<Activation, 'none'>

/** `same` as TensorFlow means it (the odd pixel goes to the bottom and right), or zeros added at [top, left, bottom, right]. */
const pad = z.int().min(0).max(limits.kernelPx)
const Padding = z.union([z.literal('same'), z.tuple([pad, pad, pad, pad])])
export type Padding = z.infer<typeof Padding>

const name = z.string().min(1).max(100)
/** Index of the op whose output comes in; -1 is the scaled picture. Always smaller than the op's own index. */
const source = z.int().min(-1).max(limits.ops)
const channels = z.int().min(1).max(limits.channels)
const convolution = {
  name,
  input: source,
  kernelPx: z.int().min(1).max(limits.kernelPx),
  stride: z.int().min(1).max(8),
  padding: Padding,
  activation: Activation,
  inChannels: channels,
  outChannels: channels,
}
const ConvOp = z.strictObject({ kind: z.literal('conv'), ...convolution })
/** One filter a channel: `outChannels` equals `inChannels`. */
const DepthwiseOp = z.strictObject({ kind: z.literal('depthwise'), ...convolution })
const AddOp = z.strictObject({ kind: z.literal('add'), name, inputs: z.tuple([source, source]) })
const PoolOp = z.strictObject({ kind: z.literal('global-average-pool'), name, input: source })
/** What follows no convolution of its own, e.g. a sum. */
const ActivationOp = z.strictObject({ kind: z.literal('activation'), name, input: source, activation: Activation.exclude(['none']) })
/** The largest value in each window. Zeros that are added around may not come out of it, so that nothing below 0 may come in where there are some. */
const MaxPoolOp = z.strictObject({
  kind: z.literal('max-pool'),
  name,
  input: source,
  kernelPx: z.int().min(1).max(limits.kernelPx),
  stride: z.int().min(1).max(8),
  padding: Padding,
})
/** All values of what comes in, height by height, as features: ends the front of a network that was cut. */
const FlattenOp = z.strictObject({ kind: z.literal('flatten'), name, input: source })
const NetworkOp = z.discriminatedUnion('kind', [ConvOp, DepthwiseOp, AddOp, ActivationOp, MaxPoolOp, PoolOp, FlattenOp])
export type NetworkOp = z.infer<typeof NetworkOp>
export type ConvolutionOp = z.infer<typeof ConvOp> | z.infer<typeof DepthwiseOp>
type MaxPoolOp = z.infer<typeof MaxPoolOp>

/** One number for all of red, green and blue, or one for each. */
const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])])
const Scaling = z.strictObject({ scale: perChannel, offset: perChannel })
/** The network sees `pixel * scale + offset` for RGB 0..255. */
export type Scaling = z.infer<typeof Scaling>

/**
 * What a network does, without its weights. Ops run in order; the last one gives the features: a global average pool, or `flatten`.
 * Its input is `pixel * scale + offset` for RGB bytes 0..255.
 */
export const NetworkTopology = z.strictObject({
  formVersion: z.literal(networkFormVersion),
  id: z.string().min(1).max(61),
  inputSizePx: z.int().min(1).max(limits.inputSizePx),
  scaling: Scaling,
  featureDim: z.int().min(1).max(limits.features),
  ops: z.array(NetworkOp).min(1).max(limits.ops),
  /** Where the network can be cut in two for fine-tuning: nothing before `op` is used after it. In order. */
  cuts: z.array(z.strictObject({ name, op: z.int().min(0).max(limits.ops) })),
})
export type NetworkTopology = z.infer<typeof NetworkTopology>

/** Weights of one convolution, BatchNorm folded in. */
export interface ConvolutionWeights {
  /** Row-major [kernel, kernel, in, out] for `conv`, [kernel, kernel, channels] for `depthwise`. */
  readonly kernel: Float32Array<ArrayBuffer>
  /** Length outChannels. */
  readonly bias: Float32Array<ArrayBuffer>
}

/** A pretrained network without its head, in the one form that every engine and every export is built from. */
export interface Network {
  readonly topology: NetworkTopology
  /** By the name of the op; one entry for each `conv` and `depthwise`. */
  readonly weights: ReadonlyMap<string, ConvolutionWeights>
}

/** Height, width and channels of what an op answers with, for one picture. */
export interface Shape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

export function isConvolution(op: NetworkOp): op is ConvolutionOp {
  return op.kind === 'conv' || op.kind === 'depthwise'
}

/** Numbers in the kernel of an op. */
export function kernelLength(op: ConvolutionOp): number {
  return op.kernelPx * op.kernelPx * op.inChannels * (op.kind === 'conv' ? op.outChannels : 1)
}

/** Bytes of all kernels and biases, in the order of the ops, as float32. */
export function tensorsLengthBytes(topology: NetworkTopology): number {
  return topology.ops.filter(isConvolution).reduce((bytes, op) => bytes + 4 * (kernelLength(op) + op.outChannels), 0)
}

/** Zeros that `same` stands for along one side, before and after: TensorFlow's rule (tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2). */
function samePads(lengthPx: number, kernelPx: number, stride: number): readonly [number, number] {
  const total = Math.max(0, (Math.ceil(lengthPx / stride) - 1) * stride + kernelPx - lengthPx)
  return [Math.floor(total / 2), Math.ceil(total / 2)]
}

/** The zeros around the input of a window as numbers: [top, left, bottom, right]. */
export function explicitPads(
  op: Pick<ConvolutionOp | MaxPoolOp, 'padding' | 'kernelPx' | 'stride'>,
  input: Shape,
): readonly [number, number, number, number] {
  if (op.padding !== 'same') return op.padding
  const [top, bottom] = samePads(input.height, op.kernelPx, op.stride)
  const [left, right] = samePads(input.width, op.kernelPx, op.stride)
  return [top, left, bottom, right]
}

function convolvedShape(op: ConvolutionOp, input: Shape): Shape {
  requireWellFormed(input.channels === op.inChannels, `${op.name} expects ${op.inChannels} channels and is given ${input.channels}`)
  requireWellFormed(op.kind === 'conv' || op.inChannels === op.outChannels, `${op.name} changes the number of channels, depthwise cannot`)
  return { ...slidShape(op, input), channels: op.outChannels }
}

/** Places of a window that goes over what comes in. */
function slidShape(op: ConvolutionOp | MaxPoolOp, input: Shape): Pick<Shape, 'height' | 'width'> {
  const [top, left, bottom, right] = explicitPads(op, input)
  const height = Math.floor((input.height + top + bottom - op.kernelPx) / op.stride) + 1
  const width = Math.floor((input.width + left + right - op.kernelPx) / op.stride) + 1
  requireWellFormed(height >= 1 && width >= 1, `${op.name} is wider than the picture it looks at`)
  return { height, width }
}

/** Whether nothing below 0 comes out of an op. */
function isNeverNegative(ops: readonly NetworkOp[], source: number): boolean {
  const op = ops[source]
  if (op === undefined) return false
  if (op.kind === 'max-pool' || op.kind === 'global-average-pool' || op.kind === 'flatten') return isNeverNegative(ops, op.input)
  return op.kind === 'add' ? op.inputs.every((each) => isNeverNegative(ops, each)) : op.activation !== 'none'
}

function pooledShape(ops: readonly NetworkOp[], op: MaxPoolOp, input: Shape): Shape {
  const isPadded = op.padding !== 'same' && Math.max(...op.padding) > 0
  requireWellFormed(!isPadded || isNeverNegative(ops, op.input), `${op.name} would take zeros that it adds for the largest value`)
  requireWellFormed(op.padding === 'same' || Math.max(...op.padding) < op.kernelPx, `${op.name} has windows of nothing but added zeros`)
  return { ...slidShape(op, input), channels: input.channels }
}

/**
 * Shape of the output of each op, in the order of the ops. Throws `MalformedFile` where an op cannot take what it is given, refers to a later
 * one, bears a name twice, where a cut is not one, or where the last op does not give `featureDim` features.
 */
export function shapesOf(topology: NetworkTopology): readonly Shape[] {
  const picture: Shape = { height: topology.inputSizePx, width: topology.inputSizePx, channels: 3 }
  const shapes: Shape[] = []
  const names = new Set<string>()
  const shapeAt = (source: number, user: string): Shape => {
    const shape = source === -1 ? picture : shapes[source]
    requireWellFormed(shape !== undefined, `${user} refers to output ${source}, which does not come before it`)
    return shape
  }
  for (const op of topology.ops) {
    requireWellFormed(!names.has(op.name), `two ops are called ${op.name}`)
    names.add(op.name)
    if (isConvolution(op)) shapes.push(convolvedShape(op, shapeAt(op.input, op.name)))
    else if (op.kind === 'activation') shapes.push(shapeAt(op.input, op.name))
    else if (op.kind === 'max-pool') shapes.push(pooledShape(topology.ops, op, shapeAt(op.input, op.name)))
    else if (op.kind === 'global-average-pool') shapes.push({ height: 1, width: 1, channels: shapeAt(op.input, op.name).channels })
    else if (op.kind === 'flatten') {
      const { height, width, channels: deep } = shapeAt(op.input, op.name)
      shapes.push({ height: 1, width: 1, channels: height * width * deep })
    } else {
      const [first, second] = [shapeAt(op.inputs[0], op.name), shapeAt(op.inputs[1], op.name)]
      const alike = first.height === second.height && first.width === second.width && first.channels === second.channels
      requireWellFormed(alike, `${op.name} adds two outputs of different shapes`)
      shapes.push(first)
    }
  }
  const last = topology.ops.at(-1)
  const ends = last?.kind === 'global-average-pool' || last?.kind === 'flatten'
  requireWellFormed(ends, 'the network does not end with a global average pool')
  requireWellFormed(shapes.at(-1)?.channels === topology.featureDim, `the network does not give ${topology.featureDim} features`)
  requireWellFormed(tensorsLengthBytes(topology) <= limits.tensorsBytes, 'the network has more weights than can be loaded')
  for (const cut of topology.cuts) requireWellFormed(isCut(topology.ops, cut.op), `${cut.name} is not a place to cut the network`)
  return shapes
}

/** What the network sees of a pixel's tone, 0..255, in channel 0..2 (red, green, blue). */
export function scaledTone({ scale, offset }: Scaling, tone: number, channel: number): number {
  const of = (value: Scaling['scale']): number => (typeof value === 'number' ? value : (value[channel] ?? NaN))
  return tone * of(scale) + of(offset)
}

/** Multiplications for one picture. */
export function multiplications(topology: NetworkTopology): number {
  const shapes = shapesOf(topology)
  return topology.ops.reduce((sum, op, index) => {
    if (!isConvolution(op)) return sum
    const { height, width, channels: filters } = shapes[index] ?? { height: 0, width: 0, channels: 0 }
    return sum + height * width * filters * op.kernelPx ** 2 * (op.kind === 'conv' ? op.inChannels : 1)
  }, 0)
}

/** Indices of the ops (-1: the picture) whose outputs come in. */
export function sourcesOf(op: NetworkOp): readonly number[] {
  return op.kind === 'add' ? op.inputs : [op.input]
}

/** Whether everything after op `index` needs nothing from before it. */
function isCut(ops: readonly NetworkOp[], index: number): boolean {
  return index < ops.length && ops.slice(index + 1).every((op) => sourcesOf(op).every((source) => source >= index))
}
