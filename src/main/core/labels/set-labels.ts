import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { LabelSource } from '../../contract/images.ts'
import { seenName } from '../../contract/labels.ts'
import { recordStep } from '../history/record-step.ts'
import { readClassNames } from './class-rows.ts'
import { foldName, isSameName, makeClass, nameOfClass } from './edit-classes.ts'
import { deleteLabel, findImageId, findLabelClass, findLabelName, setLabel } from './label-rows.ts'

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
  const details = ({ changed: images, replaced }: GivenLabels) => ({
    ...(name === null ? {} : { class: name }),
    images,
    // Of one photo there is nothing to count.
    ...(replaced === 0 || images === 1 ? {} : { replaced }),
  })
  return recordStep(db, { action: 'label', details, atMs }, () => giveLabels(db, { hashes, classId, source, atMs })).result.changed
}

export interface AcceptedClass {
  readonly classId: number
  readonly hashes: readonly string[]
}

/**
 * Gives images the classes that were suggested for them, all of them or none, as one step of the history. Answers how many changed of each
 * class, in the order of `classes`. @throws CLASS_NOT_FOUND, IMAGE_NOT_FOUND
 */
export function acceptSuggested(db: Database, classes: readonly AcceptedClass[], atMs: number): number[] {
  const source = 'suggestion'
  const [only] = classes
  if (only !== undefined && classes.length === 1) return [setLabels(db, { ...only, source, atMs })]
  for (const { classId } of classes) nameOfClass(db, classId)
  const details = (changed: readonly number[]) => ({ images: changed.reduce((sum, count) => sum + count, 0), classes: classes.length })
  const give = () => classes.map((each) => giveLabels(db, { ...each, source, atMs }).changed)
  return recordStep(db, { action: 'label-as-suggested', details, atMs }, give).result
}

/** `replaced`: so many of the changed ones had another class before. */
interface GivenLabels {
  readonly changed: number
  readonly replaced: number
}

function giveLabels(db: Database, { hashes, classId, source, atMs }: LabelsToSet): GivenLabels {
  let [changed, replaced] = [0, 0]
  for (const hash of hashes) {
    const imageId = findImageId(db, hash)
    if (imageId === null) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
    const before = classId === null ? null : findLabelClass(db, imageId)
    const isChanged = classId === null ? deleteLabel(db, imageId) : setLabel(db, imageId, classId, source, atMs)
    if (isChanged) changed++
    if (isChanged && before !== null && before !== classId) replaced++
  }
  return { changed, replaced }
}

export interface ImportedLabel {
  readonly imageId: number
  /** As the folder is called, or as a file of labels writes it. */
  readonly className: string
  /** Absent: a folder. */
  readonly by?: Extract<LabelSource, 'folder' | 'file'>
}

/** An image that kept its class although its folder, or a file of labels, names another one. */
export interface KeptLabel<Image extends ImportedLabel> {
  readonly image: Image
  /** The class it has. */
  readonly class: string
  /** The name of the class that it would have been given. */
  readonly folderClass: string
}

export interface ImportedLabels<Image extends ImportedLabel> {
  /** Images that had no label and have one now. */
  readonly labelled: number
  /** In the order of the images; one that comes twice may be in it twice. */
  readonly kept: readonly KeptLabel<Image>[]
}

/**
 * Labels imported images by their folders or by files of labels, and makes the classes that are missing; an image that has a label keeps it, a
 * name of nothing but blanks gives none. Inside `recordStep` only.
 */
export function giveImported<Image extends ImportedLabel>(db: Database, images: readonly Image[], atMs: number): ImportedLabels<Image> {
  const kept: KeptLabel<Image>[] = []
  const classIds = new Map(readClassNames(db).map((each) => [foldName(each.name), each.id]))
  let labelled = 0
  for (const image of images) {
    const { imageId, className, by = 'folder' } = image
    const name = asClassName(className)
    if (name === null) continue
    const label = findLabelName(db, imageId)
    if (label !== null) {
      // No class is made for it: one without images would stand in the way of a training.
      if (!isSameName(label, name)) kept.push({ image, class: label, folderClass: name })
      continue
    }
    let classId = classIds.get(foldName(name))
    if (classId === undefined) classIds.set(foldName(name), (classId = makeClass(db, name)))
    if (setLabel(db, imageId, classId, by, atMs)) labelled++
  }
  return { labelled, kept }
}

/** What the contract takes for the name of a class; null for a folder whose name shows nothing. */
function asClassName(folder: string): string | null {
  const name = seenName(folder).normalize('NFC').trim().slice(0, 100).toWellFormed().trim()
  return name === '' ? null : name
}
