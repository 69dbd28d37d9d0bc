import type { ExtractorName } from '../../contract/engines.ts'
import type { Network } from '../convert/network.ts'

/** Those of TensorFlow.js. */
export type TfjsExtractorName = Exclude<ExtractorName, 'onnxruntime'>

/** Pictures that go through a graphics card at a time. */
export const picturesPerCard = 32

/** No network at all: the "features" are the bytes of the network input, four to a float. See `packPixels`. */
export interface PixelsModel {
  readonly engine: 'pixels'
  readonly inputSizePx: number
}

/** A network as an ONNX file. */
export interface OnnxModel {
  readonly engine: 'onnxruntime'
  readonly file: Uint8Array
  /** Names of the graph's input and output. */
  readonly input: string
  readonly output: string
  readonly inputSizePx: number
  readonly featureDim: number
}
/** A network in the form that one engine opens: plain data, made once in a process and sent to each of its threads. */
export type EngineModel = OnnxModel | PixelsModel | { readonly engine: TfjsExtractorName; readonly network: Network }

/** A backbone on an engine, ready to look at pictures. Not for several calls at a time. */
export interface FeatureExtractor {
  readonly engine: ExtractorName | 'pixels'
  /** Version of the engine's package. */
  readonly version: string
  /**
   * Features of `count` pictures. `pixels`: row-major [count, size, size, 3] RGB bytes, only read until the promise is settled. Answers with
   * row-major [count, featureDim], in the order of the pictures.
   */
  extract(pixels: Uint8Array, count: number): Promise<Float32Array>
  /** Frees memory; the extractor is not used afterwards. */
  close(): Promise<void>
}
