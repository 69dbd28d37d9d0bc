import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Picture } from './decode-picture.ts'

const digits = 16

/** What of a picture is compared. */
export interface PixelsToHash {
  /** As it was decoded for its working copy, upright. */
  readonly source: Picture
  /** `source` made smaller. */
  readonly thumbnail: Picture
  /** Of the original, upright. */
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Tells whether two pictures are the same in each pixel that they are decoded to, whatever their files are: the first 64 bits of the SHA-256 of the
 * thumbnail, of the CRC-32 of all pixels (a third of the time that their SHA-256 takes) and of the size that the picture has. 16 hex digits.
 * A picture that is larger than a working copy is made smaller while it is decoded, and what is smaller than a pixel of the working copy may
 * not be told. Such a WebP is decoded in another way than all others, and has a hash of its own.
 */
export function pixelHash({ source, thumbnail, widthPx, heightPx }: PixelsToHash): string {
  return hash('sha256', `${widthPx} ${heightPx} ${crc32(source.pixels)} ${hash('sha256', thumbnail.pixels)}`).slice(0, digits)
}
