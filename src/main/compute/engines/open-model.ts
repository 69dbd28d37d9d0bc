import type { EngineModel, FeatureExtractor } from './feature-extractor.ts'
import { openPixels } from './pixels-extractor.ts'

/**
 * Opens a network on the engine that it was prepared for; only that engine is loaded. Throws what the engine's package throws. The engine
 * has passed its self-test in this process before, see `prepareModel`.
 */
export async function openModel(model: EngineModel, threads: number): Promise<FeatureExtractor> {
  if (model.engine === 'pixels') return openPixels(model)
  if (model.engine === 'onnxruntime') return (await import('./onnxruntime-extractor.ts')).openOnnxruntime(model, threads)
  return (await import('./tfjs-extractor.ts')).openTfjs(model.engine, model.network, threads)
}
