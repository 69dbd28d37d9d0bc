import jpegTurbo from '@julusian/jpeg-turbo'
import type { Picture } from './decode-picture.ts'
import { makePixelKernels, type PixelKernels } from './pixel-kernels.ts'
import { Scratch } from './scratch.ts'
import { encodeJpeg } from './working-copy.ts'

const shortSidePx = 160
const quality = 80

/** What the kernel may read or write beyond the end of a buffer. */
const slackBytes = 64
const pageBytes = 65536
let kernels: PixelKernels | null = null

/** Means of 2 x 2 pixels: what nearly every picture needs. */
function halve(picture: Picture, widthPx: number, heightPx: number, result: Buffer): void {
  const stride = picture.widthPx * 3
  kernels ??= makePixelKernels()
  const pictureAt = widthPx * heightPx * 3 + slackBytes
  const missing = pictureAt + picture.pixels.length + slackBytes - kernels.memory.buffer.byteLength
  if (missing > 0) kernels.memory.grow(Math.ceil(missing / pageBytes))
  new Uint8Array(kernels.memory.buffer).set(picture.pixels, pictureAt)
  for (let row = 0; row < heightPx; row++) {
    const upper = pictureAt + row * 2 * stride
    kernels.halveRows(upper, upper + stride, row * widthPx * 3, (row + 1) * widthPx * 3)
  }
  result.set(new Uint8Array(kernels.memory.buffer, 0, widthPx * heightPx * 3))
}

function shrink(picture: Picture, factor: number, widthPx: number, heightPx: number, result: Buffer): void {
  const { pixels } = picture
  const stride = picture.widthPx * 3
  const area = factor * factor
  let to = 0
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = area >> 1
        for (let y = 0; y < factor; y++) {
          let at = (row * factor + y) * stride + column * factor * 3 + channel
          for (let x = 0; x < factor; x++, at += 3) sum += pixels[at] as number
        }
        result[to++] = Math.floor(sum / area)
      }
    }
  }
}

/**
 * The picture made smaller by a whole factor, each pixel the mean of a block, so that the short side has 160 to 319 px (smaller
 * pictures stay as they are). A fraction of a block at the right and lower edge is left out. The pixels may lie in `scratch`.
 */
export function shrinkToThumbnail(picture: Picture, scratch = new Scratch()): Picture {
  const factor = Math.floor(Math.min(picture.widthPx, picture.heightPx) / shortSidePx)
  if (factor <= 1) return picture
  const widthPx = Math.floor(picture.widthPx / factor)
  const heightPx = Math.floor(picture.heightPx / factor)
  const pixels = scratch.take(widthPx * heightPx * 3)
  if (factor === 2) halve(picture, widthPx, heightPx, pixels)
  else shrink(picture, factor, widthPx, heightPx, pixels)
  return { pixels, widthPx, heightPx }
}

/** A thumbnail's file: JPEG quality 80, 4:2:0. It may lie in `scratch`. */
export async function encodeThumbnail(thumbnail: Picture, scratch?: Scratch): Promise<Buffer> {
  return encodeJpeg(thumbnail, quality, jpegTurbo.SAMP_420, scratch)
}
