import sharp, { type Sharp } from 'sharp'
import type { Picture } from '../decode-picture.ts'

/** Slopes, stripes and hard edges; `reference/make_network_input.py` draws the same. */
export function drawPicture(widthPx: number, heightPx: number): Picture {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      for (let c = 0; c < 3; c++, at++) {
        const slopes = x * 3 + y * 2 + c * 40
        const stripes = (Math.floor(x / (c + 2)) % 2) * 90
        const blocks = (Math.floor(x / 17) + Math.floor(y / 11)) % 3 === 0 ? 120 : 0
        pixels[at] = slopes + stripes + blocks
      }
  return { pixels, widthPx, heightPx }
}

/** Soft enough that every format keeps its looks: four corners of four colours with smooth changes between, moved by `seed`. */
export function drawSoftPicture(widthPx: number, heightPx: number, seed = 0): Picture {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 3) {
      pixels[at] = 40 + (180 * x) / widthPx
      pixels[at + 1] = 40 + (180 * y) / heightPx
      pixels[at + 2] = 120 + 80 * Math.sin(seed + (6 * x) / widthPx + (4 * y) / heightPx)
    }
  return { pixels, widthPx, heightPx }
}

export function toSharp({ pixels, widthPx, heightPx }: Picture): Sharp {
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

/** A JPEG file that is not like any other with another `seed`. */
export async function drawJpeg(widthPx: number, heightPx: number, seed = 0): Promise<Buffer> {
  return toSharp(drawSoftPicture(widthPx, heightPx, seed))
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Mean absolute difference of two pictures of one size, in grey levels. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} bytes`)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number))
  return sum / a.length
}

/** A JPEG whose header claims another size than its data have. */
export function withClaimedSize(jpeg: Buffer, widthPx: number, heightPx: number): Buffer {
  const changed = Buffer.from(jpeg)
  let at = 2
  while (changed.readUInt8(at + 1) < 0xc0 || changed.readUInt8(at + 1) > 0xc2) at += 2 + changed.readUInt16BE(at + 2)
  changed.writeUInt16BE(heightPx, at + 5)
  changed.writeUInt16BE(widthPx, at + 7)
  return changed
}
