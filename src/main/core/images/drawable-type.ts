/**
 * The content type of a picture that every browser draws, told by its first bytes alone; null for anything else, TIFF and HEIC among them.
 * SVG is left out on purpose: it can hold script. So is WebP with an EXIF block: browsers pass over the orientation in it (JPEG, PNG and AVIF
 * they turn upright, as the studio does), and a photo that is looked at closely would lie down or stand on its head.
 */
export function drawableType(bytes: Buffer): string | null {
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end)
  if (text(0, 3) === '\u00ff\u00d8\u00ff') return 'image/jpeg'
  if (text(0, 8) === '\u0089PNG\r\n\u001a\n') return 'image/png'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return hasExif(bytes) ? null : 'image/webp'
  return text(4, 8) === 'ftyp' && ['avif', 'avis'].includes(text(8, 12)) ? 'image/avif' : null
}

/** Of a WebP: the flag E of its extended header (RFC 9649, section 2.7), which decoders ask before they look for the block. */
function hasExif(webp: Buffer): boolean {
  return webp.toString('latin1', 12, 16) === 'VP8X' && ((webp[20] ?? 0) & 0x08) !== 0
}
