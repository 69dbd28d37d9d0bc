import type { Tensor4D } from '@tensorflow/tfjs'
import type { Network } from '../convert/network.ts'
import { isOutOfMemory } from '../out-of-memory.ts'
import type { FeatureExtractor, TfjsExtractorName } from './feature-extractor.ts'
import { loadTfjs } from './load-tfjs.ts'
import { runNetwork, uploadWeights } from './run-network.ts'
import { dawnVersion, releaseUnused } from './webgpu-backend.ts'

/**
 * The network on a backend of TensorFlow.js. `threads` counts for the first use of wasm in a process. Throws where the engine does not run on
 * this machine. Where a graphics card has no room for the pictures of one call, they go through in halves.
 */
export async function openTfjs(engine: TfjsExtractorName, network: Network, threads: number): Promise<FeatureExtractor> {
  const tf = await loadTfjs(engine, { threads })
  const { ops, inputSizePx, scaling, featureDim } = network.topology
  const weights = uploadWeights(tf, ops, network.weights)
  const pictureBytes = inputSizePx * inputSizePx * 3
  let before = 0

  const run = async (pixels: Uint8Array, count: number): Promise<Float32Array> => {
    // What the batch before has left fits batches of its own size alone.
    if (count !== before) releaseUnused(tf)
    before = count
    const values = Float32Array.from(pixels.subarray(0, count * pictureBytes))
    const features = tf.tidy(() => {
      const [scale, offset] = [scaling.scale, scaling.offset].map((each) => (typeof each === 'number' ? each : tf.tensor1d(each)))
      const picture = tf
        .tensor4d(values, [count, inputSizePx, inputSizePx, 3])
        .mul(scale ?? NaN)
        .add(offset ?? NaN)
      return runNetwork(tf, ops, weights, picture as Tensor4D)
    })
    try {
      return (await features.data()) as Float32Array
    } finally {
      features.dispose()
    }
  }

  const extract = async (pixels: Uint8Array, count: number): Promise<Float32Array> => {
    try {
      return await run(pixels, count)
    } catch (error) {
      if (engine !== 'webgpu' || count === 1 || !isOutOfMemory(error)) throw error
      const half = Math.ceil(count / 2)
      const features = new Float32Array(count * featureDim)
      features.set(await extract(pixels, half))
      features.set(await extract(pixels.subarray(half * pictureBytes), count - half), half * featureDim)
      return features
    }
  }

  return {
    engine,
    version: engine === 'webgpu' ? `${tf.version['tfjs-core']} on webgpu ${dawnVersion()}` : tf.version['tfjs-core'],
    extract,
    close() {
      for (const { filter, bias } of weights.values()) tf.dispose([filter, bias])
      weights.clear()
      releaseUnused(tf)
      return Promise.resolve()
    },
  }
}
