import { StudioError } from '../../contract/errors.ts'
import type { OpenProject } from '../context.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { countUnits } from './assign-parts.ts'
import { readGroupedImages, type GroupedImage } from './grouped-images.ts'

/** The labels of classes that have enough images to be divided. */
export interface UsableLabels {
  readonly images: readonly GroupedImage[]
  /** Ids, in the order of the indices that the worker is told. */
  readonly classIds: readonly number[]
  /** Ids of classes with too few images. */
  readonly leftOut: readonly number[]
}

/**
 * The labels of all classes with at least `fewest` images that look different.
 * @throws NO_LABELS, ONE_CLASS_ONLY, TOO_FEW_TO_CHECK
 */
export function labelsWithEnough({ db }: Pick<OpenProject, 'db'>, fewest: number): UsableLabels {
  const all = readGroupedImages(db)
  if (all.length === 0) throw new StudioError('NO_LABELS', {})
  const units = countUnits(all)
  const used = readClassNames(db).filter(({ id }) => units.has(id))
  const [only] = used
  if (only !== undefined && used.length === 1) throw new StudioError('ONE_CLASS_ONLY', { class: only.name })
  const classIds = used.filter(({ id }) => (units.get(id) ?? 0) >= fewest).map(({ id }) => id)
  if (classIds.length < 2) throw new StudioError('TOO_FEW_TO_CHECK', { classes: classIds.length, needed: fewest })
  const usable = new Set(classIds)
  return {
    images: all.filter(({ classId }) => usable.has(classId)),
    classIds,
    leftOut: used.filter(({ id }) => !usable.has(id)).map(({ id }) => id),
  }
}
