import type { RowChanges } from '../contract/augmentation.ts'
import { augmentSimply } from '../imaging/augment-simply.ts'
import { changePicture } from '../imaging/change-picture.ts'
import { drawLook } from '../imaging/drawn-look.ts'
import { unpackPixels } from './engines/pixels-extractor.ts'
import type { FeatureFile } from './feature-file.ts'
import { scaledTone, type Network } from './convert/network.ts'

/** What goes into the part of a network that learns, read as it is needed: pictures are many, and memory is not. */
export interface NetworkRows {
  /** Values of some images, row-major [hashes, height, width, channels]. */
  read(hashes: readonly string[]): Float32Array
  /** The same, changed at random where the rows are pictures to learn from. */
  readForLearning(hashes: readonly string[], random: () => number): Float32Array
}

/** Where the rows lie. */
type Rows = Pick<FeatureFile, 'gather'>

/** Activations at a cut, as they are in the file; learned from in one of their looks, where there are more. */
export function activationRows(file: Rows, variants: readonly Rows[] = []): NetworkRows {
  const looks = [file, ...variants]
  return {
    read: (hashes) => file.gather(hashes),
    readForLearning: (hashes, random) => {
      if (variants.length === 0) return file.gather(hashes)
      const drawn = hashes.map((hash, row) => ({ hash, row, look: Math.floor(looks.length * random()) }))
      const values: (readonly [row: number, values: Float32Array])[] = []
      for (const [look, rows] of looks.entries()) {
        const own = drawn.filter((each) => each.look === look)
        const gathered = rows.gather(own.map(({ hash }) => hash))
        const length = gathered.length / own.length
        for (const [place, { row }] of own.entries()) values.push([row, gathered.subarray(place * length, (place + 1) * length)])
      }
      const length = values[0]?.[1].length ?? 0
      const result = new Float32Array(hashes.length * length)
      for (const [row, own] of values) result.set(own, row * length)
      return result
    },
  }
}

/** Network inputs, kept in the file as bytes, scaled as the network wants them; learned from in ever new looks where `changes` says so. */
export function pixelRows(file: Rows, network: Network, changes: RowChanges): NetworkRows {
  const { scaling, inputSizePx } = network.topology
  // One value for each of 256 tones of each channel, and a plain loop: a callback for each of millions of values takes as long as a step of the network.
  const tonesOf = (channel: number): Float32Array => Float32Array.from({ length: 256 }, (_, tone) => scaledTone(scaling, tone, channel))
  const [red, green, blue] = [tonesOf(0), tonesOf(1), tonesOf(2)]
  const scale = (pixels: Uint8Array): Float32Array => {
    const values = new Float32Array(pixels.length)
    for (let i = 0; i < pixels.length; i += 3) {
      values[i] = red[pixels[i] as number] as number
      values[i + 1] = green[pixels[i + 1] as number] as number
      values[i + 2] = blue[pixels[i + 2] as number] as number
    }
    return values
  }
  const bytes = (hashes: readonly string[]): Uint8Array => unpackPixels(file.gather(hashes))
  return {
    read: (hashes) => scale(bytes(hashes)),
    readForLearning: (hashes, random) => {
      const pixels = bytes(hashes)
      if (changes === null) return scale(pixels)
      const changed = new Uint8Array(pixels.length)
      const length = pixels.length / hashes.length
      for (let at = 0; at < pixels.length; at += length) {
        const [picture, target] = [pixels.subarray(at, at + length), changed.subarray(at, at + length)]
        if (changes === 'simple') augmentSimply(picture, inputSizePx, target, random)
        else changePicture(picture, inputSizePx, drawLook(changes, random), target)
      }
      return scale(changed)
    },
  }
}
