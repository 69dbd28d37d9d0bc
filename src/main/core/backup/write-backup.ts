import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { StudioError } from '../../contract/errors.ts'
import type { JobResult } from '../../contract/jobs.ts'
import type { Log, OpenProject } from '../context.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { deleteLeftovers } from '../process-folder.ts'
import { diskError } from '../project/disk-errors.ts'
import { backupVersion, databaseName, manifestName, type BackupFile, type BackupFolder, type BackupManifest } from './backup-manifest.ts'
import type { HeldPhoto } from './database-rows.ts'
import { readBackup } from './read-backup.ts'
import { describeSnapshot, filesOfSnapshot, forgetErased, openSnapshot, sourceOfDatabase, type Source } from './snapshot.ts'
import { syncFolder } from './sync-files.ts'

export interface BackupOrder {
  /** Where the backup goes; nothing may be there. */
  readonly out: string
  /** What is packed besides the database. */
  readonly folders: readonly BackupFolder[]
  readonly createdAtMs: number
  readonly log: Log
}

/**
 * Packs a project into one file while work on it goes on: the database as it was at one moment, and the files that it names. A photo that is added
 * later is not in it; one that is deleted for good before its copy was packed is taken out of the packed database too, which is therefore packed last.
 * Everything is read back before the file gets its name; until then, and when this fails or is cancelled, nothing of it is left. What a process left that
 * was killed meanwhile is deleted by the next backup into the same folder.
 * @throws OUT_EXISTS, NOT_WRITABLE, DISK_FULL, BACKUP_DAMAGED where the disk does not give back what was written; the signal's reason.
 */
export async function writeBackup(
  project: OpenProject,
  order: BackupOrder,
  job: JobContext,
): Promise<Extract<JobResult, { kind: 'backup' }>> {
  const { out, log } = order
  if (existsSync(out)) throw new StudioError('OUT_EXISTS', { path: out })
  const place = dirname(out)
  // Without the name of the backup: with all its endings it could be longer than a disk takes.
  const unfinished = join(place, `.graft-backup-${randomBytes(4).toString('hex')}.${machine}-${process.pid}${unfinishedEnding}`)
  const snapshot = `${unfinished}.sqlite`
  try {
    await mkdir(place, { recursive: true })
    await deleteLeftovers(place, ownerOfUnfinished, log)
    await project.db.backup(snapshot, {
      progress: ({ remainingPages }) => (job.signal.throwIfAborted(), Math.min(remainingPages + 1, pagesAtOnce)),
    })
    const manifest = await pack(project, { ...order, snapshot, unfinished }, job)
    await verify(unfinished, job)
    job.signal.throwIfAborted()
    if (existsSync(out)) throw new StudioError('OUT_EXISTS', { path: out })
    await rename(unfinished, out)
    await syncFolder(place)
    return { kind: 'backup', path: out, files: manifest.files.length, images: manifest.images, bytes: (await stat(out)).size }
  } catch (error) {
    job.signal.throwIfAborted()
    throw diskError(error, place)
  } finally {
    for (const ending of ['', '.sqlite', ...sqliteEndings]) await rm(`${unfinished}${ending}`, { force: true })
  }
}

/** Of 4 KB each: a few milliseconds of copying, between which labels are written. */
const pagesAtOnce = 2000
const unfinishedEnding = '.unfinished'
const sqliteEndings = ['.sqlite-wal', '.sqlite-shm', '.sqlite-journal'] as const
/** Several machines may keep their backups in one folder, and each knows the processes of its own. */
const machine = hostname()
  .replaceAll(/[^A-Za-z0-9_]/g, '_')
  .slice(0, 64)

/** The id of the process of this machine that was at work on a file of this name; null for any other file. */
function ownerOfUnfinished(name: string): string | null {
  const found = /^\..+\.([A-Za-z0-9_]*)-(\d+)\.unfinished(\.sqlite(-wal|-shm|-journal)?)?$/.exec(name)
  return found?.[1] === machine ? (found[2] ?? null) : null
}

interface Packing extends BackupOrder {
  readonly snapshot: string
  readonly unfinished: string
}

async function pack(project: OpenProject, packing: Packing, { signal, progress }: JobContext): Promise<BackupManifest> {
  const { createdAtMs } = packing
  const snapshot = openSnapshot(packing.snapshot)
  const archive = new ZipFile()
  const giveUp = new AbortController()
  const ended = AbortSignal.any([signal, giveUp.signal])
  const written = pipeline(archive.outputStream, createWriteStream(packing.unfinished, { flags: 'wx', flush: true }), { signal: ended })
  // A file waits for the one who writes; when that fails nobody reads on.
  const failed = written.then(() => new Promise<never>(() => undefined))
  // Nobody may wait for it yet when it comes, and a failure that nobody hears of ends the process.
  failed.catch(() => undefined)
  const packed: BackupFile[] = []
  const add = async (source: Source): Promise<boolean> => {
    const file = await Promise.race([addFile(archive, source, createdAtMs, ended), failed])
    if (file !== null) packed.push(file)
    return file !== null
  }
  try {
    const sources = await filesOfSnapshot(snapshot, project.files, packing.folders)
    const gone: HeldPhoto[] = []
    for (const [index, source] of sources.entries()) {
      progress('packing', index, sources.length + 1)
      if (!(await add(source)) && source.photo !== undefined) gone.push(source.photo)
    }
    forgetErased(snapshot, project, gone, createdAtMs)
    const about = describeSnapshot(snapshot)
    snapshot.close()
    progress('packing', sources.length, sources.length + 1)
    await add(sourceOfDatabase(packing.snapshot))
    const manifest: BackupManifest = { format: 'graft-backup', version: backupVersion, createdAtMs, ...about, files: packed }
    archive.addBuffer(Buffer.from(JSON.stringify(manifest)), manifestName, { mtime: new Date(createdAtMs) })
    archive.end()
    await written
    return manifest
  } catch (error) {
    // Closes the file that is read and the one that is written, whichever has failed.
    giveUp.abort(error)
    await written.catch(() => undefined)
    throw error
  } finally {
    snapshot.close()
  }
}

/** Null where the file is not there any more: its photo was deleted for good meanwhile, or somebody else took it away. */
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
