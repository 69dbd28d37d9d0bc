import {
  isConvolution,
  explicitPads,
  shapesOf,
  type Clipping,
  type ConvolutionOp,
  type ConvolutionWeights,
  type Network,
  type Scaling,
  type Shape,
} from './network.ts'
import { elementTypes, modelProto, nodeProto, tensorProto, valueInfoProto, type Message } from './onnx-protobuf.ts'

/** Names of the graph's input and output. */
export const onnxInput = 'pixels'
export const onnxOutput = 'features'

/** [h, w, in, out] as ONNX's [out, in, h, w]; a depthwise [h, w, channels] as [channels, 1, h, w]. */
export function toChannelsFirst<T extends Float32Array | Int8Array>(op: ConvolutionOp, kernel: T): T {
  const inside = op.kind === 'conv' ? op.inChannels : 1
  const taps = op.kernelPx * op.kernelPx
  const result = kernel.slice() as T
  let source = 0
  for (let tap = 0; tap < taps; tap++)
    for (let i = 0; i < inside; i++)
      for (let o = 0; o < op.outChannels; o++) result[(o * inside + i) * taps + tap] = kernel[source++] ?? NaN
  return result
}

interface Written {
  readonly nodes: readonly Message[]
  readonly constants: readonly Message[]
}

function clipNode(activation: Clipping, input: string, output: string): Message {
  return activation === 'relu6' ? nodeProto('Clip', [input, 'zero', 'six'], output) : nodeProto('Relu', [input], output)
}

function convolution(op: ConvolutionOp, weights: ConvolutionWeights, input: string, inputShape: Shape, output: string): Written {
  const { kernelPx, stride } = op
  const kernelShape = [op.outChannels, op.kind === 'conv' ? op.inChannels : 1, kernelPx, kernelPx]
  const convolved = op.activation === 'none' ? output : `${output}_linear`
  const attributes = {
    kernel_shape: [kernelPx, kernelPx],
    strides: [stride, stride],
    pads: explicitPads(op, inputShape),
    group: op.kind === 'conv' ? 1 : op.inChannels,
  }
  const nodes = [nodeProto('Conv', [input, `${output}_kernel`, `${output}_bias`], convolved, attributes)]
  if (op.activation !== 'none') nodes.push(clipNode(op.activation, convolved, output))
  const constants = [
    tensorProto(`${output}_kernel`, kernelShape, toChannelsFirst(op, weights.kernel)),
    tensorProto(`${output}_bias`, [op.outChannels], weights.bias),
  ]
  return { nodes, constants }
}

/** Of planes: one number, or one for each of the three. */
function scalingConstant(name: string, value: Scaling['scale']): Message {
  return typeof value === 'number' ? tensorProto(name, [], Float32Array.of(value)) : tensorProto(name, [3, 1, 1], Float32Array.from(value))
}

function clipsAtSix({ topology: { ops } }: Network): boolean {
  return ops.some((op) => 'activation' in op && op.activation === 'relu6')
}

/** RGB bytes as they come from a decoder to scaled float planes. */
function scaledPlanes(network: Network): Written {
  const { scale, offset } = network.topology.scaling
  return {
    nodes: [
      nodeProto('Transpose', [onnxInput], 'planes', { perm: [0, 3, 1, 2] }),
      nodeProto('Cast', ['planes'], 'planes_float', { to: elementTypes.float32 }),
      nodeProto('Mul', ['planes_float', 'scale'], 'planes_scaled'),
      nodeProto('Add', ['planes_scaled', 'offset'], 'picture'),
    ],
    constants: [
      scalingConstant('scale', scale),
      scalingConstant('offset', offset),
      // What no node uses is warned of.
      ...(clipsAtSix(network) ? [tensorProto('zero', [], Float32Array.of(0)), tensorProto('six', [], Float32Array.of(6))] : []),
    ],
  }
}

/**
 * The network as an .onnx file. Input `pixels`: uint8 [N, size, size, 3], RGB; scaling is part of the graph. Output `features`: float32
 * [N, featureDim].
 */
export function networkToOnnx(network: Network): Uint8Array {
  const { ops, inputSizePx, featureDim } = network.topology
  const shapes = shapesOf(network.topology)
  const picture: Shape = { height: inputSizePx, width: inputSizePx, channels: 3 }
  const nameOf = (source: number): string => (source === -1 ? 'picture' : `op${source}`)
  const written: Written[] = [scaledPlanes(network)]
  for (const [index, op] of ops.entries()) {
    const output = nameOf(index)
    if (isConvolution(op)) {
      const weights = network.weights.get(op.name)
      if (weights === undefined) throw new Error(`${op.name} has no weights`)
      written.push(convolution(op, weights, nameOf(op.input), shapes[op.input] ?? picture, output))
    } else if (op.kind === 'add') written.push({ nodes: [nodeProto('Add', op.inputs.map(nameOf), output)], constants: [] })
    else if (op.kind === 'activation') written.push({ nodes: [clipNode(op.activation, nameOf(op.input), output)], constants: [] })
    else if (op.kind === 'max-pool') {
      const { kernelPx, stride } = op
      const pads = explicitPads(op, shapes[op.input] ?? picture)
      const attributes = { kernel_shape: [kernelPx, kernelPx], strides: [stride, stride], pads }
      written.push({ nodes: [nodeProto('MaxPool', [nameOf(op.input)], output, attributes)], constants: [] })
    } else if (op.kind === 'flatten') {
      const rows = `${output}_rows`
      const nodes = [
        nodeProto('Transpose', [nameOf(op.input)], rows, { perm: [0, 2, 3, 1] }),
        nodeProto('Flatten', [rows], onnxOutput, { axis: 1 }),
      ]
      written.push({ nodes, constants: [] })
    } else {
      const nodes = [
        nodeProto('GlobalAveragePool', [nameOf(op.input)], output),
        ...(index === ops.length - 1 ? [nodeProto('Flatten', [output], onnxOutput, { axis: 1 })] : []),
      ]
      written.push({ nodes, constants: [] })
    }
  }
  return modelProto({
    nodes: written.flatMap(({ nodes }) => nodes),
    constants: written.flatMap(({ constants }) => constants),
    inputs: [valueInfoProto(onnxInput, elementTypes.uint8, ['N', inputSizePx, inputSizePx, 3])],
    outputs: [valueInfoProto(onnxOutput, elementTypes.float32, ['N', featureDim])],
  })
}
