import { PictureProblem } from './picture-problem.ts'
import { readTiffTag, tiffTag } from './tiff-tags.ts'

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic'

const heicBrands = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs'])
const avifBrands = new Set(['avif', 'avis'])
const saveAs = 'save it as JPEG or PNG'

/** Brands of an ISO base media file (ISO/IEC 14496-12, `ftyp`): the major one first. Empty where it is none. */
function mediaBrands(bytes: Buffer): readonly string[] {
  if (bytes.length < 16 || bytes.toString('latin1', 4, 8) !== 'ftyp') return []
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 256)
  const brands = [bytes.toString('latin1', 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4))
  return brands
}

function unsupportedName(bytes: Buffer, start: string, brands: readonly string[]): string | null {
  if (start.startsWith('BM') && bytes.length > 30 && bytes.readUInt32LE(6) === 0) return 'a BMP picture'
  if (start.startsWith('8BPS')) return 'a Photoshop document'
  if (start.startsWith('\xff\x0a') || start.startsWith('\0\0\0\x0cJXL ')) return 'a JPEG XL picture'
  if (start.startsWith('\0\0\0\x0cjP  ')) return 'a JPEG 2000 picture'
  if (start.startsWith('%PDF-')) return 'a PDF document'
  if (brands[0] === 'crx ') return 'a camera raw file'
  if (brands.length > 0) return 'a film or another media file'
  if (/^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[^>]*>\s*)?(<!DOCTYPE svg|<svg)/i.test(bytes.toString('latin1', 0, 1024)))
    return 'an SVG drawing'
  return null
}

function tiffOrRaw(bytes: Buffer): PictureFormat {
  // Camera raw files are TIFF files whose first picture is a small preview; training on previews would be a silent mistake.
  const subfile = readTiffTag(bytes, tiffTag.newSubfileType)
  const canon = bytes.toString('latin1', 8, 10) === 'CR'
  if (canon || (subfile !== null && (subfile & 1) === 1)) throw new PictureProblem('unsupported', `a camera raw file; ${saveAs}`)
  return 'tiff'
}

/**
 * What the bytes of a file are, by their content: a name says nothing. Throws `PictureProblem` with `empty`, `not-a-picture`, or
 * `unsupported` for kinds of picture that the studio knows of and cannot read.
 */
export function sniffFormat(bytes: Buffer): PictureFormat {
  if (bytes.length === 0) throw new PictureProblem('empty', 'the file is empty')
  const start = bytes.toString('latin1', 0, 16)
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'webp'
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'gif'
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return tiffOrRaw(bytes)
  if (start.startsWith('II+\0') || start.startsWith('MM\0+')) return 'tiff'
  const brands = mediaBrands(bytes)
  if (brands.some((brand) => avifBrands.has(brand))) return 'avif'
  if (brands.some((brand) => heicBrands.has(brand))) return 'heic'
  const unsupported = unsupportedName(bytes, start, brands)
  if (unsupported !== null) throw new PictureProblem('unsupported', `${unsupported}; ${saveAs}`)
  throw new PictureProblem('not-a-picture', 'the content is not a picture of any known kind')
}
