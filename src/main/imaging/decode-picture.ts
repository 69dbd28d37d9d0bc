import jpegTurbo from '@julusian/jpeg-turbo'
import type sharp from 'sharp'
import type { TakenTime } from '../contract/images.ts'
import { isPlain, readJpegHeader } from './jpeg-header.ts'
import { PictureProblem } from './picture-problem.ts'
import { Scratch } from './scratch.ts'
import { sniffFormat, type PictureFormat } from './sniff-format.ts'
import { takenTime } from './taken-time.ts'

/** An upright sRGB picture: RGB bytes, row-major [heightPx, widthPx, 3]. */
export interface Picture {
  readonly pixels: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
}

/** What is known of a file before its pixels are decoded. */
export interface PictureHeader {
  readonly format: PictureFormat
  /** Orientation applied. */
  readonly widthPx: number
  readonly heightPx: number
  /** A JPEG of three 8-bit sRGB components that is upright as it is stored. */
  readonly plainJpeg: boolean
  /** Null where the file does not say, or nothing sensible. */
  readonly taken: TakenTime | null
}

/** 16,383 squared, about 268 megapixels: more than any camera takes, and one of them still fits into memory while it is decoded. */
export const maxPixels = 16383 * 16383

/** No side of a decoded picture is longer, so that it can be written as JPEG (65,535 at most) and shown by every browser. */
const maxSidePx = 16384

type Sharp = typeof sharp
let loading: Promise<Sharp> | null = null

/** Loaded at the first picture that needs it: plain JPEGs, most of what people bring, do without. */
export async function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: loaded }) => {
    // Several pictures are decoded at a time, which uses the cores better than several threads for each; no picture comes twice.
    loaded.concurrency(1)
    loaded.cache(false)
    return loaded
  })
  return loading
}

function tooLarge(size: string): PictureProblem {
  return new PictureProblem('too-large', `${size} pixels; up to ${Math.floor(maxPixels / 1e6)} million are read`)
}

/**
 * What sharp said, as a problem of the file. Its own words are for logs: all threads of libvips write them into one place, so that of
 * several files decoded at a time one may be told the words of another, or "Unknown error".
 */
function fromSharp(error: unknown): PictureProblem {
  const message = error instanceof Error ? error.message : String(error)
  if (message.includes('exceeds pixel limit')) return tooLarge('more than the limit of')
  return new PictureProblem('broken', 'its data is damaged or ends too early', { cause: error })
}

/**
 * Reads the header of a picture; no pixel is decoded and no memory taken for one. Throws `PictureProblem`: `empty`, `not-a-picture`,
 * `unsupported`, `too-large` (more than `maxPixels`) or `broken`.
 */
export async function inspectPicture(bytes: Buffer): Promise<PictureHeader> {
  const format = sniffFormat(bytes)
  const jpeg = format === 'jpeg' ? readJpegHeader(bytes) : null
  if (jpeg !== null && jpeg.widthPx > 0 && jpeg.heightPx > 0) {
    const { widthPx, heightPx, orientation, exif } = jpeg
    if (widthPx * heightPx > maxPixels) throw tooLarge(`${widthPx} x ${heightPx}`)
    const rest = { format, plainJpeg: isPlain(jpeg), taken: exif === null ? null : takenTime(exif) }
    return orientation >= 5 ? { widthPx: heightPx, heightPx: widthPx, ...rest } : { widthPx, heightPx, ...rest }
  }
  const open = await loadSharp()
  if (format === 'heic' && !open.format.heif.input.fileSuffix?.includes('.heic'))
    throw new PictureProblem('unsupported', 'a HEIC picture, which this build cannot decode; save it as JPEG or PNG')
  try {
    const { autoOrient, exif } = await open(bytes, { limitInputPixels: false }).metadata()
    if (autoOrient.width * autoOrient.height > maxPixels) throw tooLarge(`${autoOrient.width} x ${autoOrient.height}`)
    // A TIFF file has the directories of an EXIF block itself.
    const block = format === 'tiff' ? bytes : exif
    const taken = block === undefined ? null : takenTime(block)
    return { format, widthPx: autoOrient.width, heightPx: autoOrient.height, plainJpeg: false, taken }
  } catch (error) {
    throw error instanceof PictureProblem ? error : fromSharp(error)
  }
}

/** The size at which the short side is at most `shortSidePx` and the long side at most 16,384 px; never larger than the picture. */
function fittedSize(header: PictureHeader, shortSidePx: number): { widthPx: number; heightPx: number } {
  const short = Math.min(header.widthPx, header.heightPx)
  const long = Math.max(header.widthPx, header.heightPx)
  const scale = Math.min(1, shortSidePx / short, maxSidePx / long)
  return { widthPx: Math.max(1, Math.round(header.widthPx * scale)), heightPx: Math.max(1, Math.round(header.heightPx * scale)) }
}

type Strictness = 'warning' | 'truncated'

async function decodeWithSharp(bytes: Buffer, size: { widthPx: number; heightPx: number }, failOn: Strictness): Promise<Picture> {
  const open = await loadSharp()
  try {
    const { data, info } = await open(bytes, { limitInputPixels: maxPixels, failOn })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize(size.widthPx, size.heightPx, { fit: 'fill' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3)
      throw new PictureProblem('unsupported', `a picture of ${info.channels} colour channels; save it as JPEG or PNG`)
    return { pixels: data, widthPx: info.width, heightPx: info.height }
  } catch (error) {
    throw error instanceof PictureProblem ? error : fromSharp(error)
  }
}

/**
 * Decodes a plain JPEG (see `isPlain`) into `target`, which has its size. Throws at the first doubt, without saying why. Three times as
 * fast as sharp; its quick transform gives some 0.8 of 255 grey levels less on average, in training and in use alike.
 */
export function decodePlainJpegInto(bytes: Buffer, target: Buffer): void {
  jpegTurbo.decompressSync(bytes, target, { format: jpegTurbo.FORMAT_RGB })
}

/** Of 256; what libjpeg gives for blocks that it could not read. */
const unreadGrey = 128

/** Fewer rows may be lost: a line at the edge of a camera's picture is no loss to anyone. */
const lostShareAtMost = 0.02

/** Share of rows that are nothing but the grey of blocks that were not read, counted from the side where the most of them are; 0..1. */
function lostShare({ pixels, widthPx, heightPx }: Picture): number {
  const isLost = (x: number, y: number): boolean => {
    const at = (y * widthPx + x) * 3
    return pixels[at] === unreadGrey && pixels[at + 1] === unreadGrey && pixels[at + 2] === unreadGrey
  }
  const lostRow = (y: number): boolean => Array.from({ length: widthPx }, (_, x) => x).every((x) => isLost(x, y))
  const lostColumn = (x: number): boolean => Array.from({ length: heightPx }, (_, y) => y).every((y) => isLost(x, y))
  const run = (length: number, lost: (index: number) => boolean): number => {
    let count = 0
    while (count < length && lost(count)) count++
    return count / length
  }
  // The end of the file is the bottom, which orientation may have turned to any side.
  return Math.max(
    run(heightPx, (index) => lostRow(heightPx - 1 - index)),
    run(heightPx, lostRow),
    run(widthPx, (index) => lostColumn(widthPx - 1 - index)),
    run(widthPx, lostColumn),
  )
}

/**
 * A JPEG at which the decoder shakes its head. Many cameras write such oddities, which do no harm; damage in the middle shows in that the rest of the
 * picture is grey, and a class must not be learned from grey. Throws `PictureProblem` (`broken`).
 */
async function decodeDoubtfulJpeg(bytes: Buffer, size: { widthPx: number; heightPx: number }): Promise<Picture> {
  const picture = await decodeWithSharp(bytes, size, 'truncated')
  const lost = lostShare(picture)
  if (lost <= lostShareAtMost) return picture
  throw new PictureProblem('broken', `its data is damaged: ${Math.round(lost * 100)} % of the picture cannot be read`)
}

/**
 * Decodes a whole picture, upright, in sRGB, on white where it is transparent (of an animation the first frame), with its short side
 * reduced to at most `shortSidePx`. The pixels may lie in `scratch`. Throws `PictureProblem` (`broken` for a file that
 * ends too early, or of which a part cannot be read).
 */
export async function decodePicture(bytes: Buffer, header: PictureHeader, shortSidePx: number, scratch = new Scratch()): Promise<Picture> {
  const size = fittedSize(header, shortSidePx)
  if (header.plainJpeg && size.widthPx === header.widthPx && size.heightPx === header.heightPx) {
    try {
      const target = scratch.take(size.widthPx * size.heightPx * 3)
      const { data, width, height } = await jpegTurbo.decompress(bytes, target, { format: jpegTurbo.FORMAT_RGB })
      return { pixels: data, widthPx: width, heightPx: height }
    } catch (error) {
      // The fast decoder refuses at the first doubt and does not say why; the other one tells damage from oddity.
      if (!(error instanceof Error)) throw error
    }
  }
  if (header.format !== 'jpeg') return decodeWithSharp(bytes, size, 'truncated')
  return decodeWithSharp(bytes, size, 'warning').catch((error: unknown) => {
    if (error instanceof PictureProblem && error.reason === 'broken') return decodeDoubtfulJpeg(bytes, size)
    throw error
  })
}
