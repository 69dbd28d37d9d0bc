import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { SkippedFile } from '../../contract/images.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { unrecorded } from '../history/history-rows.ts'
import { recordStep } from '../history/record-step.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { nameOfClass } from '../labels/edit-classes.ts'
import { findImageId, setLabel } from '../labels/label-rows.ts'
import { hashOfPlainFile } from '../plain-file.ts'
import { findImage, setTrashed } from './image-rows.ts'
import { importImages } from './import-images.ts'
import { listFiles } from './list-files.ts'
import { joinImport } from './look-alike-rows.ts'

export interface ClassAddition {
  readonly paths: readonly string[]
  readonly classId: number
  /** The photos are a burst: they share a group. */
  readonly asOne: boolean
  readonly notSent?: readonly SkippedFile[] | undefined
  readonly backbone?: string | null | undefined
}

/**
 * The job of an import into a class. Photos and labels are on the disk before their features are waited for, and where the job is cancelled on
 * its way, what was taken has the class. Throws `CLASS_NOT_FOUND`.
 */
export function addToClass(context: StudioContext, project: OpenProject, order: ClassAddition): JobBody {
  // Told at once, not when an import before it has ended.
  nameOfClass(project.db, order.classId)
  return async (job) => {
    const { files } = await listFiles(order.paths, { signal: job.signal })
    const hashes = new Set<string>()
    for (const { path } of files) {
      const hash = await hashOfPlainFile(path, job.signal)
      if (hash !== null) hashes.add(hash)
    }
    const fresh = [...hashes].filter((hash) => !isThere(project.db, hash))
    const { paths, notSent, backbone } = order
    let isLabelled = false
    return await importImages(context, project, {
      paths,
      labelFromFolders: false,
      notSent,
      backbone,
      onTaken: (importId) => {
        if (isLabelled) return
        isLabelled = true
        if (order.asOne) joinImport(project.db, importId)
        label(project.db, [...hashes], fresh, { classId: order.classId, atMs: context.clock() })
      },
    })(job)
  }
}

/** Outside the trash. */
function isThere(db: Database, hash: string): boolean {
  return findImage(db, hash)?.isTrashed === false
}

/**
 * One step: what is undone by it goes back to the trash, so the photos of `fresh` are put there first, which no step records. A class that has
 * been deleted meanwhile leaves the photos without one.
 */
function label(
  db: Database,
  hashes: readonly string[],
  fresh: readonly string[],
  { classId, atMs }: { readonly classId: number; readonly atMs: number },
): void {
  const taken = hashes.filter((hash) => isThere(db, hash))
  const name = nameOrNull(db, classId)
  if (name === null || taken.length === 0) return
  const came = fresh.filter((hash) => taken.includes(hash))
  db.transaction(() => {
    unrecorded(db, () => setTrashed(db, came, atMs))
    const details = (images: number) => ({ class: name, images })
    recordStep(db, { action: 'image-add', details, atMs }, () => {
      setTrashed(db, came, null)
      for (const hash of taken) {
        const imageId = findImageId(db, hash)
        if (imageId !== null) setLabel(db, imageId, classId, 'person', atMs)
      }
      return taken.length
    })
  }).immediate()
}

function nameOrNull(db: Database, classId: number): string | null {
  try {
    return nameOfClass(db, classId)
  } catch (error) {
    if (error instanceof StudioError && error.code === 'CLASS_NOT_FOUND') return null
    throw error
  }
}
