import { createRequire } from 'node:module'
import type { FeatureExtractor, OnnxModel } from './feature-extractor.ts'

const load = createRequire(import.meta.url)

/**
 * The network on onnxruntime's CPU kernels with `threads` threads. Throws what the package throws where its binary does not load on this
 * machine.
 */
export async function openOnnxruntime(model: OnnxModel, threads: number): Promise<FeatureExtractor> {
  // A native library of 20 MB: only loaded by who extracts.
  const ort = load('onnxruntime-node') as typeof import('onnxruntime-node')
  const { inputSizePx, featureDim } = model
  const session = await ort.InferenceSession.create(model.file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  return {
    engine: 'onnxruntime',
    version: ort.env.versions.node ?? ort.env.versions.common,
    async extract(pixels, count) {
      const input = new ort.Tensor('uint8', pixels.subarray(0, count * inputSizePx * inputSizePx * 3), [count, inputSizePx, inputSizePx, 3])
      const { [model.output]: features } = await session.run({ [model.input]: input })
      const data = features?.data
      if (!(data instanceof Float32Array) || data.length !== count * featureDim) throw new Error('onnxruntime gave no features')
      return data
    },
    close: () => session.release(),
  }
}
