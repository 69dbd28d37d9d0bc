import { float32FromBytes } from './float32-bytes.ts'
import { MalformedFile, requireWellFormed } from './malformed-file.ts'

/** A tensor of the file; `data` is null for what is computed at run time. */
interface TfliteTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer> | null
}

interface WindowSettings {
  readonly padding: 'same' | 'valid'
  readonly strideY: number
  readonly strideX: number
  readonly activation: 'none' | 'relu6'
}
/** `inputs` and `outputs` are indices of tensors. */
export type TfliteOp = { readonly inputs: readonly number[]; readonly outputs: readonly number[] } & (
  | ({ readonly kind: 'conv' | 'depthwise' } & WindowSettings)
  | ({ readonly kind: 'average-pool'; readonly filterY: number; readonly filterX: number } & WindowSettings)
  | { readonly kind: 'other'; readonly code: number }
)

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[]
  readonly ops: readonly TfliteOp[]
  readonly inputs: readonly number[]
}

/** Codes of `BuiltinOperator` and enums of TensorFlow Lite's schema.fbs, version 3. */
const codes = { averagePool: 1, conv: 3, depthwise: 4 } as const
const float32 = 0
const activations: Readonly<Record<number, 'none' | 'relu6'>> = { 0: 'none', 3: 'relu6' }
const entriesLimit = 10_000

/** A table of a flatbuffer: fields by their number in the schema. Every access is checked against the end of the file. */
class Table {
  readonly #view: DataView
  readonly #position: number

  constructor(view: DataView, position: number) {
    this.#view = view
    this.#position = position
  }

  /** Position of a field, or null where it has its default. */
  #field(index: number): number | null {
    const vtable = this.#position - this.#view.getInt32(this.#position, true)
    const entry = 4 + 2 * index
    if (entry + 2 > this.#view.getUint16(vtable, true)) return null
    const offset = this.#view.getUint16(vtable + entry, true)
    return offset === 0 ? null : this.#position + offset
  }
  #follow(position: number): number {
    return position + this.#view.getUint32(position, true)
  }
  /** First element and length of a vector whose elements have `elementBytes`. */
  #vector(index: number, elementBytes: number): { readonly start: number; readonly length: number } {
    const field = this.#field(index)
    if (field === null) return { start: 0, length: 0 }
    const position = this.#follow(field)
    const length = this.#view.getUint32(position, true)
    const start = position + 4
    requireWellFormed(length * elementBytes <= this.#view.byteLength - start, `a list that reaches beyond the end of the file`)
    return { start, length }
  }

  int8(index: number, missing: number): number {
    const field = this.#field(index)
    return field === null ? missing : this.#view.getInt8(field)
  }
  int32(index: number, missing: number): number {
    const field = this.#field(index)
    return field === null ? missing : this.#view.getInt32(field, true)
  }
  int32s(index: number): readonly number[] {
    const { start, length } = this.#vector(index, 4)
    requireWellFormed(length <= entriesLimit, `a list of ${length} entries`)
    return Array.from({ length }, (_, i) => this.#view.getInt32(start + 4 * i, true))
  }
  table(index: number): Table {
    const field = this.#field(index)
    requireWellFormed(field !== null, 'a part is missing')
    return new Table(this.#view, this.#follow(field))
  }
  tables(index: number): readonly Table[] {
    const { start, length } = this.#vector(index, 4)
    requireWellFormed(length <= entriesLimit, `a list of ${length} entries`)
    return Array.from({ length }, (_, i) => new Table(this.#view, this.#follow(start + 4 * i)))
  }
  /** Bytes of a field, not copied; null where there are none. */
  bytes(index: number): Uint8Array | null {
    const { start, length } = this.#vector(index, 1)
    return length === 0 ? null : new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length)
  }
}

function activationOf(code: number): 'none' | 'relu6' {
  const activation = activations[code]
  requireWellFormed(activation !== undefined, `the activation ${code} is not understood`)
  return activation
}

function readOp(op: Table, opcodes: readonly number[]): TfliteOp {
  const code = opcodes[op.int32(0, 0)]
  requireWellFormed(code !== undefined, 'an operation without a kind')
  const inputs = op.int32s(1)
  const outputs = op.int32s(2)
  if (code !== codes.conv && code !== codes.depthwise && code !== codes.averagePool) return { kind: 'other', code, inputs, outputs }
  const options = op.table(4)
  const window = {
    padding: options.int8(0, 0) === 0 ? 'same' : 'valid',
    strideX: options.int32(1, 0),
    strideY: options.int32(2, 0),
  } as const
  if (code === codes.averagePool) {
    const filter = { filterX: options.int32(3, 0), filterY: options.int32(4, 0) }
    return { kind: 'average-pool', inputs, outputs, ...window, ...filter, activation: activationOf(options.int8(5, 0)) }
  }
  const depthwise = code === codes.depthwise
  requireWellFormed(!depthwise || options.int32(3, 0) === 1, 'a depthwise convolution with several filters a channel')
  const [dilationX, dilationY] = depthwise ? [options.int32(5, 1), options.int32(6, 1)] : [options.int32(4, 1), options.int32(5, 1)]
  requireWellFormed(dilationX === 1 && dilationY === 1, 'a convolution with holes')
  return {
    kind: depthwise ? 'depthwise' : 'conv',
    inputs,
    outputs,
    ...window,
    activation: activationOf(options.int8(depthwise ? 4 : 3, 0)),
  }
}

function readTensor(tensor: Table, buffers: readonly Table[]): TfliteTensor {
  const shape = tensor.int32s(0)
  const bytes = buffers[tensor.int32(2, 0)]?.bytes(0) ?? null
  if (bytes === null || tensor.int8(1, 0) !== float32) return { shape, data: null }
  const length = shape.reduce((product, side) => product * side, 1)
  requireWellFormed(shape.every((side) => side > 0) && length * 4 === bytes.length, 'a tensor whose size is not that of its numbers')
  return { shape, data: float32FromBytes(bytes) }
}

/**
 * Reads the first graph of a TensorFlow Lite file: tensors with their float32 weights (others come without data) and operations in order.
 * Throws `MalformedFile`.
 */
export function readTflite(bytes: Uint8Array): TfliteModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    requireWellFormed(bytes.length > 8 && new TextDecoder('latin1').decode(bytes.subarray(4, 8)) === 'TFL3', 'not a TensorFlow Lite file')
    const model = new Table(view, view.getUint32(0, true))
    const opcodes = model.tables(1).map((code) => Math.max(code.int8(0, 0) & 0x7f, code.int32(3, 0)))
    const [graph] = model.tables(2)
    requireWellFormed(graph !== undefined, 'no graph')
    const buffers = model.tables(4)
    const weightBytes = graph.tables(0).reduce((sum, tensor) => sum + (buffers[tensor.int32(2, 0)]?.bytes(0)?.length ?? 0), 0)
    requireWellFormed(weightBytes <= bytes.length, 'tensors that share their numbers')
    const tensors = graph.tables(0).map((tensor) => readTensor(tensor, buffers))
    return { tensors, ops: graph.tables(3).map((op) => readOp(op, opcodes)), inputs: graph.int32s(1) }
  } catch (error) {
    // DataView refuses to read outside the file: the offsets in it are wrong.
    if (error instanceof RangeError) throw new MalformedFile('an offset that leads out of the file', { cause: error })
    throw error
  }
}
