import type { LabelConflict, SeveralClasses, SkippedFile } from '../../contract/images.ts'
import type { StudioContext, OpenProject } from '../context.ts'
import { areClassesChangedSince, findDone, newestOfImport, unrecorded } from '../history/history-rows.ts'
import { recordStep, type Recorded } from '../history/record-step.ts'
import { findClassName } from '../labels/class-rows.ts'
import { setLabel } from '../labels/label-rows.ts'
import { giveImported, type ImportedLabel, type ImportedLabels } from '../labels/set-labels.ts'
import { diskError } from '../project/disk-errors.ts'
import type { NamedInProject } from './gather-files.ts'
import { findImage, insertImage, refillImage, setTrashed } from './image-rows.ts'
import type { ListedFile } from './list-files.ts'
import { forgetOrders } from './list-images.ts'
import type { Outcome } from './prepare-files.ts'

/** What the folder of one file, or a file of labels, says about its image. */
interface FoundLabel extends ImportedLabel {
  readonly by: 'folder' | 'file'
  readonly file: string
  readonly hash: string
}

/** What one transaction brings. */
interface Taken {
  /** Hashes of images that are in the project now and were not before. */
  readonly images: string[]
  readonly restored: string[]
  /** How many of those have not been deleted for good, so that they are what they were. */
  broughtBack: number
  readonly labels: FoundLabel[]
  /** Images of all files, whether they were here before or not. */
  readonly imageIds: Set<number>
  readonly several: SeveralClasses[]
  readonly skipped: SkippedFile[]
  /** Images that no file of labels names. */
  unnamed: number
  /** Some were deleted for good before. */
  isRefilled: boolean
}

export interface IntakeOptions {
  readonly importId: number
  readonly labelFromFolders: boolean
  /** Where classes come from a file, images that it does not name are counted. */
  readonly hasLabelFile: boolean
  /** The class that all images get, also those that are here with another one; then neither folders nor files of labels name any. */
  readonly into: number | null
  readonly skipped: readonly SkippedFile[]
  /** A step of the history to add to, that of an earlier part of the same import. */
  readonly continues?: number | null
  /** Nobody asked for it at this moment, as out of a watched folder. */
  readonly isUnasked?: boolean
}

/**
 * What an import has taken so far. Every `take` is one transaction: images with the labels that their folders or files of labels give. A duplicate
 * is not taken again; it gives its label to the image that is there, if that one has none, and takes it back out of the trash. Where that one
 * has another class than is said, it keeps it and is listed as a conflict. Of an image with several classes none is given.
 *
 * All of it is one step of the history: undone, what came with it goes to the trash, and labels and classes are as they were. What is done
 * meanwhile comes after that step, which goes on growing below it as long as it only gets images that are new; else a new one begins.
 *
 * Undone while it goes on, it ends: photos that still came would be a step of their own, and what was undone could not be redone.
 *
 * Images that nobody asked for are no step: undo takes back what a person has done last, and what was undone can still be redone. Their labels
 * join the newest step of an import since which no class has changed; only where there is none they begin a step.
 */
export class Intake {
  readonly #context: Pick<StudioContext, 'clock'>
  readonly #project: Pick<OpenProject, 'db' | 'files'>
  readonly #importId: number
  readonly #labelFromFolders: boolean
  readonly #hasLabelFile: boolean
  readonly #into: number | null
  readonly #isUnasked: boolean
  readonly skipped: SkippedFile[]
  readonly conflicts: LabelConflict[] = []
  readonly several: SeveralClasses[] = []
  /** Files dealt with. */
  files = 0
  images = 0
  /** Those of `images` that lay in the trash, where they had not been deleted for good. */
  restored = 0
  labelled = 0
  duplicates = 0
  /** Images of this import that no file of labels names. */
  unnamed = 0
  /** The step of the history that this import adds to. */
  #stepId: number | null

  constructor(context: Pick<StudioContext, 'clock'>, project: Pick<OpenProject, 'db' | 'files'>, options: IntakeOptions) {
    const isFree = options.into === null
    this.#context = context
    this.#project = project
    this.#importId = options.importId
    this.#labelFromFolders = isFree && options.labelFromFolders
    this.#hasLabelFile = isFree && options.hasLabelFile
    this.#into = options.into
    this.#isUnasked = options.isUnasked ?? false
    this.skipped = [...options.skipped]
    this.#stepId = options.continues ?? null
  }

  /** Whether the project has an image with this hash and its copies, in the trash or not. */
  isKnown(hash: string): boolean {
    const there = findImage(this.#project.db, hash)
    return there !== null && !there.isErased
  }

  /**
   * Commits what became of some files and answers what is new. When this returns, it is on the disk.
   * @throws DISK_FULL, NOT_WRITABLE, ImportUndone; nothing of `outcomes` is taken then.
   */
  take(outcomes: readonly Outcome[]): { readonly images: readonly string[]; readonly skipped: readonly SkippedFile[] } {
    const { db, files } = this.#project
    try {
      const { result, stepId } = this.#commit(outcomes)
      const { taken, labels } = result
      if (taken.isRefilled) forgetOrders(db)
      this.#stepId = stepId ?? this.#stepId
      this.skipped.push(...taken.skipped)
      this.files += outcomes.length
      this.images += taken.images.length
      this.restored += taken.broughtBack
      this.duplicates += taken.skipped.filter((file) => file.reason === 'duplicate').length
      if (this.#hasLabelFile) this.unnamed += taken.unnamed
      this.several.push(...taken.several)
      this.#count(labels)
      return taken
    } catch (error) {
      throw diskError(error, files.root)
    }
  }

  /** Gives images that are in the project what a file of labels says of them. Commits as `take` does, and throws the same. */
  name(images: readonly NamedInProject[]): void {
    const { db, files } = this.#project
    const labels = images.flatMap(({ imageId, classes, file, hash }): FoundLabel[] => {
      const [className, second] = classes
      return className === undefined || second !== undefined ? [] : [{ imageId, className, by: 'file', file, hash }]
    })
    const several = images
      .filter(({ classes }) => classes.length > 1)
      .map(({ file, hash, classes }) => ({ file, hash, classes: [...classes] }))
    try {
      const atMs = this.#context.clock()
      const details = ({ labelled }: ImportedLabels<FoundLabel>) => ({ images: 0, labelled, by: 'file' })
      this.#throwIfUndone()
      const step = { action: 'image-add', details, atMs, continues: this.#stepId } as const
      const { result, stepId } = recordStep(db, step, () => giveImported(db, labels, atMs))
      this.#stepId = stepId ?? this.#stepId
      this.#count(result)
      this.several.push(...several)
    } catch (error) {
      throw diskError(error, files.root)
    }
  }

  #count({ labelled, kept }: ImportedLabels<FoundLabel>): void {
    this.labelled += labelled
    for (const { image, ...classes } of kept) this.conflicts.push({ file: image.file, hash: image.hash, by: image.by, ...classes })
  }

  #commit(outcomes: readonly Outcome[]): Recorded<Committed> {
    const { db } = this.#project
    const atMs = this.#context.clock()
    const taken: Taken = {
      images: [],
      restored: [],
      broughtBack: 0,
      labels: [],
      imageIds: new Set(),
      several: [],
      skipped: [],
      unnamed: 0,
      isRefilled: false,
    }
    const sort = (): void => outcomes.forEach((outcome) => this.#sort(outcome, taken, atMs))
    this.#throwIfUndone()
    if (!this.#isUnasked) return this.#record(taken, { atMs, isApart: () => this.#isApart(outcomes), sort })
    const takeUnasked = (): Recorded<Committed> => {
      this.#stepId = newestOfImport(db)
      const isApart = this.#isApart(outcomes)
      unrecorded(db, sort)
      return this.#record(taken, { atMs, isApart: () => isApart, sort: () => undefined })
    }
    return db.transaction(takeUnasked).immediate()
  }

  /** A step that was undone and is no longer there counts as well: something else was done since then. */
  #throwIfUndone(): void {
    if (!this.#isUnasked && this.#stepId !== null && findDone(this.#project.db, this.#stepId) === null) throw new ImportUndone()
  }

  #record(
    taken: Taken,
    { atMs, isApart, sort }: { readonly atMs: number; readonly isApart: () => boolean; readonly sort: () => void },
  ): Recorded<Committed> {
    const { db } = this.#project
    const className = this.#into === null ? null : findClassName(db, this.#into)
    const details = ({ labels, touched }: Committed) => {
      if (className !== null) return { images: touched, class: className }
      const given = labels.labelled === 0 ? {} : { labelled: labels.labelled, ...(this.#hasLabelFile ? { by: 'file' } : {}) }
      return { images: this.#isUnasked ? taken.restored.length : taken.images.length, ...given }
    }
    const step = { action: 'image-add', details, atMs, continues: this.#stepId, isApart } as const
    return recordStep(db, step, () => {
      sort()
      setTrashed(db, taken.restored, null)
      const touched = className === null || this.#into === null ? 0 : this.#giveClass(this.#into, taken, atMs)
      return { taken, labels: giveImported(db, taken.labels, atMs), touched }
    })
  }

  /** Answers how many images came or have another class now. A class that was deleted meanwhile is given to none. */
  #giveClass(classId: number, { imageIds, images }: Taken, atMs: number): number {
    const { db } = this.#project
    const touched = new Set(images.map((hash) => findImage(db, hash)?.id))
    for (const id of imageIds) if (setLabel(db, id, classId, 'person', atMs)) touched.add(id)
    return touched.size
  }

  /** Whether all that changes are new images, and labels of theirs while no class has changed since the step that they join; they may make some. */
  #isApart(outcomes: readonly Outcome[]): boolean {
    const { db } = this.#project
    const names: string[] = []
    for (const outcome of outcomes) {
      if (outcome.state === 'skipped') continue
      const there = findImage(db, hashOf(outcome))
      const name = this.#classOf(outcome.file)
      if (there === null) names.push(...(name === null ? [] : [name]))
      else if (there.isTrashed || name !== null || this.#into !== null) return false
    }
    return (names.length === 0 && this.#into === null) || !areClassesChangedSince(db, this.#stepId ?? 0)
  }

  /** Inserts an image, or finds out why the file is none. */
  #sort(outcome: Outcome, taken: Taken, atMs: number): void {
    const { db } = this.#project
    const path = outcome.file.origin ?? outcome.file.path
    if (outcome.state === 'skipped') {
      taken.skipped.push({ file: path, reason: outcome.reason, detail: outcome.detail })
      return
    }
    const hash = hashOf(outcome)
    const there = findImage(db, hash)
    if (there?.isErased === true && outcome.state !== 'known') {
      refillImage(db, there.id, { ...outcome.image, sourcePath: path, importId: this.#importId, importedAtMs: atMs })
      taken.isRefilled = true
    }
    if (there !== null) {
      this.#label(there.id, hash, outcome.file, taken)
      if (there.isTrashed && !taken.restored.includes(hash)) {
        taken.restored.push(hash)
        if (!there.isErased) taken.broughtBack += 1
        taken.images.push(hash)
      } else taken.skipped.push({ file: path, reason: 'duplicate', detail: there.name, hash })
      return
    }
    if (outcome.state === 'known') throw new Error(`the image worker knows ${hash}, the project does not`)
    const id = insertImage(db, { ...outcome.image, sourcePath: path, importId: this.#importId, importedAtMs: atMs })
    this.#label(id, hash, outcome.file, taken)
    taken.images.push(hash)
  }

  #label(imageId: number, hash: string, listed: ListedFile, taken: Taken): void {
    taken.imageIds.add(imageId)
    if (this.#into !== null) return
    const { path, origin, named } = listed
    const file = origin ?? path
    if (named === undefined) taken.unnamed += 1
    else if (named.length > 1) taken.several.push({ file, hash, classes: [...named] })
    const className = this.#classOf(listed)
    if (className !== null) taken.labels.push({ imageId, className, by: named === undefined ? 'folder' : 'file', file, hash })
  }

  /** The one class that a file of labels, or else its folder, says of a file. */
  #classOf({ folderLabel, named }: ListedFile): string | null {
    if (this.#into !== null) return null
    if (named === undefined) return this.#labelFromFolders ? folderLabel : null
    const [className = null, ...others] = named
    return others.length === 0 ? className : null
  }
}

/** The step of an import was undone while the import goes on: no more is wanted. */
export class ImportUndone extends Error {
  override readonly name = 'ImportUndone'
}

/** What one transaction has done. `touched`: images that came with it, or got the class of the import by it. */
interface Committed {
  readonly taken: Taken
  readonly labels: ImportedLabels<FoundLabel>
  readonly touched: number
}

function hashOf(outcome: Exclude<Outcome, { readonly state: 'skipped' }>): string {
  return outcome.state === 'known' ? outcome.hash : outcome.image.hash
}
