import { hash } from 'node:crypto'
import type { Picture } from './decode-picture.ts'

const digits = 16

/**
 * Tells whether two pictures are the same to the last pixel, whatever their files are: the first 64 bits of the SHA-256 of a thumbnail's pixels and
 * of the size that the picture has, upright. 16 hex digits. A WebP that is larger than a working copy is made smaller while it is decoded,
 * in another way than all others, and has a hash of its own.
 */
export function pixelHash(thumbnail: Picture, { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): string {
  return hash('sha256', `${widthPx} ${heightPx} ${hash('sha256', thumbnail.pixels)}`).slice(0, digits)
}
