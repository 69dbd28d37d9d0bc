import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { LabelSource } from '../../contract/images.ts'
import { recordStep } from '../history/record-step.ts'
import { readClassNames } from './class-rows.ts'
import { foldName, makeClass, nameOfClass } from './edit-classes.ts'
import { deleteLabel, findImageId, hasLabel, setLabel } from './label-rows.ts'

export interface LabelsToSet {
  readonly hashes: readonly string[]
  /** Null takes labels away. */
  readonly classId: number | null
  readonly source: LabelSource
  readonly atMs: number
}

/** Labels images, all of them or none, as one step of the history. Answers how many changed. @throws CLASS_NOT_FOUND, IMAGE_NOT_FOUND */
export function setLabels(db: Database, { hashes, classId, source, atMs }: LabelsToSet): number {
  const name = classId === null ? null : nameOfClass(db, classId)
  const details = (images: number) => (name === null ? { images } : { class: name, images })
  const { result } = recordStep(db, { action: 'label', details, atMs }, () => {
    let changed = 0
    for (const hash of hashes) {
      const imageId = findImageId(db, hash)
      if (imageId === null) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
      if (classId === null ? deleteLabel(db, imageId) : setLabel(db, imageId, classId, source, atMs)) changed++
    }
    return changed
  })
  return result
}

export interface ImportedLabel {
  readonly imageId: number
  /** The folder's name. */
  readonly className: string
}

export interface ImportedLabels {
  /** Images that had no label and have one now. */
  readonly labelled: number
  /** For `continues` of the next call of the same import; null while nothing was labelled. */
  readonly stepId: number | null
}

/**
 * Labels imported images by their folders and makes the classes that are missing; an image that has a label keeps it, a folder
 * without a usable name gives none. The calls of one import, each with the `stepId` of the one before, are one step of the history as
 * long as nothing else comes between them. May be part of the transaction that inserts the images.
 */
export function labelImported(
  db: Database,
  images: readonly ImportedLabel[],
  { atMs, continues = null }: { readonly atMs: number; readonly continues?: number | null },
): ImportedLabels {
  const details = (labelled: number) => ({ images: labelled })
  const { result, stepId } = recordStep(db, { action: 'import-labels', details, atMs, continues }, () => {
    const classIds = new Map(readClassNames(db).map((each) => [foldName(each.name), each.id]))
    let labelled = 0
    for (const { imageId, className } of images) {
      const name = asClassName(className)
      // Also no class is made for it: one without images would stand in the way of a training.
      if (name === null || hasLabel(db, imageId)) continue
      let classId = classIds.get(foldName(name))
      if (classId === undefined) classIds.set(foldName(name), (classId = makeClass(db, name)))
      if (setLabel(db, imageId, classId, 'folder', atMs)) labelled++
    }
    return labelled
  })
  return { labelled: result, stepId: stepId ?? continues }
}

/** The contract's limits for the name of a class; null for a folder whose name is nothing but blanks. */
function asClassName(folder: string): string | null {
  const name = folder.normalize('NFC').trim().slice(0, 100).toWellFormed().trim()
  return name === '' ? null : name
}
