import type { Network } from '../convert/network.ts'
import type { FeatureExtractor } from './feature-extractor.ts'
import { loadTfjs } from './load-tfjs.ts'
import { runNetwork, uploadWeights } from './run-network.ts'

/** The network on TensorFlow.js' wasm backend. Needs nothing but the package. `threads` counts for the first use in a process. */
export async function openWasm(network: Network, threads: number): Promise<FeatureExtractor> {
  const tf = await loadTfjs('wasm', { threads })
  const { ops, inputSizePx, scaling } = network.topology
  const weights = uploadWeights(tf, ops, network.weights)
  return {
    engine: 'wasm',
    version: tf.version['tfjs-core'],
    async extract(pixels, count) {
      const values = Float32Array.from(pixels.subarray(0, count * inputSizePx * inputSizePx * 3))
      const features = tf.tidy(() => {
        const picture = tf.tensor4d(values, [count, inputSizePx, inputSizePx, 3]).mul(scaling.scale).add(scaling.offset)
        return runNetwork(tf, ops, weights, picture as import('@tensorflow/tfjs').Tensor4D)
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
