import { watch, type FSWatcher } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { platform } from 'node:process'
import { isStudioError } from '../../contract/errors.ts'
import type { WatchedFolder } from '../../contract/watching.ts'
import { listFiles, type ListedFile } from '../images/list-files.ts'
import { liesIn } from './lies-in.ts'

/** Kinds of pictures by their ending; everything else in a folder of photos is passed over without a word. */
const pictureEnding = /\.(jpe?g|jfif|jpe|png|webp|gif|tiff?|avif|hei[cf])$/i

export interface SeenFile extends ListedFile {
  readonly sizeBytes: number
  readonly changedAtMs: number
}

export interface WatchTimes {
  /** How long a file has to stay as it is before it is taken, ms. */
  readonly settleMs: number
  /** How often the folder is looked through where the system tells of no change, ms. */
  readonly pollMs: number
}

export interface FolderWatchOptions {
  readonly path: string
  /** Whether this file, at this size and time of change, has been dealt with. */
  readonly isDone: (file: SeenFile) => boolean
  /** Deals with files that nobody writes any more, and answers the paths of those to be offered again later. Nothing is looked for meanwhile. */
  readonly take: (files: readonly SeenFile[], signal: AbortSignal) => Promise<ReadonlySet<string>>
  readonly onState: (state: Exclude<WatchedFolder['state'], 'paused'>) => void
  /** A look that failed for a reason that is not the folder's; the next one follows all the same. */
  readonly onFailure: (error: unknown) => void
  /** Folders that are never looked into, as real paths: what the studio itself writes. */
  readonly without: () => readonly string[]
  readonly times?: WatchTimes | undefined
}

/** Copying programs write more often than every two seconds; a folder on another computer tells of nothing, and ten seconds are soon. */
const usualTimes: WatchTimes = { settleMs: 2000, pollMs: 10_000 }
/** A folder of which every look takes long is looked through seldom: at most this share of the time. */
const busyShare = 1 / 20
/** Elsewhere the system tells of the folder itself alone, and what is below it is found by looking. */
const tellsOfAll = platform === 'win32' || platform === 'darwin'

/**
 * Looks through a folder when the system says that something has changed in it, and now and then all the same. A file is taken when it has not
 * changed between two looks, so that one that is still being copied waits. Answers the end, after which nothing is taken any more.
 */
export function watchFolder(options: FolderWatchOptions): () => Promise<void> {
  const watching = new FolderWatch(options)
  watching.lookIn(0)
  return () => watching.end()
}

/** A file as it was first seen at this size and time of change. */
interface Settling {
  readonly sizeBytes: number
  readonly changedAtMs: number
  readonly sinceMs: number
}

class FolderWatch {
  readonly #options: FolderWatchOptions
  readonly #times: WatchTimes
  readonly #ended = new AbortController()
  #watcher: FSWatcher | null = null
  #timer: { readonly id: NodeJS.Timeout; readonly dueMs: number } | null = null
  #looking: Promise<void> = Promise.resolve()
  #settling = new Map<string, Settling>()

  constructor(options: FolderWatchOptions) {
    this.#options = options
    this.#times = options.times ?? usualTimes
  }

  /** In so many ms, unless one is due before: who writes without a pause does not put it off for ever. */
  lookIn(ms: number): void {
    const dueMs = performance.now() + ms
    if (this.#ended.signal.aborted || (this.#timer !== null && this.#timer.dueMs <= dueMs)) return
    if (this.#timer !== null) clearTimeout(this.#timer.id)
    const id = setTimeout(() => {
      this.#timer = null
      this.#looking = this.#looking.then(() => this.#look())
    }, ms)
    id.unref()
    this.#timer = { id, dueMs }
  }

  async end(): Promise<void> {
    this.#ended.abort()
    if (this.#timer !== null) clearTimeout(this.#timer.id)
    this.#watcher?.close()
    await this.#looking
  }

  async #look(): Promise<void> {
    if (this.#isEnded()) return
    const { settleMs, pollMs } = this.#times
    const beganMs = performance.now()
    let isWaiting = false
    let tookMs = 0
    try {
      const files = await this.#list()
      tookMs = performance.now() - beganMs
      if (files !== null) isWaiting = await this.#takeSettled(files)
    } catch (error) {
      this.#options.onFailure(error)
    }
    if (!this.#isEnded()) this.lookIn(isWaiting ? settleMs : Math.max(pollMs, tookMs / busyShare))
  }

  /** Photos that are not dealt with yet; null where the folder cannot be looked through. */
  async #list(): Promise<readonly SeenFile[] | null> {
    const { state, files } = await listPhotos(this.#options, this.#ended.signal)
    if (this.#isEnded()) return null
    this.#options.onState(state)
    if (state === 'watching') this.#listen()
    else this.#leave()
    return files
  }

  /** Takes what has settled; answers whether something has not yet. */
  async #takeSettled(files: readonly SeenFile[]): Promise<boolean> {
    const before = this.#settling
    const nowMs = performance.now()
    const ready: SeenFile[] = []
    this.#settling = new Map()
    for (const file of files) {
      const { path, sizeBytes, changedAtMs } = file
      const earlier = before.get(path)
      const isSame = earlier?.sizeBytes === sizeBytes && earlier.changedAtMs === changedAtMs
      const settling = isSame ? earlier : { sizeBytes, changedAtMs, sinceMs: nowMs }
      this.#settling.set(path, settling)
      if (isSame && nowMs - settling.sinceMs >= this.#times.settleMs) ready.push(file)
    }
    const isWaiting = ready.length < this.#settling.size
    if (ready.length === 0) return isWaiting
    const again = await this.#options.take(ready, this.#ended.signal)
    for (const { path } of ready) if (!again.has(path)) this.#settling.delete(path)
    return isWaiting
  }

  #listen(): void {
    if (this.#watcher !== null) return
    try {
      // Soon and not at once: changes come in swarms.
      const watcher = watch(this.#options.path, { recursive: tellsOfAll, persistent: false }, () => this.lookIn(this.#times.settleMs / 4))
      watcher.once('error', () => this.#leave())
      this.#watcher = watcher
    } catch (error) {
      // Where the system cannot tell of changes, the folder is only looked through.
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }

  /** A folder that comes back is another one for the system. */
  #leave(): void {
    this.#watcher?.close()
    this.#watcher = null
  }

  /** A call, because the type checker takes a property that was false for false ever after. */
  #isEnded(): boolean {
    return this.#ended.signal.aborted
  }
}

interface Listed {
  readonly state: 'watching' | 'gone' | 'denied'
  readonly files: readonly SeenFile[] | null
}

async function listPhotos(options: FolderWatchOptions, signal: AbortSignal): Promise<Listed> {
  const { path } = options
  try {
    const { files, unreadable } = await listFiles([path], { signal })
    if (unreadable.some(({ file }) => file === path)) return { state: 'denied', files: null }
    const photos = files.filter((file) => file.path !== path && pictureEnding.test(file.path))
    return { state: 'watching', files: await newOnes(photos, options, signal) }
  } catch (error) {
    if (signal.aborted) return { state: 'watching', files: null }
    if (isStudioError(error) && error.code === 'NOTHING_TO_IMPORT') return { state: 'watching', files: [] }
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EACCES' || code === 'EPERM') return { state: 'denied', files: null }
    // A drive that is pulled out while it is read answers with codes of many kinds.
    if (code !== null) return { state: 'gone', files: null }
    throw error
  }
}

async function newOnes(
  files: readonly ListedFile[],
  { isDone, without }: FolderWatchOptions,
  signal: AbortSignal,
): Promise<readonly SeenFile[]> {
  const places = without()
  const own = new Map<string, boolean>()
  const found: SeenFile[] = []
  for (const file of files) {
    if (signal.aborted) break
    const folder = dirname(file.path)
    // By its real path: a link inside of the folder may lead into the project, whose copies would come in, and be copied, without end.
    if (!own.has(folder)) own.set(folder, await isInside(folder, places))
    if (own.get(folder) === true) continue
    const seen = await see(file)
    if (seen !== null && !isDone(seen)) found.push(seen)
  }
  return found
}

async function isInside(folder: string, places: readonly string[]): Promise<boolean> {
  const real = await orNull(realpath(folder))
  return real === null || places.some((place) => liesIn(place, real))
}

/** Null for an empty file, which is still to be filled, for one that is gone, and for what is no file. */
async function see(file: ListedFile): Promise<SeenFile | null> {
  const facts = await orNull(stat(file.path))
  return facts === null || !facts.isFile() || facts.size === 0
    ? null
    : { ...file, sizeBytes: facts.size, changedAtMs: Math.round(facts.mtimeMs) }
}

/** Null for what the disk refuses. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
