import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { StudioError } from '../../contract/errors.ts'
import type { JobResult } from '../../contract/jobs.ts'
import type { OpenProject } from '../context.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { diskError } from '../project/disk-errors.ts'
import { countProject } from '../project/project-rows.ts'
import {
  backupVersion,
  databaseName,
  isBackupPath,
  manifestName,
  type BackupFile,
  type BackupFolder,
  type BackupManifest,
} from './backup-manifest.ts'
import { readBackup } from './read-backup.ts'
import { syncFolder } from './sync-folder.ts'

export interface BackupOrder {
  /** Where the backup goes; nothing may be there. */
  readonly out: string
  /** What is packed besides the database. */
  readonly folders: readonly BackupFolder[]
  readonly createdAtMs: number
}

/**
 * Packs a project into one file while work on it goes on: the database as it was at one moment, and the files of then. Everything is read back
 * before the file gets its name; until then, and when this fails or is cancelled, nothing of it is left.
 * @throws OUT_EXISTS, NOT_WRITABLE, DISK_FULL, BACKUP_DAMAGED where the disk does not give back what was written; the signal's reason.
 */
export async function writeBackup(
  project: OpenProject,
  order: BackupOrder,
  job: JobContext,
): Promise<Extract<JobResult, { kind: 'backup' }>> {
  const { out } = order
  if (existsSync(out)) throw new StudioError('OUT_EXISTS', { path: out })
  const place = dirname(out)
  const unfinished = join(place, `.${basename(out)}.${process.pid}.unfinished`)
  const snapshot = `${unfinished}.sqlite`
  try {
    await mkdir(place, { recursive: true })
    await project.db.backup(snapshot, {
      progress: ({ remainingPages }) => (job.signal.throwIfAborted(), Math.min(remainingPages + 1, pagesAtOnce)),
    })
    const manifest = await pack(project, { ...order, snapshot, unfinished }, job)
    await verify(unfinished, job)
    job.signal.throwIfAborted()
    if (existsSync(out)) throw new StudioError('OUT_EXISTS', { path: out })
    await rename(unfinished, out)
    await syncFolder(place)
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    return { kind: 'backup', path: out, files: manifest.files.length, images: manifest.images, bytes }
  } catch (error) {
    job.signal.throwIfAborted()
    throw diskError(error, place)
  } finally {
    for (const file of [unfinished, snapshot, `${snapshot}-wal`, `${snapshot}-shm`, `${snapshot}-journal`]) await rm(file, { force: true })
  }
}

/** Of 4 KB each: a few milliseconds of copying, between which labels are written. */
const pagesAtOnce = 2000

interface Packing extends BackupOrder {
  readonly snapshot: string
  readonly unfinished: string
}

async function pack({ name, db, files }: OpenProject, packing: Packing, { signal, progress }: JobContext): Promise<BackupManifest> {
  const { images } = countProject(db)
  const sources = [{ name: databaseName, path: packing.snapshot }, ...(await listFiles(files.root, packing.folders))]
  const archive = new ZipFile()
  const giveUp = new AbortController()
  const ended = AbortSignal.any([signal, giveUp.signal])
  const written = pipeline(archive.outputStream, createWriteStream(packing.unfinished, { flags: 'wx', flush: true }), { signal: ended })
  // A file waits for the one who writes; when that fails nobody reads on.
  const failed = written.then(() => new Promise<never>(() => undefined))
  const packed: BackupFile[] = []
  try {
    for (const [index, source] of sources.entries()) {
      progress('packing', index, sources.length)
      const file = await Promise.race([addFile(archive, source, packing.createdAtMs, ended), failed])
      if (file !== null) packed.push(file)
    }
  } catch (error) {
    // Closes the file that is read and the one that is written, whichever has failed.
    giveUp.abort(error)
    await written.catch(() => undefined)
    throw error
  }
  const manifest: BackupManifest = {
    ...{ format: 'graft-backup', version: backupVersion, project: name, createdAtMs: packing.createdAtMs, images },
    files: packed,
  }
  archive.addBuffer(Buffer.from(JSON.stringify(manifest)), manifestName, { mtime: new Date(packing.createdAtMs) })
  archive.end()
  await written
  return manifest
}

interface Source {
  /** In the backup. */
  readonly name: string
  readonly path: string
}

/** In the order of their names. What is half-written and what the system puts there has other names. */
async function listFiles(root: string, folders: readonly BackupFolder[]): Promise<Source[]> {
  const found: Source[] = []
  for (const folder of folders) {
    const place = join(root, folder)
    if (!existsSync(place)) continue
    const entries = await readdir(place, { recursive: true, withFileTypes: true })
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name)
      const name = path.slice(root.length + 1).replaceAll(sep, '/')
      if (isBackupPath(name)) found.push({ name, path })
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Null where the file is not there any more: its photo was deleted for good meanwhile. */
async function addFile(archive: ZipFile, { name, path }: Source, createdAtMs: number, signal: AbortSignal): Promise<BackupFile | null> {
  const handle = await open(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (handle === null) return null
  const hash = createHash('sha256')
  let bytes = 0
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  // Pictures, features and weights are compressed already, or nearly random.
  archive.addReadStream(hashing, name, { mtime: new Date(createdAtMs), mode: 0o100644, compress: name === databaseName })
  await pipeline(handle.createReadStream(), hashing, { signal })
  return { path: name, bytes, sha256: hash.digest('hex') }
}

async function verify(path: string, { signal, progress }: JobContext): Promise<void> {
  await readBackup(path, {
    signal,
    begin: () => undefined,
    take: async (_file, stream) => {
      for await (const _chunk of stream);
    },
    progress: (done, total) => progress('rereading', done, total),
  })
}
