import type { Tensor4D } from '@tensorflow/tfjs'
import { isConvolution, sourcesOf, type ConvolutionOp, type Network, type Padding } from '../convert/network.ts'
import type { FeatureExtractor } from './feature-extractor.ts'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'

interface LoadedWeights {
  readonly filter: Tensor4D
  readonly bias: import('@tensorflow/tfjs').Tensor1D
}

function loadWeights(tf: Tfjs, network: Network): Map<string, LoadedWeights> {
  const loaded = new Map<string, LoadedWeights>()
  for (const op of network.topology.ops.filter(isConvolution)) {
    const weights = network.weights.get(op.name)
    if (weights === undefined) throw new Error(`${op.name} has no weights`)
    const shape: [number, number, number, number] = [op.kernelPx, op.kernelPx, op.inChannels, op.kind === 'conv' ? op.outChannels : 1]
    loaded.set(op.name, { filter: tf.tensor4d(weights.kernel, shape), bias: tf.tensor1d(weights.bias) })
  }
  return loaded
}

/** Explicit zeros are added by an op of their own: the kernels of this backend take them only where they are the same on both sides. */
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

function convolve(tf: Tfjs, op: ConvolutionOp, weights: LoadedWeights, input: Tensor4D): Tensor4D {
  const { x, pad } = padded(tf, input, op.padding)
  const settings = { x, filter: weights.filter, bias: weights.bias, strides: op.stride, pad } as const
  const activation = op.activation === 'relu6' ? 'relu6' : 'linear'
  return op.kind === 'conv' ? tf.fused.conv2d({ ...settings, activation }) : tf.fused.depthwiseConv2d({ ...settings, activation })
}

/** Runs all ops; an output is freed as soon as nothing needs it, so that memory does not grow with depth. */
function run(
  tf: Tfjs,
  network: Network,
  weights: ReadonlyMap<string, LoadedWeights>,
  picture: Tensor4D,
): import('@tensorflow/tfjs').Tensor {
  const { ops } = network.topology
  const lastUse = new Map<number, number>()
  for (const [index, op] of ops.entries()) for (const source of sourcesOf(op)) lastUse.set(source, index)
  const outputs = new Map<number, Tensor4D>([[-1, picture]])
  const outputOf = (source: number): Tensor4D => {
    const output = outputs.get(source)
    if (output === undefined) throw new Error(`output ${source} is not there any more`)
    return output
  }
  for (const [index, op] of ops.entries()) {
    const output = tf.tidy(() => {
      if (op.kind === 'add') return tf.add<Tensor4D>(outputOf(op.inputs[0]), outputOf(op.inputs[1]))
      if (op.kind === 'global-average-pool') return tf.mean<Tensor4D>(outputOf(op.input), [1, 2], true)
      const loaded = weights.get(op.name)
      if (loaded === undefined) throw new Error(`${op.name} has no weights`)
      return convolve(tf, op, loaded, outputOf(op.input))
    })
    outputs.set(index, output)
    for (const [source, last] of lastUse)
      if (last === index) {
        outputOf(source).dispose()
        outputs.delete(source)
      }
  }
  return outputOf(ops.length - 1)
}

/** The network on TensorFlow.js' wasm backend. Needs nothing but the package. `threads` counts for the first use in a process. */
export async function openWasm(network: Network, threads: number): Promise<FeatureExtractor> {
  const tf = await loadTfjs(threads)
  const weights = loadWeights(tf, network)
  const { inputSizePx, scaling } = network.topology
  return {
    engine: 'wasm',
    version: tf.version['tfjs-core'],
    async extract(pixels, count) {
      const values = Float32Array.from(pixels.subarray(0, count * inputSizePx * inputSizePx * 3))
      const features = tf.tidy(() => {
        const scaled = tf.tensor4d(values, [count, inputSizePx, inputSizePx, 3]).mul(scaling.scale).add<Tensor4D>(scaling.offset)
        return run(tf, network, weights, scaled)
      })
      try {
        return (await features.data()) as Float32Array
      } finally {
        features.dispose()
      }
    },
    close() {
      for (const { filter, bias } of weights.values()) tf.dispose([filter, bias])
      weights.clear()
      return Promise.resolve()
    },
  }
}
