import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { diskError } from '../project/disk-errors.ts'
import { contentOfEntry, nameOfEntry, withZip } from '../zip/read-zip.ts'
import type { WantedFile } from './package-source.ts'
import { readTgz } from './read-tar.ts'

/** Takes the bytes of one wanted file, writes them under our own name and compares their hash at the end. */
interface Receiver {
  take(piece: Uint8Array): Promise<void>
  /** Throws `HASH_MISMATCH`. */
  finish(): Promise<void>
  close(): Promise<void>
}

async function receive(wanted: WantedFile, folder: string): Promise<Receiver> {
  const path = join(folder, wanted.name)
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'w')
  const hash = createHash('sha256')
  return {
    async take(piece) {
      hash.update(piece)
      await file.appendFile(piece)
    },
    finish() {
      const actual = hash.digest('hex')
      if (wanted.sha256 !== undefined && actual !== wanted.sha256)
        throw new StudioError('HASH_MISMATCH', { what: wanted.path, expected: wanted.sha256, actual })
      return Promise.resolve()
    },
    close: () => file.close(),
  }
}

function requireSize(wanted: WantedFile, sizeBytes: number): void {
  if (sizeBytes === wanted.sizeBytes) return
  throw new StudioError('HASH_MISMATCH', { what: wanted.path, expected: `${wanted.sizeBytes} bytes`, actual: `${sizeBytes} bytes` })
}

async function unpackTgz(archive: string, receivers: ReadonlyMap<WantedFile, Receiver>, signal?: AbortSignal): Promise<Set<WantedFile>> {
  const found = new Set<WantedFile>()
  await readTgz(
    archive,
    ({ path, sizeBytes }) => {
      const wanted = [...receivers.keys()].find((file) => file.path === path && !found.has(file))
      if (wanted === undefined) return null
      requireSize(wanted, sizeBytes)
      found.add(wanted)
      return (piece) => receivers.get(wanted)?.take(piece)
    },
    signal,
  )
  return found
}

function unpackZip(archive: string, receivers: ReadonlyMap<WantedFile, Receiver>, signal?: AbortSignal): Promise<Set<WantedFile>> {
  return withZip(archive, async (zip) => {
    const found = new Set<WantedFile>()
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted()
      const name = nameOfEntry(entry)
      const wanted = [...receivers.keys()].find((file) => file.path === name && !found.has(file))
      if (wanted === undefined) continue
      requireSize(wanted, entry.uncompressedSize)
      found.add(wanted)
      for await (const piece of contentOfEntry(zip, entry)) await receivers.get(wanted)?.take(piece)
    }
    return found
  })
}

/**
 * Writes the wanted files of an archive into `folder`, each under its own name, and checks size and hash. Nothing else is unpacked, and no
 * path of the archive is used as one. Throws `HASH_MISMATCH`, `DOWNLOAD_FAILED` for an archive that cannot be read or lacks a file, `DISK_FULL`,
 * `NOT_WRITABLE` and `CANCELLED`.
 */
export async function unpackArchive(
  archive: string,
  format: 'tgz' | 'zip',
  wanted: readonly WantedFile[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const receivers = new Map<WantedFile, Receiver>()
  try {
    for (const file of wanted) receivers.set(file, await receive(file, folder))
    const found = await (format === 'tgz' ? unpackTgz : unpackZip)(archive, receivers, signal)
    for (const [file, receiver] of receivers) {
      if (!found.has(file)) throw new StudioError('DOWNLOAD_FAILED', { what: file.path, reason: 'it is not in the archive' })
      await receiver.finish()
    }
  } catch (error) {
    if (signal?.aborted === true) throw new StudioError('CANCELLED', {})
    // A disk that is full, or that cannot be written to, is no fault of the archive.
    const known = diskError(error, folder)
    if (known instanceof StudioError) throw known
    const reason = `the archive cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new StudioError('DOWNLOAD_FAILED', { what: archive, reason }, { cause: error })
  } finally {
    for (const receiver of receivers.values()) await receiver.close()
  }
}
