import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** Formats that are compressed already, or nearly random: weights shrink by less than a tenth and cost most of the time. */
const storedAsTheyAre = /\.(bin|wasm)$/

/**
 * Packs files into a zip whose entries are relative to `folder`, in the order given, all dated
 * `modifiedAtMs`. Throws when the signal is aborted; the half-written file is the caller's to remove.
 */
export async function zipFolder(
  folder: string,
  files: readonly string[],
  zip: string,
  { modifiedAtMs, signal }: { modifiedAtMs: number; signal: AbortSignal },
): Promise<void> {
  const archive = new ZipFile()
  for (const file of files) {
    archive.addFile(join(folder, file), file, {
      mtime: new Date(modifiedAtMs),
      mode: 0o100644,
      compress: !storedAsTheyAre.test(file),
    })
  }
  // A file that cannot be read is told by the archive, not by its stream, which would then never end.
  archive.on('error', (error: Error) => archive.outputStream.emit('error', error))
  archive.end()
  await pipeline(archive.outputStream, createWriteStream(zip, { flags: 'wx' }), { signal })
}
