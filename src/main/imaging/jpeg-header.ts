import { readTiffTag, tiffTag } from './tiff-tags.ts'

/** What stands before the pixels of a JPEG file (ITU-T T.81, annex B). */
export interface JpegHeader {
  /** As stored, before orientation. */
  readonly widthPx: number
  readonly heightPx: number
  readonly components: number
  readonly bitsPerSample: number
  /** EXIF orientation, 1..8; 1 where nothing is said. */
  readonly orientation: number
  readonly colour:
    | 'srgb'
    /** A profile other than sRGB, or components that are not YCbCr. */
    | 'other'
  /** The EXIF block, a TIFF structure; null where there is none. */
  readonly exif: Buffer | null
}

const startOfScan = 0xda
const exifMark = Buffer.from('Exif\0\0', 'latin1')
const profileMark = Buffer.from('ICC_PROFILE\0', 'latin1')
const adobeMark = Buffer.from('Adobe', 'latin1')

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.length >= mark.length && bytes.compare(mark, 0, mark.length, 0, mark.length) === 0
}

/** Start of frame: SOF0..SOF15 without the tables DHT (C4), JPG (C8) and DAC (CC), which lie among them. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Profiles of cameras and phones that are sRGB name it in their description, in Latin-1 or in UTF-16. */
function isSrgbProfile(profile: Buffer): boolean {
  return profile.includes('sRGB', 0, 'latin1') || profile.includes(Buffer.from('\0s\0R\0G\0B', 'latin1'))
}

/** Null where the header is damaged: then a decoder that says more has to look at it. */
export function readJpegHeader(bytes: Buffer): JpegHeader | null {
  let frame: Pick<JpegHeader, 'widthPx' | 'heightPx' | 'components' | 'bitsPerSample'> | null = null
  let orientation = 1
  let colour: JpegHeader['colour'] = 'srgb'
  let exif: Buffer | null = null
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes.readUInt8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = bytes.readUInt16BE(at + 2)
    const segment = bytes.subarray(at + 4, at + 2 + length)
    if (length < 2 || segment.length < length - 2) return null
    if (marker === startOfScan) return frame === null ? null : { ...frame, orientation, colour, exif }
    if (isStartOfFrame(marker)) {
      if (segment.length < 6) return null
      frame = {
        bitsPerSample: segment.readUInt8(0),
        heightPx: segment.readUInt16BE(1),
        widthPx: segment.readUInt16BE(3),
        components: segment.readUInt8(5),
      }
    } else if (marker === 0xe1 && startsWith(segment, exifMark)) {
      exif ??= segment.subarray(exifMark.length)
      const said = readTiffTag(segment.subarray(exifMark.length), tiffTag.orientation)
      if (said !== null && said >= 1 && said <= 8) orientation = said
    } else if (marker === 0xe2 && startsWith(segment, profileMark)) {
      // Only the first of several parts holds the description; an sRGB profile always fits one.
      if (!isSrgbProfile(segment)) colour = 'other'
    } else if (marker === 0xee && startsWith(segment, adobeMark) && segment.length >= 12 && segment[11] !== 1) {
      colour = 'other'
    }
    at += 2 + length
  }
  return null
}

/** Three 8-bit sRGB components, upright, of a size that can be: nothing but decoding is left to do. */
export function isPlain({ widthPx, heightPx, components, bitsPerSample, orientation, colour }: JpegHeader): boolean {
  return widthPx > 0 && heightPx > 0 && components === 3 && bitsPerSample === 8 && orientation === 1 && colour === 'srgb'
}
