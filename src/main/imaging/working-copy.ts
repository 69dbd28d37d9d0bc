import jpegTurbo from '@julusian/jpeg-turbo'
import { decodePicture, inspectPicture, type Picture, type PictureHeader } from './decode-picture.ts'
import { Scratch } from './scratch.ts'

/** The picture as the studio sees it: the bytes of a JPEG file and what decoding them gives. */
export interface WorkingCopy {
  readonly bytes: Buffer
  /** The pixels that `bytes` were written from (where they are the original's own: the ones they hold). */
  readonly source: Picture
  /** True where `bytes` are the original's own. */
  readonly isOriginal: boolean
}

// What is lost at 92 without chroma subsampling cannot be seen, and moves features less than a resize does.
const workingCopyQuality = 92

/**
 * Makes the working copy of a picture: upright, sRGB, short side at most `shortSidePx`, JPEG quality 92, 4:4:4. A JPEG that is all of
 * this already (upright, sRGB, small enough) is kept byte for byte, with its EXIF block: no second loss, and less work.
 * What it gives may lie in `memory`. Throws `PictureProblem`.
 */
export async function makeWorkingCopy(
  original: Buffer,
  header: PictureHeader,
  shortSidePx: number,
  memory?: { readonly pixels: Scratch; readonly workingCopy: Scratch },
): Promise<WorkingCopy> {
  const source = await decodePicture(original, header, shortSidePx, memory?.pixels)
  const isOriginal = header.plainJpeg && source.widthPx === header.widthPx && source.heightPx === header.heightPx
  return {
    bytes: isOriginal ? original : await encodeJpeg(source, workingCopyQuality, jpegTurbo.SAMP_444, memory?.workingCopy),
    source,
    isOriginal,
  }
}

/** The JPEG file of a picture; it may lie in `scratch`. */
export async function encodeJpeg(picture: Picture, quality: number, subsampling: number, scratch = new Scratch()): Promise<Buffer> {
  const { pixels, widthPx: width, heightPx: height } = picture
  const target = scratch.take(jpegTurbo.bufferSize({ width, height, subsampling }))
  const options = { format: jpegTurbo.FORMAT_RGB, width, height, quality, subsampling }
  return jpegTurbo.compress(Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length), target, options)
}

/** The pixels of a working copy. Throws `PictureProblem` where the file is damaged. */
export async function decodeWorkingCopy(bytes: Buffer): Promise<Picture> {
  const header = await inspectPicture(bytes)
  return decodePicture(bytes, header, Math.min(header.widthPx, header.heightPx))
}
