import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ZipFile } from 'yauzl'
import { StudioError } from '../../contract/errors.ts'
import type { SkippedFile } from '../../contract/images.ts'
import { diskError, diskFull, freeBytes } from '../project/disk-errors.ts'
import { reserveFile } from '../safe-path.ts'
import type { ArchivedFile, CheckedArchive } from './check-archive.ts'
import { contentOfEntry } from './read-zip.ts'

export interface UnpackedFile {
  /** Absolute. */
  readonly path: string
  /** Its path in the archive. */
  readonly name: string
}

/** What stays free for everything else that is written meanwhile. */
const spareBytes = 256 * 1024 ** 2

/**
 * Unpacks what `checkArchive` has found into `folder`, each file under its own path. One that is broken is listed as skipped and leaves nothing;
 * the rest goes on. `onProgress` is given bytes.
 * @throws DISK_FULL before anything is written where there is no room for all of it, or later; NOT_WRITABLE, CANCELLED. The caller removes the folder.
 */
export async function unpackPhotos(
  zip: ZipFile,
  { files, bytes }: CheckedArchive,
  folder: string,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (bytes: number) => void },
): Promise<{ readonly unpacked: readonly UnpackedFile[]; readonly broken: readonly SkippedFile[] }> {
  const free = freeBytes(folder)
  if (free !== null && free < bytes + spareBytes) throw diskFull(folder, bytes + spareBytes)
  const unpacked: UnpackedFile[] = []
  const broken: SkippedFile[] = []
  let done = 0
  for (const file of files) {
    if (signal.aborted) throw new StudioError('CANCELLED', {})
    try {
      unpacked.push({ path: await unpackOne(zip, file, folder, signal), name: file.name })
    } catch (error) {
      if (isAborted(signal)) throw new StudioError('CANCELLED', {})
      const known = diskError(error, folder)
      if (known instanceof StudioError) throw known
      broken.push({ file: file.name, reason: 'broken', detail: reasonOf(error) })
    }
    done += file.entry.uncompressedSize
    onProgress(done)
  }
  return { unpacked, broken }
}

/** Asked again after something was waited for. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

async function unpackOne(zip: ZipFile, { segments, entry }: ArchivedFile, root: string, signal: AbortSignal): Promise<string> {
  const folder = join(root, ...segments.slice(0, -1))
  await mkdir(folder, { recursive: true })
  const { file, handle } = await reserveFile(folder, segments.at(-1) ?? 'file')
  let sum = 0
  try {
    for await (const piece of contentOfEntry(zip, entry)) {
      signal.throwIfAborted()
      sum = crc32(piece, sum)
      await handle.writeFile(piece)
    }
    if (sum !== entry.crc32) throw new Error('its checksum is wrong')
    await handle.close()
    return file
  } catch (error) {
    await handle.close()
    await rm(file, { force: true })
    throw error
  }
}

/** Of zlib and yauzl, in one line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /invalid|incorrect|unexpected end|too (many|few) bytes|not enough bytes/i.test(message)
    ? 'the archive is damaged here'
    : (message.split('\n')[0] ?? '')
}
