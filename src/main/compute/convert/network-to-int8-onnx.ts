import { isConvolution, explicitPads, shapesOf, type ConvolutionOp, type Network, type NetworkOp, type Shape } from './network.ts'
import { onnxInput, onnxOutput, toChannelsFirst } from './network-to-onnx.ts'
import { elementTypes, modelProto, nodeProto, tensorProto, valueInfoProto, type Message } from './onnx-protobuf.ts'
import { byteScales, quantiseConvolution, type ByteScale, type ValueRange } from './quantise.ts'

/** Where onnxruntime keeps operations that ONNX does not have: a sum of bytes is one of them. */
const runtimeDomain = 'com.microsoft'

const nameOf = (source: number): string => (source === -1 ? 'picture' : `op${source}`)
/** Names of a place: its bytes, their scale and their zero point. */
const asOperand = (source: number): readonly [string, string, string] => [
  nameOf(source),
  `${nameOf(source)}_scale`,
  `${nameOf(source)}_zero`,
]

/** Collects nodes and constants of one file. */
class Int8Graph {
  readonly nodes: Message[] = []
  readonly constants: Message[] = []
  readonly #network: Network
  readonly #shapes: readonly Shape[]
  readonly #scales: ReadonlyMap<number, ByteScale>

  constructor(network: Network, ranges: readonly ValueRange[]) {
    this.#network = network
    this.#shapes = shapesOf(network.topology)
    this.#scales = byteScales(network.topology, ranges)
    for (const [place, { scale, zeroPoint }] of this.#scales) {
      const [, scaleName, zeroName] = asOperand(place)
      this.constants.push(tensorProto(scaleName, [], Float32Array.of(scale)), tensorProto(zeroName, [], Uint8Array.of(zeroPoint)))
    }
    this.nodes.push(nodeProto('Transpose', [onnxInput], nameOf(-1), { perm: [0, 3, 1, 2] }))
  }

  add(op: NetworkOp, index: number): void {
    const output = nameOf(index)
    if (isConvolution(op)) this.#convolution(op, index)
    else if (op.kind === 'add') {
      const inputs = [...asOperand(op.inputs[0]), ...asOperand(op.inputs[1]), ...asOperand(index).slice(1)]
      this.nodes.push(nodeProto('QLinearAdd', inputs, output, {}, runtimeDomain))
    } else if (op.kind === 'global-average-pool') {
      // In float32: the mean of 49 bytes is finer than a byte.
      this.nodes.push(nodeProto('DequantizeLinear', asOperand(op.input), `${output}_values`))
      this.nodes.push(nodeProto('GlobalAveragePool', [`${output}_values`], output))
      this.nodes.push(nodeProto('Flatten', [output], onnxOutput, { axis: 1 }))
    } else throw new RangeError(`${op.name} has no form in bytes`)
  }

  #convolution(op: ConvolutionOp, index: number): void {
    const { kernelPx, stride, outChannels } = op
    const { inputSizePx, scaling } = this.#network.topology
    const weights = this.#network.weights.get(op.name)
    const input = this.#scales.get(op.input)
    if (weights === undefined || input === undefined) throw new Error(`${op.name} has no weights, or no input`)
    if (typeof scaling.offset !== 'number') throw new RangeError('a scale for each channel has no form in bytes')
    const off = op.input === -1 ? scaling.offset + input.scale * input.zeroPoint : 0
    const { kernel, kernelScales, bias } = quantiseConvolution(op, weights, input, off)
    const output = nameOf(index)
    const kernelShape = [outChannels, op.kind === 'conv' ? op.inChannels : 1, kernelPx, kernelPx]
    const names = ['kernel', 'kernel_scales', 'kernel_zeros', 'bias'].map((each) => `${output}_${each}`) as [string, string, string, string]
    this.constants.push(
      tensorProto(names[0], kernelShape, toChannelsFirst(op, kernel)),
      tensorProto(names[1], [outChannels], kernelScales),
      tensorProto(names[2], [outChannels], new Int8Array(outChannels)),
      tensorProto(names[3], [outChannels], bias),
    )
    const picture: Shape = { height: inputSizePx, width: inputSizePx, channels: 3 }
    const attributes = {
      kernel_shape: [kernelPx, kernelPx],
      strides: [stride, stride],
      pads: explicitPads(op, this.#shapes[op.input] ?? picture),
      group: op.kind === 'conv' ? 1 : op.inChannels,
    }
    const inputs = [...asOperand(op.input), names[0], names[1], names[2], ...asOperand(index).slice(1), names[3]]
    this.nodes.push(nodeProto('QLinearConv', inputs, output, attributes))
  }
}

/**
 * The network in whole numbers of 8 bits as an .onnx file for onnxruntime, with the input and output of `networkToOnnx`. It is a network of its
 * own: its features are not those of the float32 one, and a head belongs to the one that it was trained on. `ranges`: see `byteScales`.
 */
export function networkToInt8Onnx(network: Network, ranges: readonly ValueRange[]): Uint8Array {
  const { ops, inputSizePx, featureDim } = network.topology
  const graph = new Int8Graph(network, ranges)
  for (const [index, op] of ops.entries()) graph.add(op, index)
  return modelProto({
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: [valueInfoProto(onnxInput, elementTypes.uint8, ['N', inputSizePx, inputSizePx, 3])],
    outputs: [valueInfoProto(onnxOutput, elementTypes.float32, ['N', featureDim])],
    domains: [runtimeDomain],
  })
}
