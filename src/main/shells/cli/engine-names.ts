import type { ExtractorWanted, TrainingEngineWanted } from '../../contract/engines.ts'

/** Written out, because `--help` answers without loading the contract. */
export const trainingEngines: readonly TrainingEngineWanted[] = ['auto', 'tfjs-node-gpu', 'webgpu', 'wasm']
export const extractors: readonly ExtractorWanted[] = ['auto', 'webgpu', 'onnxruntime', 'wasm']
