import { augment } from './augment.ts'
import { unpackPixels } from './engines/pixels-extractor.ts'
import type { FeatureFile } from './feature-file.ts'
import type { Network } from './convert/network.ts'

/** What goes into the part of a network that learns, read as it is needed: pictures are many, and memory is not. */
export interface NetworkRows {
  /** Values of some images, row-major [hashes, height, width, channels]. */
  read(hashes: readonly string[]): Float32Array
  /** The same, changed at random where the rows are pictures to learn from. */
  readForLearning(hashes: readonly string[], random: () => number): Float32Array
}

/** Where the rows lie. */
type Rows = Pick<FeatureFile, 'gather'>

/** Activations at a cut, as they are in the file. */
export function activationRows(file: Rows): NetworkRows {
  return { read: (hashes) => file.gather(hashes), readForLearning: (hashes) => file.gather(hashes) }
}

/** Network inputs, kept in the file as bytes, scaled as the network wants them; learned from in ever new variants where `augmented`. */
export function pixelRows(file: Rows, network: Network, augmented: boolean): NetworkRows {
  const { scaling, inputSizePx } = network.topology
  // One value for each of 256 tones, and a plain loop: a callback for each of millions of values takes as long as a step of the network.
  const tones = Float32Array.from({ length: 256 }, (_, tone) => tone * scaling.scale + scaling.offset)
  const scale = (pixels: Uint8Array): Float32Array => {
    const values = new Float32Array(pixels.length)
    for (let i = 0; i < pixels.length; i++) values[i] = tones[pixels[i] as number] as number
    return values
  }
  const bytes = (hashes: readonly string[]): Uint8Array => unpackPixels(file.gather(hashes))
  return {
    read: (hashes) => scale(bytes(hashes)),
    readForLearning: (hashes, random) => {
      const pixels = bytes(hashes)
      if (!augmented) return scale(pixels)
      const changed = new Uint8Array(pixels.length)
      const length = pixels.length / hashes.length
      for (let at = 0; at < pixels.length; at += length)
        augment(pixels.subarray(at, at + length), inputSizePx, changed.subarray(at, at + length), random)
      return scale(changed)
    },
  }
}
