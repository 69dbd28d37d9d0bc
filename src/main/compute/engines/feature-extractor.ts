/** Name of an engine that extracts features. */
export type ExtractorName = 'onnxruntime' | 'wasm'

/** A backbone on an engine, ready to look at pictures. Not for several calls at a time. */
export interface FeatureExtractor {
  readonly engine: ExtractorName
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
