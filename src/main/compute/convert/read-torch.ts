import { ByteCursor } from './byte-cursor.ts'
import { requireWellFormed } from './malformed-file.ts'
import { PickledGlobal, readPickle, type Pickled, type PickleRules } from './read-pickle.ts'

/** A float32 tensor, row-major whatever the order in the file. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

/** The first number of the old torch.save format. */
const torchMagic = 0x1950a86a20f9469cfc6cn
const torchProtocol = 1001
const bytesPerElement: Readonly<Record<string, number>> = {
  'torch FloatStorage': 4,
  'torch LongStorage': 8,
  'torch DoubleStorage': 8,
  'torch HalfStorage': 2,
}

/** A run of numbers in the file that tensors look into; found after all pickles have been read. */
class Storage {
  readonly type: string
  readonly length: number
  bytes: Uint8Array | null = null
  constructor(type: string, length: number) {
    this.type = type
    this.length = length
  }
}

class TensorView {
  readonly storage: Storage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function counts(value: Pickled | undefined): readonly number[] {
  requireWellFormed(Array.isArray(value) && value.length <= 8, 'a tensor without a shape')
  return value.map((count) => {
    requireWellFormed(isCount(count), 'a shape that is not a list of counts')
    return count
  })
}

function tensorView(args: readonly Pickled[]): TensorView {
  const [storage, offset] = args
  requireWellFormed(storage instanceof Storage && isCount(offset), 'a tensor without a storage')
  const [shape, strides] = [counts(args[2]), counts(args[3])]
  requireWellFormed(shape.length === strides.length, 'a tensor with more sides than strides')
  const elements = shape.reduce((product, side) => product * side, 1)
  const lastIndex = shape.reduce((index, side, axis) => index + Math.max(0, side - 1) * (strides[axis] ?? 0), offset)
  // A stride of 0 would let a tiny file ask for any amount of memory.
  requireWellFormed(elements <= storage.length && lastIndex < storage.length, 'a tensor that reaches beyond its storage')
  return new TensorView(storage, offset, shape, strides)
}

function rules(storages: Map<string, Storage>, lengthLimit: number): PickleRules {
  return {
    globals: new Set(['collections OrderedDict', 'torch._utils _rebuild_tensor_v2', ...Object.keys(bytesPerElement)]),
    rebuild(global, args) {
      if (global.qualifiedName === 'collections OrderedDict') return new Map()
      requireWellFormed(global.qualifiedName === 'torch._utils _rebuild_tensor_v2', `refused: a call of ${global.qualifiedName}`)
      return tensorView(args)
    },
    persistent(id) {
      requireWellFormed(Array.isArray(id) && id[0] === 'storage' && id[1] instanceof PickledGlobal, 'a reference that is not to a storage')
      const [, type, key, , length] = id as [unknown, PickledGlobal, Pickled, unknown, Pickled]
      requireWellFormed(Object.hasOwn(bytesPerElement, type.qualifiedName), `a storage of ${type.qualifiedName}`)
      requireWellFormed(typeof key === 'string' && isCount(length) && length <= lengthLimit, 'a storage without a name or a length')
      const known = storages.get(key)
      if (known !== undefined) return known
      const storage = new Storage(type.qualifiedName, length)
      storages.set(key, storage)
      return storage
    },
  }
}

/**
 * Copies a view into row-major order. Files whose weights were converted from TensorFlow hold them in another order than their shape says:
 * read in storage order they give a wrong network without any error.
 */
function toRowMajor(view: TensorView, storageBytes: Uint8Array): Tensor {
  const source = new DataView(storageBytes.buffer, storageBytes.byteOffset, storageBytes.byteLength)
  const data = new Float32Array(view.shape.reduce((product, side) => product * side, 1))
  const position = view.shape.map(() => 0)
  let element = view.offset
  for (let index = 0; index < data.length; index++) {
    data[index] = source.getFloat32(4 * element, true)
    for (let axis = view.shape.length - 1; axis >= 0; axis--) {
      const [side, stride, step] = [view.shape[axis] ?? 0, view.strides[axis] ?? 0, (position[axis] ?? 0) + 1]
      position[axis] = step < side ? step : 0
      element += step < side ? stride : -stride * (side - 1)
      if (step < side) break
    }
  }
  return { shape: view.shape, data }
}

function readStorages(cursor: ByteCursor, keys: Pickled, storages: ReadonlyMap<string, Storage>): void {
  requireWellFormed(Array.isArray(keys), 'no list of storages')
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    requireWellFormed(storage !== undefined && storage.bytes === null, 'a storage that no tensor uses')
    const length = cursor.size64()
    requireWellFormed(length === storage.length, `a storage of ${length} numbers where ${storage.length} were announced`)
    storage.bytes = cursor.take(length * (bytesPerElement[storage.type] ?? 0))
  }
  requireWellFormed(cursor.remaining === 0, `${cursor.remaining} bytes too many`)
}

/**
 * The float32 tensors of a state dict in the old torch.save format (before PyTorch 1.6): five pickles, then the raw numbers. Allow-listed
 * opcodes and names; nothing in the file is executed. Tensors of other types (counters) are left out. Throws `MalformedFile`.
 */
export function readTorch(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const cursor = new ByteCursor(bytes)
  const storages = new Map<string, Storage>()
  const pickle = rules(storages, bytes.length)
  requireWellFormed(readPickle(cursor, pickle) === torchMagic, 'not a file of torch.save')
  requireWellFormed(readPickle(cursor, pickle) === torchProtocol, 'a newer format of torch.save')
  const system = readPickle(cursor, pickle)
  requireWellFormed(system instanceof Map && system.get('little_endian') === true, 'written on a machine with another byte order')
  const state = readPickle(cursor, pickle)
  requireWellFormed(state instanceof Map, 'no state dict')
  readStorages(cursor, readPickle(cursor, pickle), storages)

  const tensors = new Map<string, Tensor>()
  let elements = 0
  for (const [name, view] of state) {
    requireWellFormed(typeof name === 'string' && view instanceof TensorView, 'a state dict with something that is not a tensor')
    if (view.storage.type !== 'torch FloatStorage') continue
    requireWellFormed(view.storage.bytes !== null, `${name} has no numbers`)
    elements += view.shape.reduce((product, side) => product * side, 1)
    requireWellFormed(elements <= bytes.length, 'more tensors than the file has numbers')
    tensors.set(name, toRowMajor(view, view.storage.bytes))
  }
  return tensors
}
