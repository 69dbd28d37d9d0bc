import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import type { Tfjs } from '../load-tfjs.ts'

/** What the wasm backend offers beyond its kernels: its memory, in which all tensors lie. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo
  typedArrayFromHeap(tensor: TensorInfo): Float32Array
}

/**
 * A tensor on the wasm backend that a loop in JavaScript has filled: `fill` is given views of the inputs and of the result, which holds anything at first.
 * The views are good until something else is computed.
 */
export function fillTensor(
  tf: Tfjs,
  shape: readonly number[],
  inputs: readonly TensorInfo[],
  fill: (target: Float32Array, inputs: readonly Float32Array[]) => void,
): Tensor {
  const result = newTensor(tf, shape)
  fill(
    viewOf(tf, result),
    inputs.map((input) => viewOf(tf, input)),
  )
  return result
}

/** A tensor of that shape that holds anything. */
export function newTensor(tf: Tfjs, shape: readonly number[]): Tensor {
  return tf.engine().makeTensorFromTensorInfo(heapOf(tf).makeOutput(shape, 'float32'))
}

/** The values of a tensor where they lie: making another tensor may move the memory away from under them. */
export function viewOf(tf: Tfjs, tensor: TensorInfo): Float32Array {
  return heapOf(tf).typedArrayFromHeap(tensor)
}

function heapOf(tf: Tfjs): WasmBackend {
  return tf.backend() as unknown as WasmBackend
}
