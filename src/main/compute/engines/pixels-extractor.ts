import type { FeatureExtractor, PixelsModel } from './feature-extractor.ts'

/** The bytes of network inputs as rows of floats, four bytes to a float, which nobody may do arithmetic with: a file of features keeps them as they are. */
export function packPixels(pixels: Uint8Array): Float32Array {
  const bytes = Uint8Array.from(pixels)
  return new Float32Array(bytes.buffer, 0, bytes.length / Float32Array.BYTES_PER_ELEMENT)
}

/** Floats that hold the bytes of one picture. */
export function packedLength(inputSizePx: number): number {
  return (inputSizePx * inputSizePx * 3) / Float32Array.BYTES_PER_ELEMENT
}

/** The inverse of `packPixels`, without copying. */
export function unpackPixels(packed: Float32Array): Uint8Array {
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength)
}

/** No network: what it looks at is what it answers with. The side of the square is even, so that bytes fill whole floats. */
export function openPixels({ inputSizePx }: PixelsModel): FeatureExtractor {
  const bytesOfOne = inputSizePx * inputSizePx * 3
  if (bytesOfOne % Float32Array.BYTES_PER_ELEMENT !== 0) throw new RangeError(`pictures of ${inputSizePx} px do not fill whole floats`)
  return {
    engine: 'pixels',
    version: process.versions.node,
    extract: (pixels, count) => Promise.resolve(packPixels(pixels.subarray(0, count * bytesOfOne))),
    close: () => Promise.resolve(),
  }
}
