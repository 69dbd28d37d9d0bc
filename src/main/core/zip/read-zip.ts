import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl'

/** Opens a zip; the caller closes it. Names are not looked at: see `nameOfEntry`. Throws plain errors for what is no zip or a broken one. */
export async function openZip(path: string): Promise<ZipFile> {
  return openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false })
}

/** Opens a zip for `use` and closes it afterwards. Throws what `openZip` throws. */
export async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openZip(path)
  try {
    return await use(zip)
  } finally {
    zip.close()
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The path of an entry as the archive has it, with forward slashes only. Bytes that are UTF-8 are read as that, whether or not the entry says so
 * (macOS does not); others by code page 437, as the format has it. Null where the entry says UTF-8 and has none.
 */
export function nameOfEntry(entry: Entry): string | null {
  const saysUtf8 = (entry.generalPurposeBitFlag & 0x800) !== 0
  try {
    return utf8.decode(entry.fileNameRaw).replaceAll('\\', '/')
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return saysUtf8 ? null : getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  }
}

/** What an entry holds, inflated, piece by piece. Throws where it is more or less than the entry says, or cannot be inflated. */
export async function* contentOfEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer, void, void> {
  for await (const piece of await zip.openReadStreamPromise(entry)) yield piece as Buffer
}
