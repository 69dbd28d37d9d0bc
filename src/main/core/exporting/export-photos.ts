import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { PhotoChoice, PhotoExportReport, PhotoLayout } from '../../contract/photo-export.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { freeBytes } from '../project/disk-errors.ts'
import { projectSlug } from './export-name.ts'
import { inWorkplace } from './export-workplace.ts'
import { readPhotosToWrite, type PhotoToWrite } from './photo-export-rows.ts'
import { writePhotos } from './write-photos.ts'
import { zipFolder } from './zip-folder.ts'

export interface PhotoExportOrder {
  readonly choice: PhotoChoice
  readonly withUnlabelled: boolean
  readonly layout: PhotoLayout
  readonly isZip: boolean
  /** Absolute path of the folder that the result goes into; made when it is not there. */
  readonly out: string
  /** `out` is a folder of the studio's own. */
  readonly isDownload: boolean
}

/** Lists, and what a disk loses for every file that does not fill its last block. */
const besidesEachPhotoBytes = 4096

/**
 * Starts to write photos and labels as they are now. Answers the id of the job, which fails with `DISK_FULL` or `NOT_WRITABLE` and leaves
 * nothing then. Throws `NO_PHOTOS_TO_SAVE`, and `RUN_NOT_FOUND` for photos of a part of no run.
 */
export function startPhotoExport(context: StudioContext, project: OpenProject, order: PhotoExportOrder): string {
  const chosen = readPhotosToWrite(project.db, order.choice)
  const photos = order.withUnlabelled ? chosen : chosen.filter(({ className }) => className !== null)
  if (photos.length === 0) throw new StudioError('NO_PHOTOS_TO_SAVE', {})
  const classes = readClassNames(project.db).map(({ name }) => name)
  const needs = photos.map(({ id }) => id)
  return context.jobs.start(
    'export-photos',
    { lane: 'export-photos', needs },
    exportPhotos(context, project, { ...order, photos, classes, leftOut: chosen.length - photos.length }),
  ).id
}

interface Gathered extends PhotoExportOrder {
  readonly photos: readonly PhotoToWrite[]
  readonly classes: readonly string[]
  /** Photos without a class that are not among them. */
  readonly leftOut: number
}

/** The job: all is written into a folder of its own inside `out`, packed where that is wanted, and only then given its name. */
function exportPhotos(context: StudioContext, project: OpenProject, order: Gathered): JobBody {
  return async (job) => {
    const startedAtMs = context.clock()
    const { out, layout, isZip, photos, classes } = order
    requireRoom(order)
    const report = await inWorkplace({ out, prefix: '.graft-photos-', log: context.log }, async (workplace) => {
      const folder = join(workplace, 'photos')
      await mkdir(folder)
      job.progress('copying', 0, photos.length)
      const onProgress = (done: number): void => job.progress('copying', done, photos.length)
      const written = await writePhotos({ project, photos, layout, folder, classes, atMs: startedAtMs, signal: job.signal, onProgress })
      if (written.photos.length === 0) throw new StudioError('NO_PHOTOS_TO_SAVE', {})
      const zip = join(workplace, 'photos.zip')
      if (isZip) {
        job.progress('packing', 0, written.files.length)
        await zipFolder(folder, written.files, zip, {
          modifiedAtMs: startedAtMs,
          signal: job.signal,
          removePacked: true,
          onProgress: (done) => job.progress('packing', done, written.files.length),
        })
      }
      job.signal.throwIfAborted()
      const path = await giveName(isZip ? zip : folder, order, project.name)
      const { photos: all, fromWorkingCopy, renamed, missing, bytes } = written
      const labelled = all.filter(({ className }) => className !== null)
      const counts = { images: all.length, labelled: labelled.length, classes: new Set(labelled.map(({ className }) => className)).size }
      const seconds = (context.clock() - startedAtMs) / 1000
      return {
        path,
        layout,
        isZip,
        isDownload: order.isDownload,
        ...counts,
        leftOut: order.leftOut,
        fromWorkingCopy,
        renamed,
        missing: [...missing],
        bytes,
        seconds,
      } satisfies PhotoExportReport
    })
    return { kind: 'export-photos', report }
  }
}

/** Throws `DISK_FULL`. A zip takes no more than the photos: each is deleted as soon as it is packed. */
function requireRoom({ out, photos }: Gathered): void {
  const neededBytes = photos.reduce((sum, { sizeBytes }) => sum + sizeBytes + besidesEachPhotoBytes, 0)
  const free = freeBytes(out)
  if (free !== null && free < neededBytes) throw new StudioError('DISK_FULL', { path: out, neededBytes, freeBytes: free })
}

/** Moves what is whole to where nothing is yet: from now on it is there. Answers its path. */
async function giveName(made: string, { out, layout, isZip }: Gathered, projectName: string): Promise<string> {
  const name = `${projectSlug(projectName, 'project')}-photos${layout === 'folders' ? '' : `-${layout}`}`
  for (let count = 1; ; count++) {
    const path = join(out, `${name}${count === 1 ? '' : `-${count}`}${isZip ? '.zip' : ''}`)
    if (existsSync(path)) continue
    await rename(made, path)
    return path
  }
}
