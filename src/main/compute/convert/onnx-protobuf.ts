/**
 * The few messages of ONNX that a feature extractor needs, written as protobuf (onnx/onnx.proto; protobuf.dev/programming-guides/encoding).
 * A message is a list of pieces, so that weights are copied once, at the end.
 */
export interface Message {
  readonly pieces: readonly Uint8Array[]
  readonly length: number
}

const wire = { varint: 0, bytes: 2 } as const
/** TensorProto.DataType and AttributeProto.AttributeType. */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6 } as const
const attributeTypes = { int: 2, ints: 7 } as const

function message(parts: readonly (Message | Uint8Array)[]): Message {
  const pieces = parts.flatMap((part) => (part instanceof Uint8Array ? [part] : part.pieces))
  return { pieces, length: pieces.reduce((sum, piece) => sum + piece.length, 0) }
}

/** A whole number from 0 to 2^53 in groups of seven bits, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    const group = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? group + 128 : group)
  } while (rest > 0)
  return Uint8Array.from(bytes)
}

function intField(field: number, value: number): Message {
  return message([varint(field * 8 + wire.varint), varint(value)])
}
function bytesField(field: number, content: Message | Uint8Array): Message {
  return message([varint(field * 8 + wire.bytes), varint(content.length), content])
}
function textField(field: number, text: string): Message {
  return bytesField(field, new TextEncoder().encode(text))
}

function elementTypeOf(data: Float32Array | Uint8Array | Int8Array | Int32Array): number {
  if (data instanceof Float32Array) return elementTypes.float32
  if (data instanceof Int32Array) return elementTypes.int32
  return data instanceof Int8Array ? elementTypes.int8 : elementTypes.uint8
}

/** A constant: row-major, of any number of sides. */
export function tensorProto(name: string, shape: readonly number[], data: Float32Array | Uint8Array | Int8Array | Int32Array): Message {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return message([...shape.map((side) => intField(1, side)), intField(2, elementTypeOf(data)), textField(8, name), bytesField(9, raw)])
}

/** An operation, of the default domain where no other is named; attributes are whole numbers or lists of them, none negative. */
export function nodeProto(
  operation: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
  domain = '',
): Message {
  const attributeProtos = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number'
      ? message([textField(1, name), intField(3, value), intField(20, attributeTypes.int)])
      : message([textField(1, name), ...value.map((one) => intField(8, one)), intField(20, attributeTypes.ints)]),
  )
  return message([
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(3, output),
    textField(4, operation),
    ...attributeProtos.map((attribute) => bytesField(5, attribute)),
    ...(domain === '' ? [] : [textField(7, domain)]),
  ])
}

/** Name, element type and sides of an input or output; a side with a name is open. */
export function valueInfoProto(name: string, elementType: number, sides: readonly (number | string)[]): Message {
  const dimensions = sides.map((side) => bytesField(1, typeof side === 'string' ? textField(2, side) : intField(1, side)))
  const tensorType = message([intField(1, elementType), bytesField(2, message(dimensions))])
  return message([textField(1, name), bytesField(2, bytesField(1, tensorType))])
}

interface Graph {
  readonly nodes: readonly Message[]
  readonly constants: readonly Message[]
  readonly inputs: readonly Message[]
  readonly outputs: readonly Message[]
  /** Domains of operations beside the default one; version 1 of each. */
  readonly domains?: readonly string[]
}

/** A whole .onnx file: IR version 8, opset 13, which every runtime since 2021 reads. */
export function modelProto(graph: Graph): Uint8Array {
  const graphProto = message([
    ...graph.nodes.map((node) => bytesField(1, node)),
    textField(2, 'graft'),
    ...graph.constants.map((constant) => bytesField(5, constant)),
    ...graph.inputs.map((input) => bytesField(11, input)),
    ...graph.outputs.map((output) => bytesField(12, output)),
  ])
  const opset = (domain: string, version: number): Message => bytesField(8, message([textField(1, domain), intField(2, version)]))
  const opsets = [opset('', 13), ...(graph.domains ?? []).map((domain) => opset(domain, 1))]
  const model = message([intField(1, 8), textField(2, 'graft'), bytesField(7, graphProto), ...opsets])
  const file = new Uint8Array(model.length)
  let offset = 0
  for (const piece of model.pieces) {
    file.set(piece, offset)
    offset += piece.length
  }
  return file
}
