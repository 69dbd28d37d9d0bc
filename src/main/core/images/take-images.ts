import type { LabelConflict, SeveralClasses, SkippedFile } from '../../contract/images.ts'
import type { StudioContext, OpenProject } from '../context.ts'
import { recordStep } from '../history/record-step.ts'
import { labelImported, type ImportedLabel, type ImportedLabels } from '../labels/set-labels.ts'
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
  readonly labels: FoundLabel[]
  readonly several: SeveralClasses[]
  readonly skipped: SkippedFile[]
  /** Images that no file of labels names. */
  unnamed: number
  /** Some were deleted for good before. */
  isRefilled: boolean
}

/**
 * What an import has taken so far. Every `take` is one transaction: images with the labels that their folders or files of labels give. A duplicate
 * is not taken again; it gives its label to the image that is there, if that one has none, and takes it back out of the trash. Where that one
 * has another class than is said, it keeps it and is listed as a conflict. Of an image with several classes none is given.
 */
export class Intake {
  readonly #context: StudioContext
  readonly #project: OpenProject
  readonly #importId: number
  readonly #labelFromFolders: boolean
  readonly #hasLabelFile: boolean
  readonly skipped: SkippedFile[]
  readonly conflicts: LabelConflict[] = []
  readonly several: SeveralClasses[] = []
  /** Files dealt with. */
  files = 0
  images = 0
  labelled = 0
  duplicates = 0
  /** Images of this import that no file of labels names. */
  unnamed = 0
  /** The step of the history that this import adds to. */
  #stepId: number | null = null

  constructor(
    context: StudioContext,
    project: OpenProject,
    options: {
      readonly importId: number
      readonly labelFromFolders: boolean
      /** Where classes come from a file, images that it does not name are counted. */
      readonly hasLabelFile: boolean
      readonly skipped: readonly SkippedFile[]
    },
  ) {
    this.#context = context
    this.#project = project
    this.#importId = options.importId
    this.#labelFromFolders = options.labelFromFolders
    this.#hasLabelFile = options.hasLabelFile
    this.skipped = [...options.skipped]
  }

  /** Whether the project has an image with this hash and its copies, in the trash or not. */
  isKnown(hash: string): boolean {
    const there = findImage(this.#project.db, hash)
    return there !== null && !there.isErased
  }

  /**
   * Commits what became of some files and answers what is new. When this returns, it is on the disk.
   * @throws DISK_FULL, NOT_WRITABLE; nothing of `outcomes` is taken then.
   */
  take(outcomes: readonly Outcome[]): { readonly images: readonly string[]; readonly skipped: readonly SkippedFile[] } {
    const { db, files } = this.#project
    try {
      const { taken, ...labels } = db.transaction(() => this.#commit(outcomes)).immediate()
      if (taken.isRefilled) forgetOrders(db)
      this.skipped.push(...taken.skipped)
      this.files += outcomes.length
      this.images += taken.images.length
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
      if (labels.length > 0) this.#count(labelImported(db, labels, { atMs: this.#context.clock(), continues: this.#stepId }))
      this.several.push(...several)
    } catch (error) {
      throw diskError(error, files.root)
    }
  }

  #count({ labelled, kept, stepId }: ImportedLabels<FoundLabel>): void {
    this.labelled += labelled
    for (const { image, ...classes } of kept) this.conflicts.push({ file: image.file, hash: image.hash, by: image.by, ...classes })
    this.#stepId = stepId
  }

  #commit(outcomes: readonly Outcome[]): { readonly taken: Taken } & ImportedLabels<FoundLabel> {
    const { db } = this.#project
    const atMs = this.#context.clock()
    const taken: Taken = { images: [], restored: [], labels: [], several: [], skipped: [], unnamed: 0, isRefilled: false }
    for (const outcome of outcomes) this.#sort(outcome, taken, atMs)
    let stepId = this.#stepId
    if (taken.restored.length > 0) {
      const action = this.#labelFromFolders || this.#hasLabelFile ? 'import-labels' : 'image-restore'
      const details = { images: taken.restored.length }
      stepId = recordStep(db, { action, details, atMs, continues: stepId }, () => setTrashed(db, taken.restored, null)).stepId
    }
    if (taken.labels.length === 0) return { taken, labelled: 0, kept: [], stepId }
    return { taken, ...labelImported(db, taken.labels, { atMs, continues: stepId }) }
  }

  /** Inserts an image, or finds out why the file is none. */
  #sort(outcome: Outcome, taken: Taken, atMs: number): void {
    const { db } = this.#project
    const path = outcome.file.origin ?? outcome.file.path
    if (outcome.state === 'skipped') {
      taken.skipped.push({ file: path, reason: outcome.reason, detail: outcome.detail })
      return
    }
    const hash = outcome.state === 'known' ? outcome.hash : outcome.image.hash
    const label = (imageId: number): void => this.#label(imageId, hash, outcome.file, taken)
    const there = findImage(db, hash)
    if (there?.isErased === true && outcome.state !== 'known') {
      refillImage(db, there.id, { ...outcome.image, sourcePath: path, importId: this.#importId, importedAtMs: atMs })
      taken.isRefilled = true
    }
    if (there !== null) {
      label(there.id)
      if (there.isTrashed && !taken.restored.includes(hash)) {
        taken.restored.push(hash)
        taken.images.push(hash)
      } else taken.skipped.push({ file: path, reason: 'duplicate', detail: there.name })
      return
    }
    if (outcome.state === 'known') throw new Error(`the image worker knows ${hash}, the project does not`)
    label(insertImage(db, { ...outcome.image, sourcePath: path, importId: this.#importId, importedAtMs: atMs }))
    taken.images.push(hash)
  }

  #label(imageId: number, hash: string, { path, origin, folderLabel, named }: ListedFile, taken: Taken): void {
    const file = origin ?? path
    if (named === undefined) {
      taken.unnamed += 1
      if (this.#labelFromFolders && folderLabel !== null) taken.labels.push({ imageId, className: folderLabel, by: 'folder', file, hash })
      return
    }
    const [className, second] = named
    if (second !== undefined) taken.several.push({ file, hash, classes: [...named] })
    else if (className !== undefined) taken.labels.push({ imageId, className, by: 'file', file, hash })
  }
}
