import type { LabelConflict, SkippedFile } from '../../contract/images.ts'
import type { StudioContext, OpenProject } from '../context.ts'
import { recordStep } from '../history/record-step.ts'
import { labelImported, type ImportedLabel, type ImportedLabels } from '../labels/set-labels.ts'
import { diskError } from '../project/disk-errors.ts'
import { findImage, insertImage, refillImage, setTrashed } from './image-rows.ts'
import { forgetOrders } from './list-images.ts'
import type { Outcome } from './prepare-files.ts'

/** What the folder of one file says about its image. */
interface FolderLabel extends ImportedLabel {
  readonly file: string
  readonly hash: string
}

/** What one transaction brings. */
interface Taken {
  /** Hashes of images that are in the project now and were not before. */
  readonly images: string[]
  readonly restored: string[]
  readonly labels: FolderLabel[]
  readonly skipped: SkippedFile[]
  /** Some were deleted for good before. */
  isRefilled: boolean
}

/**
 * What an import has taken so far. Every `take` is one transaction: images with the labels that their folders give. A duplicate is not
 * taken again; it gives its label to the image that is there, if that one has none, and takes it back out of the trash. Where that one
 * has another class than the folder says, it keeps it and is listed as a conflict.
 */
export class Intake {
  readonly #context: StudioContext
  readonly #project: OpenProject
  readonly #importId: number
  readonly #labelFromFolders: boolean
  readonly skipped: SkippedFile[]
  readonly conflicts: LabelConflict[] = []
  /** Files dealt with. */
  files = 0
  images = 0
  labelled = 0
  duplicates = 0
  /** The step of the history that this import adds to. */
  #stepId: number | null = null

  constructor(
    context: StudioContext,
    project: OpenProject,
    options: { readonly importId: number; readonly labelFromFolders: boolean; readonly skipped: readonly SkippedFile[] },
  ) {
    this.#context = context
    this.#project = project
    this.#importId = options.importId
    this.#labelFromFolders = options.labelFromFolders
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
      const { taken, labelled, kept, stepId } = db.transaction(() => this.#commit(outcomes)).immediate()
      if (taken.isRefilled) forgetOrders(db)
      this.skipped.push(...taken.skipped)
      this.files += outcomes.length
      this.images += taken.images.length
      this.labelled += labelled
      for (const { image, ...classes } of kept) this.conflicts.push({ file: image.file, hash: image.hash, ...classes })
      this.duplicates += taken.skipped.filter((file) => file.reason === 'duplicate').length
      this.#stepId = stepId
      return taken
    } catch (error) {
      throw diskError(error, files.root)
    }
  }

  #commit(outcomes: readonly Outcome[]): { readonly taken: Taken } & ImportedLabels<FolderLabel> {
    const { db } = this.#project
    const atMs = this.#context.clock()
    const taken: Taken = { images: [], restored: [], labels: [], skipped: [], isRefilled: false }
    for (const outcome of outcomes) this.#sort(outcome, taken, atMs)
    let stepId = this.#stepId
    if (taken.restored.length > 0) {
      const action = this.#labelFromFolders ? 'import-labels' : 'image-restore'
      const details = { images: taken.restored.length }
      stepId = recordStep(db, { action, details, atMs, continues: stepId }, () => setTrashed(db, taken.restored, null)).stepId
    }
    if (taken.labels.length === 0) return { taken, labelled: 0, kept: [], stepId }
    return { taken, ...labelImported(db, taken.labels, { atMs, continues: stepId }) }
  }

  /** Inserts an image, or finds out why the file is none. */
  #sort(outcome: Outcome, taken: Taken, atMs: number): void {
    const { db } = this.#project
    const { path, folderLabel } = outcome.file
    if (outcome.state === 'skipped') {
      taken.skipped.push({ file: path, reason: outcome.reason, detail: outcome.detail })
      return
    }
    const hash = outcome.state === 'known' ? outcome.hash : outcome.image.hash
    const label = (imageId: number): void => {
      if (this.#labelFromFolders && folderLabel !== null) taken.labels.push({ imageId, className: folderLabel, file: path, hash })
    }
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
}
