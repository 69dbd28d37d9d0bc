import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StudioError } from '../../contract/errors.ts'
import type { JobResult } from '../../contract/jobs.ts'
import type { Log } from '../context.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { openProcessFolder } from '../process-folder.ts'
import { diskError, diskFull, freeBytes } from '../project/disk-errors.ts'
import { makeFolder } from '../project/make-folder.ts'
import { projectEnding } from '../project/project-files.ts'
import { databaseName, type BackupFile, type BackupManifest } from './backup-manifest.ts'
import { checkDatabase } from './check-database.ts'
import { readBackup } from './read-backup.ts'
import { syncFiles, syncFolder } from './sync-files.ts'

export interface RestoreOrder {
  /** The backup. */
  readonly path: string
  /** Where the project is made. */
  readonly folder: string
  /** Leave damaged files out, instead of making nothing of the backup. */
  readonly rescue: boolean
  readonly log: Log
}

/**
 * Makes a project in `folder` of a backup. It is unpacked into a folder of this process beside its place, and gets its name only when every file is
 * what the backup's list says, the database is one that this studio could have written, and all of it is on the disk: files first, all at once at the end,
 * then the folders that name them, then the new name. Whoever is told that the project is there can lose it to no power cut, and what is cut off before has
 * no name yet. When this fails or is cancelled nothing is left; what a process left that was killed meanwhile is deleted by the next restore.
 * @throws BACKUP_DAMAGED, FILE_NOT_FOUND, NOT_WRITABLE, DISK_FULL; the signal's reason.
 */
export async function restoreBackup(
  { path, folder, rescue, log }: RestoreOrder,
  { signal, progress }: JobContext,
): Promise<Extract<JobResult, { kind: 'restore' }>> {
  let place: string | null = null
  makeFolder(folder)
  try {
    place = await openProcessFolder(folder, { log, prefix: '.restoring-' })
    const root = place
    const written = new Set<string>()
    const lost: string[] = []
    const placeOf = (file: BackupFile): string => join(root, ...file.path.split('/'))
    const manifest = await readBackup(path, {
      signal,
      begin: (listed) => requireRoom(listed, folder),
      take: async (file, stream) => {
        const target = placeOf(file)
        await mkdir(dirname(target), { recursive: true })
        await pipeline(stream, createWriteStream(target, { flags: 'wx' }))
        written.add(target)
      },
      ...(rescue && {
        lose: async (file: BackupFile) => {
          await rm(placeOf(file), { force: true })
          written.delete(placeOf(file))
          lost.push(file.path)
        },
      }),
      progress: (done, total) => progress('unpacking', done, total),
    })
    checkDatabase(join(root, databaseName), path)
    for (const ending of ['-wal', '-shm']) await rm(join(root, `${databaseName}${ending}`), { force: true })
    await syncFiles([...written], signal)
    for (const each of foldersOf([...written], root)) await syncFolder(each)
    signal.throwIfAborted()
    const project = await nameProject(root, folder, manifest.project)
    place = null
    return { kind: 'restore', path: project, images: manifest.images, files: written.size, lost }
  } catch (error) {
    signal.throwIfAborted()
    throw diskError(error, folder)
  } finally {
    if (place !== null) await rm(place, { recursive: true, force: true })
  }
}

function requireRoom({ files }: BackupManifest, folder: string): void {
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const free = freeBytes(folder)
  if (free !== null && needed > free) throw diskFull(folder, needed)
}

/** Every folder that has one of `files` in it, also through others, `root` included. */
function foldersOf(files: readonly string[], root: string): ReadonlySet<string> {
  const folders = new Set([root])
  for (const file of files) {
    for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  }
  return folders
}

/** Names tried before giving up: `birds`, `birds 2` ... */
const namesTried = 1000

async function nameProject(root: string, folder: string, name: string): Promise<string> {
  for (let number = 1; number <= namesTried; number++) {
    const wanted = join(folder, `${number === 1 ? name : `${name} ${number}`}${projectEnding}`)
    if (existsSync(wanted)) continue
    await rename(root, wanted)
    await syncFolder(folder)
    return wanted
  }
  throw new StudioError('PROJECT_EXISTS', { path: join(folder, `${name}${projectEnding}`) })
}
