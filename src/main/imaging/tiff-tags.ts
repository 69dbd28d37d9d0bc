/** Tags of the first directory of a TIFF structure: a TIFF file, or the EXIF block of a JPEG. TIFF 6.0, section 2. */
export const tiffTag = { newSubfileType: 0x00fe, orientation: 0x0112 } as const

/**
 * The number that `tag` holds in the first directory of the TIFF structure that fills `bytes`, or null where it is absent, is no
 * 16 or 32 bit integer, or where the structure is damaged: a tag that cannot be read is a tag that says nothing.
 */
export function readTiffTag(bytes: Buffer, tag: number): number | null {
  if (bytes.length < 8) return null
  const order = bytes.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return null
  const little = order === 'II'
  const short = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  if (short(2) !== 42) return null
  const directory = long(4)
  if (directory + 2 > bytes.length) return null
  const entries = short(directory)
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12
    if (at + 12 > bytes.length) return null
    if (short(at) !== tag) continue
    const type = short(at + 2)
    if (type === 3) return short(at + 8)
    return type === 4 ? long(at + 8) : null
  }
  return null
}
