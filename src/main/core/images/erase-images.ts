import { readdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isActive } from '../../contract/jobs.ts'
import type { OpenProject, ProjectFiles, StudioContext } from '../context.ts'
import { isBackupOf } from '../db/migrate.ts'
import type { JobBody, JobContext } from '../jobs/job-queue.ts'
import { forgetFeatures } from '../features/forget-features.ts'
import { forgetInMap } from '../map/map-file.ts'
import { diskError } from '../project/disk-errors.ts'
import { fileBytes } from '../project/folder-bytes.ts'
import { backupFolder } from '../project/project-files.ts'
import {
  countErasedWithFiles,
  eraseImages,
  markFilesDeleted,
  readErasable,
  readErasedHashes,
  readErasedWithFiles,
  type StoredImage,
} from './erased-rows.ts'
import { importLane } from './import-images.ts'
import { inFolder, isHash, pathsInside, unlessGone } from './photo-files.ts'
import { endOfWorkOn } from './work-on-images.ts'

/** Images whose files are deleted before it is written down: a crash repeats no more than these. */
const filesAtOnce = 500
/** Images whose files are looked at side by side: the disk is kept busy, and other work gets its turn. */
const sideBySide = 64

/** A photo that is added again while its old copies are being deleted would lose the new ones: one waits for the other. */
const amongImports = { lane: importLane }

/** Starts to delete those of `hashes` that are in the trash for good, or all of the trash where it is null. Answers the id of the job. */
export function startErasing(context: StudioContext, hashes: readonly string[] | null): string {
  const project = context.project()
  // What was asked for is what is there now; the trash may be fuller when an import before it has ended.
  const asked = hashes ?? readErasable(project.db, null, context.jobs.neededImages()).images.map(({ hash }) => hash)
  return context.jobs.start('empty-trash', amongImports, eraseTrashed(context, project, asked)).id
}

/** Deletes the files that an earlier process could not delete any more. Nothing is done where there are none, or where that is under way. */
export function finishErasing(context: StudioContext, project: OpenProject): void {
  const isUnderWay = context.jobs.list().some((job) => job.kind === 'empty-trash' && isActive(job))
  if (!isUnderWay && countErasedWithFiles(project.db) > 0)
    context.jobs.start('empty-trash', amongImports, eraseTrashed(context, project, []))
}

/**
 * The job: first the rows of all images, in one transaction, then their files, their features, their places on the map, and the copies of the database
 * that an update made. Cancelled or killed in between, the images are gone and the rest goes when the project is opened the next time. Throws `NOT_WRITABLE` for files that cannot be deleted.
 */
function eraseTrashed(context: StudioContext, project: OpenProject, hashes: readonly string[]): JobBody {
  return async (job) => {
    job.signal.throwIfAborted()
    const { images, kept } = hashes.length === 0 ? { images: [], kept: 0 } : readErasable(project.db, hashes, context.jobs.neededImages())
    if (images.length > 0) {
      eraseImages(
        project.db,
        images.map(({ id }) => id),
        context.clock(),
      )
      // What the log holds of before goes with it.
      project.db.pragma('wal_checkpoint(TRUNCATE)')
      for (const topic of ['images', 'classes', 'labels', 'history'] as const) context.changed(topic)
    }
    await deleteFiles(project, job)
    return { kind: 'empty-trash', images: images.length, kept }
  }
}

/**
 * One file that cannot be deleted leaves the others no longer on the disk: it is told of at the end, and tried again at the next opening. So are features, the
 * map and copies of the database that still hold something of a photo: until that has gone too, no photo counts as done.
 */
async function deleteFiles({ db, files }: OpenProject, job: JobContext): Promise<void> {
  const total = countErasedWithFiles(db)
  const failures: unknown[] = []
  job.progress('deleting', 0, total)
  const inside = await pathsInside(files)
  // First of all: a crash or a failure in between is made up for as long as photos count as left over.
  if (total > 0) {
    const erased = readErasedHashes(db)
    // What a network looks at now it may write down only afterwards.
    await endOfWorkOn(db, erased, job.signal).catch((error: unknown) => failures.push(error))
    const featuresIn = await inside(files.features)
    const work = [
      async () => deleteBackups(files, inside),
      async () => forgetInMap(files, erased),
      async () => (featuresIn === null ? undefined : forgetFeatures(featuresIn, erased, job.signal)),
    ]
    for (const each of work) await each().catch((error: unknown) => failures.push(error))
  }
  const isForgotten = failures.length === 0
  for (let done = 0, lastId = 0; !job.signal.aborted;) {
    const images = readErasedWithFiles(db, lastId, filesAtOnce)
    if (images.length === 0) break
    for (let at = 0; at < images.length; at += sideBySide) {
      const some = images.slice(at, at + sideBySide)
      const outcomes = await Promise.allSettled(some.map((image) => deleteCopies(files, inside, image)))
      for (const outcome of outcomes) if (outcome.status === 'rejected') failures.push(outcome.reason)
      const gone = isForgotten ? some.filter((_, index) => outcomes[index]?.status === 'fulfilled') : []
      markFilesDeleted(db, gone)
    }
    lastId = images.at(-1)?.id ?? lastId
    done += images.length
    job.progress('deleting', done, total)
  }
  if (failures.length > 0) throw diskError(failures[0], files.root)
}

/**
 * The copies of the database from before its migrations still hold the names, labels and origins of the photos. They are for the case that a
 * migration goes wrong; this database has been opened, checked and worked with since then.
 */
async function deleteBackups(files: ProjectFiles, inside: (path: string) => Promise<string | null>): Promise<void> {
  const folder = await inside(backupFolder(files))
  const names = folder === null ? [] : await readdir(folder)
  const copies = folder === null ? [] : names.filter((name) => isBackupOf(files.database, name)).map((name) => join(folder, name))
  for (const outcome of await Promise.allSettled(copies.map((copy) => unlink(copy).catch(unlessGone))))
    if (outcome.status === 'rejected') throw outcome.reason
}

/** A project from elsewhere may name files of this machine, by its rows or by links in its folder: only what really lies in it is deleted. */
async function deleteCopies(files: ProjectFiles, inside: (path: string) => Promise<string | null>, image: StoredImage): Promise<void> {
  for (const path of filesOf(files, image)) {
    const folder = await inside(dirname(path))
    if (folder !== null) await unlink(join(folder, basename(path))).catch(unlessGone)
  }
}

/** Photos in the trash that can be deleted for good, the bytes that this frees, and photos that a training or an export still needs. */
export async function measureTrash(
  { jobs }: Pick<StudioContext, 'jobs'>,
  { db, files }: OpenProject,
  hashes: readonly string[] | null,
): Promise<{ readonly images: number; readonly bytes: number; readonly kept: number }> {
  const { images, kept } = readErasable(db, hashes, jobs.neededImages())
  let bytes = 0
  for (let at = 0; at < images.length; at += sideBySide) {
    const sizes = await Promise.all(images.slice(at, at + sideBySide).flatMap((image) => filesOf(files, image).map(fileBytes)))
    for (const size of sizes) bytes += size
  }
  return { images: images.length, bytes, kept }
}

function filesOf(files: ProjectFiles, { hash }: StoredImage): readonly string[] {
  if (!isHash(hash)) return []
  return [inFolder(files.workingCopies, hash), inFolder(files.thumbnails, hash)]
}
