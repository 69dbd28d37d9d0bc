/** Tags of the directories of a TIFF structure: a TIFF file, or the EXIF block of another. TIFF 6.0, section 2; Exif 2.32, section 4.6. */
export const tiffTag = {
  newSubfileType: 0x00fe,
  orientation: 0x0112,
  exifDirectory: 0x8769,
  dateTimeOriginal: 0x9003,
  dateTimeDigitized: 0x9004,
  offsetTimeOriginal: 0x9011,
  offsetTimeDigitized: 0x9012,
  subSecTimeOriginal: 0x9291,
  subSecTimeDigitized: 0x9292,
} as const

/** What a directory says. Null: the tag is absent, of another type, or leads out of the structure: what cannot be read says nothing. */
export interface TiffDirectory {
  /** A 16 or 32 bit integer. */
  number(tag: number): number | null
  /** A text, up to its first zero byte and at most 64 bytes long. */
  text(tag: number): string | null
  /** The directory that the tag points to. */
  directory(tag: number): TiffDirectory | null
}

const longestText = 64
const [ascii, short, long] = [2, 3, 4] as const

/** The first directory of the TIFF structure that fills `bytes`; null where that is none. Never throws, whatever the bytes are. */
export function firstDirectory(bytes: Buffer): TiffDirectory | null {
  if (bytes.length < 8) return null
  const order = bytes.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return null
  const little = order === 'II'
  const read = {
    short: (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    long: (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
  }
  return read.short(2) === 42 ? directoryAt(bytes, read.long(4), read) : null
}

interface Read {
  short(at: number): number
  long(at: number): number
}

function directoryAt(bytes: Buffer, start: number, read: Read): TiffDirectory | null {
  if (start + 2 > bytes.length) return null
  const entries = Math.min(read.short(start), Math.floor((bytes.length - start - 2) / 12))
  const find = (tag: number): number | null => {
    for (let entry = 0; entry < entries; entry++) {
      const at = start + 2 + entry * 12
      if (read.short(at) === tag) return at
    }
    return null
  }
  const number = (tag: number): number | null => {
    const at = find(tag)
    if (at === null) return null
    const type = read.short(at + 2)
    if (type === short) return read.short(at + 8)
    return type === long ? read.long(at + 8) : null
  }
  return {
    number,
    text: (tag) => {
      const at = find(tag)
      if (at === null || read.short(at + 2) !== ascii) return null
      const count = Math.min(read.long(at + 4), longestText)
      const from = read.long(at + 4) <= 4 ? at + 8 : read.long(at + 8)
      if (from + count > bytes.length) return null
      const [text = ''] = bytes.toString('latin1', from, from + count).split('\0')
      return text
    },
    directory: (tag) => {
      const at = number(tag)
      return at === null ? null : directoryAt(bytes, at, read)
    },
  }
}

/** The number that `tag` holds in the first directory of the TIFF structure that fills `bytes`; null where there is none. */
export function readTiffTag(bytes: Buffer, tag: number): number | null {
  return firstDirectory(bytes)?.number(tag) ?? null
}
