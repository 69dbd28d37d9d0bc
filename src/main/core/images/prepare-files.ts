import { basename } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { ImageFolders, Prepared, PreparedImage } from '../../contract/worker/image-tasks.ts'
import type { StudioContext } from '../context.ts'
import type { ListedFile } from './list-files.ts'

/** What became of one file; `known` means that the project had these bytes before. */
export type Outcome = { readonly file: ListedFile } & (Prepared extends infer P ? (P extends Prepared ? Omit<P, 'index'> : never) : never)

export interface PrepareOptions {
  readonly folders: ImageFolders
  /** Whether the database has an image with copies of this hash now. */
  readonly isKnown: (hash: string) => boolean
  readonly signal: AbortSignal
  /** Takes outcomes in the order of the files, each once. What it has returned from is on the disk. */
  readonly take: (outcomes: readonly Outcome[]) => void
}

/** Files of one request to the worker. */
const filesPerRequest = 2000
/** One transaction costs a wait for the disk; so many images or so much time share one. */
const outcomesPerTake = 64
const takeEveryMs = 200
/** Files that the worker may have had in hand when it died: a little more than it works on at a time. */
const suspectsAfterDeath = 12
/** A file that was alone in the worker when it died so often is taken for the cause. */
const deathsToBlame = 2
/** With more deaths than this in one import something else is wrong. */
const mostDeaths = 40

/**
 * Has the image worker prepare `files` and gives what became of each, in their order, to `take`. A worker that dies is started
 * again: the files that it may have had in hand follow one by one, and one that kills it again is skipped as broken.
 * @throws CANCELLED after what was under way has been taken; DISK_FULL, NOT_WRITABLE, FOLDER_NOT_FOUND where the project is gone, and WORKER_DIED when it dies over and over.
 */
export async function prepareFiles(context: StudioContext, files: readonly ListedFile[], options: PrepareOptions): Promise<void> {
  let deaths = 0
  for (let from = 0; from < files.length; from += filesPerRequest) {
    const batch = new Batch(files.slice(from, from + filesPerRequest), options)
    let alone = 0
    const blame = new Map<number, number>()
    for (;;) {
      batch.takeAll()
      const open = batch.open()
      if (open.length === 0) break
      const sent = alone > 0 ? open.slice(0, 1) : open
      alone = Math.max(0, alone - 1)
      try {
        await request(context, batch, sent, options)
      } catch (error) {
        if (!(error instanceof StudioError) || error.code !== 'WORKER_DIED') throw error
        if (++deaths > mostDeaths) throw error
        alone = Math.max(alone + 1, sent.length > 1 ? suspectsAfterDeath : 0)
        if (sent.length > 1) continue
        const [suspect] = sent as [number]
        blame.set(suspect, (blame.get(suspect) ?? 0) + 1)
        if (blame.get(suspect) === deathsToBlame) {
          // A worker that dies without a file, too, is at fault itself; this then throws.
          await context.workers.image.request('prepare', { files: [], folders: options.folders }, { signal: options.signal })
          batch.settle({ index: suspect, state: 'skipped', reason: 'broken', detail: 'reading it ends the program that reads pictures' })
        }
      }
    }
  }
}

/** One request; what it brought is taken also when it fails. */
async function request(context: StudioContext, batch: Batch, indices: readonly number[], options: PrepareOptions): Promise<void> {
  const files = indices.map((index) => ({ index, path: batch.files[index]!.path, anew: batch.isAnew(index) }))
  try {
    await context.workers.image.request(
      'prepare',
      { files, folders: options.folders },
      { signal: options.signal, onEvent: (outcome) => batch.settle(outcome) },
    )
  } finally {
    batch.takeAll()
  }
}

/** The outcomes of some files, put back into the order of the files. */
class Batch {
  readonly files: readonly ListedFile[]
  readonly #options: PrepareOptions
  readonly #settled = new Map<number, Prepared>()
  /** Images of this batch by hash: of two equal files the later one may be ready first, and the earlier one is then `known`. */
  readonly #images = new Map<string, PreparedImage>()
  /** Files whose copies were there and belong to no image: an import that was killed wrote them and could not tell. */
  readonly #anew = new Set<number>()
  #taken = 0
  #takenAtMs = performance.now()
  /** `take` threw: nothing after it may be taken. */
  #failed = false

  constructor(files: readonly ListedFile[], options: PrepareOptions) {
    this.files = files
    this.#options = options
  }

  /** Files without an outcome. */
  open(): number[] {
    const open: number[] = []
    for (let index = this.#taken; index < this.files.length; index++) if (!this.#settled.has(index)) open.push(index)
    return open
  }

  isAnew(index: number): boolean {
    return this.#anew.has(index)
  }

  settle(outcome: Prepared): void {
    this.#settled.set(outcome.index, outcome)
    if (outcome.state === 'prepared') this.#images.set(outcome.image.hash, outcome.image)
    if (this.#settled.size >= outcomesPerTake || performance.now() - this.#takenAtMs >= takeEveryMs) this.#take()
  }

  /** Takes what is ready; files whose picture never came, and those whose copies nobody knows, are asked for again. */
  takeAll(): void {
    this.#take()
    for (const [index, outcome] of this.#settled) {
      if (outcome.state !== 'known' || this.#images.has(outcome.hash) || this.#options.isKnown(outcome.hash)) continue
      this.#settled.delete(index)
      this.#anew.add(index)
    }
  }

  #take(): void {
    if (this.#failed) return
    this.#takenAtMs = performance.now()
    const ready: Outcome[] = []
    for (let settled = this.#ready(); settled !== null; settled = this.#ready()) {
      ready.push(settled)
      this.#settled.delete(this.#taken)
      this.#taken++
    }
    if (ready.length === 0) return
    this.#failed = true
    this.#options.take(ready)
    this.#failed = false
  }

  /** The outcome of the next file, or null while it has none that can be taken. */
  #ready(): Outcome | null {
    const settled = this.#settled.get(this.#taken)
    const file = this.files[this.#taken]
    if (settled === undefined || file === undefined) return null
    if (settled.state !== 'known' || this.#options.isKnown(settled.hash)) return { file, ...settled }
    const image = this.#images.get(settled.hash)
    return image === undefined ? null : { file, state: 'prepared', image: { ...image, name: basename(file.path) } }
  }
}
