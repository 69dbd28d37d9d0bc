import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StudioError } from '../../contract/errors.ts'
import { downloadFile } from './download-file.ts'
import { downloadPackage } from './package-client.ts'
import { describeSource, type PackageSource, type WantedFile } from './package-source.ts'
import { unpackArchive } from './unpack-archive.ts'

interface FilesToFetch {
  /** Tried in order; each has all of the files. */
  readonly sources: readonly PackageSource[]
  readonly files: readonly WantedFile[]
  /** Exists; the files come into it under their names. */
  readonly folder: string
  readonly signal?: AbortSignal
  /** Bytes of the archive so far and in all. npm and pip do not tell how far they are: what lies in their folder is measured. */
  readonly onBytes?: (done: number, total: number) => void
  /** The archive is here, and is checked and unpacked. */
  readonly onUnpacking?: () => void
}

/** Throws `HASH_MISMATCH`. */
async function checkIntegrity(path: string, integrity: string, what: string, signal?: AbortSignal): Promise<void> {
  const [algorithm = 'sha512'] = integrity.split('-', 1)
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path), hash, ...(signal === undefined ? [] : [{ signal }]))
  const actual = `${algorithm}-${hash.digest('base64')}`
  if (actual !== integrity) throw new StudioError('HASH_MISMATCH', { what, expected: integrity, actual })
}

async function fetchFrom(source: PackageSource, { files, folder, signal, onBytes, onUnpacking }: FilesToFetch): Promise<void> {
  const place = await mkdtemp(join(folder, 'archive-'))
  const abortable = signal === undefined ? {} : { signal }
  try {
    onBytes?.(0, source.sizeBytes)
    let archive = join(place, 'archive')
    if (source.via === 'url') {
      const counted = { onBytes: (done: number) => onBytes?.(done, source.sizeBytes) }
      await downloadFile(source.url, archive, { sizeBytes: source.sizeBytes, ...abortable, ...counted })
    } else archive = await downloadPackage(source, place, { signal, onBytes: (done) => onBytes?.(done, source.sizeBytes) })
    onBytes?.(source.sizeBytes, source.sizeBytes)
    onUnpacking?.()
    await checkIntegrity(archive, source.integrity, describeSource(source), signal)
    const format = source.via === 'url' ? source.format : source.via === 'npm' ? 'tgz' : 'zip'
    await unpackArchive(archive, format, files, folder, signal)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/**
 * Fetches files out of a package, from the first source that has them whole: the archive is compared with its integrity, each file with its
 * size and hash. Answers with the path of each file by its name. Throws `CANCELLED`, `DISK_FULL`, `NOT_WRITABLE`; `HASH_MISMATCH` when a source gave something else and no
 * other one helped; else `DOWNLOAD_FAILED` with the reason of every source.
 */
export async function fetchFiles(order: FilesToFetch): Promise<Readonly<Record<string, string>>> {
  const failures: { readonly source: PackageSource; readonly error: StudioError }[] = []
  for (const source of order.sources) {
    try {
      await fetchFrom(source, order)
      return Object.fromEntries(order.files.map(({ name }) => [name, join(order.folder, name)]))
    } catch (error) {
      if (order.signal?.aborted === true) throw new StudioError('CANCELLED', {})
      // No other source would help against a disk that takes no more.
      if (!(error instanceof StudioError) || error.code === 'DISK_FULL' || error.code === 'NOT_WRITABLE') throw error
      failures.push({ source, error: error as StudioError })
    }
  }
  const mismatch = failures.find(({ error }) => error.code === 'HASH_MISMATCH')
  if (mismatch !== undefined) throw mismatch.error
  const reasons = failures.map(({ source, error }) => {
    const reason = error.code === 'DOWNLOAD_FAILED' && 'reason' in error.details ? error.details.reason : error.code
    return `${describeSource(source)}: ${reason}`
  })
  const what = order.files.map(({ name }) => name).join(', ')
  throw new StudioError('DOWNLOAD_FAILED', { what, reason: reasons.join('; ') })
}
