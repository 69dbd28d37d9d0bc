import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StudioError } from '../../contract/errors.ts'
import type { JobResult } from '../../contract/jobs.ts'
import { requireKnownDatabase } from '../db/open-database.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { diskError, diskFull, freeBytes } from '../project/disk-errors.ts'
import { makeFolder } from '../project/make-folder.ts'
import { projectEnding } from '../project/project-files.ts'
import { databaseName, type BackupManifest } from './backup-manifest.ts'
import { readBackup } from './read-backup.ts'
import { syncFolder } from './sync-folder.ts'

/**
 * Makes a project in `folder` of a backup. It is unpacked beside its place, and gets its name only when every file is what the backup's list
 * says and the database is one that this studio knows; when this fails or is cancelled nothing is left.
 * @throws BACKUP_DAMAGED, FILE_NOT_FOUND, PROJECT_DAMAGED, PROJECT_TOO_NEW, NOT_WRITABLE, DISK_FULL; the signal's reason.
 */
export async function restoreBackup(
  { path, folder }: { readonly path: string; readonly folder: string },
  { signal, progress }: JobContext,
): Promise<Extract<JobResult, { kind: 'restore' }>> {
  let place: string | null = null
  makeFolder(folder)
  try {
    place = await mkdtemp(join(folder, '.restoring-'))
    const root = place
    const manifest = await readBackup(path, {
      signal,
      begin: (listed) => requireRoom(listed, folder),
      take: async (file, stream) => {
        const target = join(root, ...file.path.split('/'))
        await mkdir(dirname(target), { recursive: true })
        await pipeline(stream, createWriteStream(target, { flags: 'wx', flush: true }))
      },
      progress: (done, total) => progress('unpacking', done, total),
    })
    requireKnownDatabase(join(root, databaseName))
    for (const ending of ['-wal', '-shm']) await rm(join(root, `${databaseName}${ending}`), { force: true })
    signal.throwIfAborted()
    const project = await nameProject(root, folder, manifest.project)
    place = null
    return { kind: 'restore', path: project, images: manifest.images, files: manifest.files.length }
  } catch (error) {
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
