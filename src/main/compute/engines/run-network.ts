import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import {
  isConvolution,
  sourcesOf,
  type Clipping,
  type ConvolutionOp,
  type Network,
  type NetworkOp,
  type Padding,
} from '../convert/network.ts'
import type { Tfjs } from './load-tfjs.ts'

/** Kernel and bias of one convolution on an engine; `filter` is [kernel, kernel, in, out], of a depthwise one [kernel, kernel, channels, 1]. */
export interface EngineWeights {
  readonly filter: Tensor4D
  readonly bias: Tensor1D
}

/** Brings the weights of the convolutions among `ops` to the engine that is in use, by name. The caller disposes of them. */
export function uploadWeights(tf: Tfjs, ops: readonly NetworkOp[], weights: Network['weights']): Map<string, EngineWeights> {
  const loaded = new Map<string, EngineWeights>()
  for (const op of ops.filter(isConvolution)) {
    const own = weights.get(op.name)
    if (own === undefined) throw new Error(`${op.name} has no weights`)
    loaded.set(op.name, { filter: tf.tensor4d(own.kernel, filterShape(op)), bias: tf.tensor1d(own.bias) })
  }
  return loaded
}

export function filterShape(op: ConvolutionOp): [number, number, number, number] {
  return [op.kernelPx, op.kernelPx, op.inChannels, op.kind === 'conv' ? op.outChannels : 1]
}

/** Explicit zeros are added by an op of their own: kernels take them only where they are the same on both sides. */
function padded(tf: Tfjs, x: Tensor4D, padding: Padding): { readonly x: Tensor4D; readonly pad: 'same' | 'valid' } {
  if (padding === 'same') return { x, pad: 'same' }
  const [top, left, bottom, right] = padding
  if (Math.max(...padding) === 0) return { x, pad: 'valid' }
  return {
    x: tf.pad4d(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]),
    pad: 'valid',
  }
}

/** A convolution without its bias and what follows. */
export function convolveAlone(tf: Tfjs, op: ConvolutionOp, filter: Tensor4D, input: Tensor4D): Tensor4D {
  const { x, pad } = padded(tf, input, op.padding)
  return op.kind === 'conv' ? tf.conv2d(x, filter, op.stride, pad) : tf.depthwiseConv2d(x, filter, op.stride, pad)
}

function convolve(tf: Tfjs, op: ConvolutionOp, weights: EngineWeights, input: Tensor4D): Tensor4D {
  const { x, pad } = padded(tf, input, op.padding)
  const settings = { x, filter: weights.filter, bias: weights.bias, strides: op.stride, pad } as const
  const activation = op.activation === 'none' ? 'linear' : op.activation
  return op.kind === 'conv' ? tf.fused.conv2d({ ...settings, activation }) : tf.fused.depthwiseConv2d({ ...settings, activation })
}

/** What a convolution and what follows it make of a batch, [N, height, width, channels]. */
export type Convolve = (op: ConvolutionOp, input: Tensor4D) => Tensor4D

/** To 0 and more, or to 0..6. */
export function clip(tf: Tfjs, x: Tensor4D, activation: Clipping): Tensor4D {
  return activation === 'relu6' ? tf.relu6(x) : tf.relu(x)
}

function runOp(tf: Tfjs, op: NetworkOp, outputOf: (source: number) => Tensor4D, run: Convolve): Tensor {
  switch (op.kind) {
    case 'add':
      return tf.add(outputOf(op.inputs[0]), outputOf(op.inputs[1]))
    case 'activation':
      return clip(tf, outputOf(op.input), op.activation)
    case 'max-pool': {
      const { x, pad } = padded(tf, outputOf(op.input), op.padding)
      return tf.maxPool(x, op.kernelPx, op.stride, pad)
    }
    case 'global-average-pool':
      return tf.mean(outputOf(op.input), [1, 2])
    case 'flatten': {
      const input = outputOf(op.input)
      return tf.reshape(input, [input.shape[0], -1])
    }
    default:
      return run(op, outputOf(op.input))
  }
}

/**
 * Runs ops on a batch, [N, height, width, channels], and answers with the output of the last one, [N, features]. An output is freed as soon
 * as nothing needs it, so that memory does not grow with depth; `input` stays. Not for gradients: see `runForGradients`.
 */
export function runOps(tf: Tfjs, ops: readonly NetworkOp[], run: Convolve, input: Tensor4D): Tensor {
  const lastUse = new Map<number, number>()
  for (const [index, op] of ops.entries()) for (const source of sourcesOf(op)) lastUse.set(source, index)
  const outputs = new Map<number, Tensor4D>([[-1, input]])
  for (const [index, op] of ops.entries()) {
    outputs.set(index, tf.tidy(() => runOp(tf, op, (source) => outputAt(outputs, source), run)) as Tensor4D)
    for (const [source, last] of lastUse) {
      if (last !== index || source === -1) continue
      outputAt(outputs, source).dispose()
      outputs.delete(source)
    }
  }
  return outputAt(outputs, ops.length - 1)
}

/** `runOps` with convolutions that have these weights, by the names of the ops. */
export function runNetwork(tf: Tfjs, ops: readonly NetworkOp[], weights: ReadonlyMap<string, EngineWeights>, input: Tensor4D): Tensor {
  const run: Convolve = (op, x) => {
    const own = weights.get(op.name)
    if (own === undefined) throw new Error(`${op.name} has no weights`)
    return convolve(tf, op, own, x)
  }
  return runOps(tf, ops, run, input)
}

/** The same for use inside of `tf.variableGrads`, which needs every output on the way back and frees them itself. */
export function runForGradients(tf: Tfjs, ops: readonly NetworkOp[], run: Convolve, input: Tensor4D): Tensor {
  const outputs = new Map<number, Tensor4D>([[-1, input]])
  for (const [index, op] of ops.entries()) outputs.set(index, runOp(tf, op, (source) => outputAt(outputs, source), run) as Tensor4D)
  return outputAt(outputs, ops.length - 1)
}

function outputAt(outputs: ReadonlyMap<number, Tensor4D>, source: number): Tensor4D {
  const output = outputs.get(source)
  if (output === undefined) throw new Error(`output ${source} is not there any more`)
  return output
}
