import { createReadStream, createWriteStream, unlink } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** Formats that are compressed already, or nearly random: weights shrink by less than a tenth and cost most of the time. */
const storedAsTheyAre = /\.(bin|wasm|jpe?g|jfif|jpe|png|webp|gif|avif)$/i

export interface ZipOptions {
  readonly modifiedAtMs: number
  readonly signal: AbortSignal
  /** Deletes each file when it is packed, so that there need not be room for all of them twice. */
  readonly removePacked?: boolean
  /** Files packed so far. */
  readonly onProgress?: (done: number) => void
}

/**
 * Packs files into a zip whose entries are relative to `folder`, in the order given, all dated
 * `modifiedAtMs`. Throws when the signal is aborted; the half-written file is the caller's to remove.
 */
export async function zipFolder(
  folder: string,
  files: readonly string[],
  zip: string,
  { modifiedAtMs, signal, removePacked = false, onProgress = () => undefined }: ZipOptions,
): Promise<void> {
  const archive = new ZipFile()
  let done = 0
  for (const file of files) {
    const options = { mtime: new Date(modifiedAtMs), mode: 0o100644, compress: !storedAsTheyAre.test(file) }
    archive.addReadStreamLazy(file, options, (give) => {
      const path = join(folder, file)
      const stream = createReadStream(path)
      stream.once('end', () => {
        onProgress(++done)
        // One that stays goes with the folder.
        if (removePacked) unlink(path, () => undefined)
      })
      stream.once('error', (error) => archive.outputStream.emit('error', error))
      give(null, stream)
    })
  }
  // What goes wrong inside is told by the archive, not by its stream, which would then never end.
  archive.on('error', (error: Error) => archive.outputStream.emit('error', error))
  archive.end()
  await pipeline(archive.outputStream, createWriteStream(zip, { flags: 'wx' }), { signal })
}
