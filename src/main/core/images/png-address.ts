/** A picture as an address that a page can show: pixels become a PNG in the image worker, only its bytes are written as text here. */
export function pngAddress(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64')}`
}
