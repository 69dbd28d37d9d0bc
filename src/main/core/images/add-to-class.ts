import type { SkippedFile } from '../../contract/images.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { nameOfClass } from '../labels/edit-classes.ts'
import { importImages } from './import-images.ts'

export interface ClassAddition {
  readonly paths: readonly string[]
  readonly classId: number
  /** The photos are a burst: they share a group. */
  readonly asOne: boolean
  readonly notSent?: readonly SkippedFile[] | undefined
  readonly backbone?: string | null | undefined
}

/** The job of an import into a class: whatever is taken has it from the first moment. Throws `CLASS_NOT_FOUND`. */
export function addToClass(context: StudioContext, project: OpenProject, { classId, asOne, ...request }: ClassAddition): JobBody {
  // Told at once, not when an import before it has ended.
  nameOfClass(project.db, classId)
  return importImages(context, project, { ...request, labelFromFolders: false, into: { classId, asOne } })
}
