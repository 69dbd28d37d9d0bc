/**
 * The content type of a picture that every browser draws, told by its first bytes alone; null for anything else, TIFF and HEIC among them.
 * SVG is left out on purpose: it can hold script.
 */
export function drawableType(bytes: Buffer): string | null {
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end)
  if (text(0, 3) === '\u00ff\u00d8\u00ff') return 'image/jpeg'
  if (text(0, 8) === '\u0089PNG\r\n\u001a\n') return 'image/png'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  return text(4, 8) === 'ftyp' && ['avif', 'avis'].includes(text(8, 12)) ? 'image/avif' : null
}
