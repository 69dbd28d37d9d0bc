/**
 * Width and height of a JPEG in px, out of its frame header (ITU-T T.81, B.2.2); null where `bytes` hold none. Of our own working copies, which
 * are upright, it is what one sees.
 */
export function jpegSize(bytes: Buffer): { readonly widthPx: number; readonly heightPx: number } | null {
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { heightPx: bytes.readUInt16BE(at + 5), widthPx: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}
