/** Little-endian float32 as numbers, copied, so that any alignment will do. The length of `bytes` is a multiple of 4. */
export function float32FromBytes(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  // Not bytes.slice(): on a Buffer that is a view, not a copy.
  const copy = new Uint8Array(bytes.byteLength)
  copy.set(bytes)
  return new Float32Array(copy.buffer)
}
