import { createHash } from 'node:crypto'
import { Transform, type Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Entry, ZipFile } from 'yauzl'
import { StudioError, type ErrorDetails } from '../../contract/errors.ts'
import { diskError } from '../project/disk-errors.ts'
import { nameOfEntry, openZip } from '../zip/read-zip.ts'
import { BackupManifest, backupVersion, databaseName, isBackupPath, manifestName, type BackupFile } from './backup-manifest.ts'

/** What the list says of one file takes less, and so does what stands around: a small archive cannot name a list that fills the memory. */
const listedBytesAtMost = 1000

export interface BackupReader {
  readonly signal: AbortSignal
  /** The list is whole, and what is packed is what it names; nothing was read of the files themselves. Throws to read no further. */
  begin(manifest: BackupManifest): void
  /** Reads a file to its end, which its hash is worked out of. */
  take(file: BackupFile, stream: Readable): Promise<void>
  /** A file other than the database is missing or was changed, and what was taken of it counts for nothing. Absent: the whole backup is refused for it. */
  lose?(file: BackupFile): Promise<void>
  progress(done: number, total: number): void
}

/**
 * Reads a whole backup and holds every file against its size and hash in the list. What a hostile file may try is refused before anything is
 * unpacked: names that lead elsewhere, files beside the list, two of one name, encryption. A file never gives more bytes than the list says. Only a reader
 * that can lose files gets what is left of a damaged backup.
 * @throws BACKUP_DAMAGED, FILE_NOT_FOUND, NOT_WRITABLE; what the reader throws; the signal's reason.
 */
export async function readBackup(path: string, reader: BackupReader): Promise<BackupManifest> {
  const zip = await openBackup(path)
  try {
    const entries = await readEntries(zip, path)
    const manifest = await readManifest(zip, entries, path)
    requireSame(manifest, entries, path, reader.lose !== undefined)
    reader.begin(manifest)
    for (const [index, file] of manifest.files.entries()) {
      reader.signal.throwIfAborted()
      reader.progress(index, manifest.files.length)
      await readFile(zip, { file, entry: entries.get(file.path), path }, reader).catch(async (error: unknown) => {
        const isLost = error instanceof StudioError && error.code === 'BACKUP_DAMAGED'
        if (!isLost || !canBeLost(file) || reader.lose === undefined) throw error
        await reader.lose(file)
      })
    }
    reader.progress(manifest.files.length, manifest.files.length)
    return manifest
  } finally {
    zip.close()
  }
}

type Reason = ErrorDetails<'BACKUP_DAMAGED'>['reason']
const damaged = (path: string, reason: Reason, file = ''): StudioError => new StudioError('BACKUP_DAMAGED', { path, reason, file })

async function openBackup(path: string): Promise<ZipFile> {
  try {
    return await openZip(path)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw damaged(path, 'no-backup')
    if (error.code === 'EISDIR') throw damaged(path, 'folder')
    if (error.code === 'ENOENT') throw new StudioError('FILE_NOT_FOUND', { path }, { cause: error })
    throw diskError(error, path)
  }
}

async function readEntries(zip: ZipFile, path: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>()
  // As a disk sees them that does not tell upper from lower case.
  const folded = new Set<string>()
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOfEntry(entry) ?? entry.fileNameRaw.toString('latin1')
      if (name !== manifestName && !isBackupPath(name)) throw damaged(path, 'foreign', name.slice(0, 200))
      if (folded.has(name.toLowerCase())) throw damaged(path, 'foreign', name)
      if (entry.isEncrypted()) throw damaged(path, 'encrypted', name)
      folded.add(name.toLowerCase())
      entries.set(name, entry)
    }
  } catch (error) {
    throw error instanceof StudioError ? error : damaged(path, 'no-backup')
  }
  return entries
}

async function readManifest(zip: ZipFile, entries: ReadonlyMap<string, Entry>, path: string): Promise<BackupManifest> {
  const entry = entries.get(manifestName)
  if (entry === undefined || entry.uncompressedSize > entries.size * listedBytesAtMost) throw damaged(path, 'no-backup')
  const read = await zip
    .openReadStreamPromise(entry)
    .then(async (stream) => JSON.parse((await buffer(stream)).toString('utf8')) as unknown)
    .catch(() => null)
  const parsed = BackupManifest.safeParse(read)
  if (parsed.success) return parsed.data
  const isNewer = typeof read === 'object' && read !== null && 'version' in read && Number(read.version) > backupVersion
  throw damaged(path, isNewer ? 'newer' : 'no-backup')
}

/** A project without its database is none; without a photo, features or a network it is one that lacks these. */
const canBeLost = ({ path }: BackupFile): boolean => path !== databaseName

/** What is packed is what the list names, no more and no less, each as large as it says. `tolerant`: what can be lost is looked at only when it is read. */
function requireSame({ files }: BackupManifest, entries: ReadonlyMap<string, Entry>, path: string, tolerant: boolean): void {
  const listed = new Set<string>([manifestName])
  for (const file of files) {
    const entry = entries.get(file.path)
    if (listed.has(file.path)) throw damaged(path, 'missing', file.path)
    listed.add(file.path)
    if (tolerant && canBeLost(file)) continue
    if (entry === undefined) throw damaged(path, 'missing', file.path)
    if (entry.uncompressedSize !== file.bytes) throw damaged(path, 'changed', file.path)
  }
  for (const name of entries.keys()) if (!listed.has(name)) throw damaged(path, 'foreign', name)
}

interface Packed {
  readonly file: BackupFile
  readonly entry: Entry | undefined
  /** Of the backup. */
  readonly path: string
}

async function readFile(zip: ZipFile, { file, entry, path }: Packed, { take, signal }: BackupReader): Promise<void> {
  if (entry === undefined) throw damaged(path, 'missing', file.path)
  if (entry.uncompressedSize !== file.bytes) throw damaged(path, 'changed', file.path)
  const packed = await zip.openReadStreamPromise(entry).catch(() => null)
  if (packed === null) throw damaged(path, 'changed', file.path)
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const taking = take(file, hashing).catch((error: unknown) => {
    // Nobody reads on.
    hashing.destroy()
    throw error
  })
  const [piped, taken] = await Promise.allSettled([pipeline(packed, hashing, { signal }), taking])
  signal.throwIfAborted()
  // A failure of one side ends the other with the same error. What neither the disk nor the reader says is said by what was unpacked: that it
  // cannot be, or that more bytes come out than the list says.
  if (taken.status === 'rejected' && isOfSystem(taken.reason)) throw taken.reason
  if (piped.status === 'rejected' && isOfSystem(piped.reason)) throw diskError(piped.reason, path)
  if (taken.status === 'rejected' || piped.status === 'rejected') throw damaged(path, 'changed', file.path)
  if (hash.digest('hex') !== file.sha256) throw damaged(path, 'changed', file.path)
}

function isOfSystem(error: unknown): boolean {
  return error instanceof StudioError || (error instanceof Error && 'syscall' in error)
}
