import type { WireError } from '../../../main/contract/errors.ts'
import type { SkippedFile } from '../../../main/contract/images.ts'
import type { TryResult } from '../../../main/contract/runs.ts'
import { notSentError } from '../../state/not-sent.ts'
import { wireErrorOf } from '../../state/remote.svelte.ts'
import { predictEach } from './predict-each.ts'

/** `run`: whose answer it is; while another run is asked, the old answer stays. `seen`: the network's picture, once it was asked for. */
export type TriedState =
  | { readonly state: 'waiting' }
  | { readonly state: 'answered'; readonly run: string; readonly answer: TryResult; readonly seen: string | null }
  | { readonly state: 'failed'; readonly error: WireError }

export interface TriedPhoto {
  readonly id: number
  readonly file: File
  /** A picture of it from memory. */
  readonly url: string
  readonly tried: TriedState
}

/** The studio's side of it. */
export interface Oracle {
  /** A path on the studio's machine for each file, null for one that could not be sent. */
  address(files: readonly File[], onNotSent: (file: SkippedFile) => void): Promise<readonly (string | null)[]>
  predict(run: string, files: readonly string[], withSeen: boolean): Promise<readonly TryResult[]>
}

/** More at once would have the first answer wait for photos far below the edge of the screen. */
const batchLength = 8

/** The photos that somebody tries on a run, newest first. Each is asked about by itself as far as a person can see. */
export class TriedPhotos {
  list = $state.raw<readonly TriedPhoto[]>([])
  /** What keeps all of them from being answered. */
  problem = $state.raw<WireError | null>(null)
  readonly #oracle: Oracle
  readonly #paths = new Map<number, string>()
  #run: string | null = null
  #next = 1
  #isWorking = false

  constructor(oracle: Oracle) {
    this.#oracle = oracle
  }

  /** Those that are answered by another run, or not yet. */
  readonly open = $derived(this.list.filter(({ tried }) => tried.state === 'waiting').length)

  /** From now on this run answers, for the photos that are here too. */
  use(run: string): void {
    if (run === this.#run) return
    this.#run = run
    this.problem = null
    void this.#work()
  }

  add(files: readonly File[]): void {
    const added = files.map((file): TriedPhoto => ({
      id: this.#next++,
      file,
      url: URL.createObjectURL(file),
      tried: { state: 'waiting' },
    }))
    this.list = [...added, ...this.list]
    this.problem = null
    void this.#work()
  }

  /** Asks again after a `problem`. */
  retry(): void {
    this.problem = null
    void this.#work()
  }

  remove(id: number): void {
    const gone = this.list.find((photo) => photo.id === id)
    if (gone !== undefined) URL.revokeObjectURL(gone.url)
    this.#paths.delete(id)
    this.list = this.list.filter((photo) => photo !== gone)
  }

  clear(): void {
    for (const { url } of this.list) URL.revokeObjectURL(url)
    this.#paths.clear()
    this.list = []
    this.problem = null
  }

  /** Where the photo lies on the studio's machine; null where it is not there yet. */
  pathOf(id: number): string | null {
    return this.#paths.get(id) ?? null
  }

  /** Brings what the network was given of a photo that is answered. Rejects with why not. */
  async see(id: number): Promise<void> {
    const path = this.#paths.get(id)
    const before = this.list.find((photo) => photo.id === id)?.tried
    if (path === undefined || before?.state !== 'answered' || before.seen !== null) return
    const [answer] = await this.#oracle.predict(before.run, [path], true)
    const now = this.list.find((photo) => photo.id === id)?.tried
    if (answer !== undefined && now?.state === 'answered' && now.run === before.run) this.#set(id, { ...now, seen: answer.seen })
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      for (;;) {
        const run = this.#run
        if (run === null) break
        const batch = this.list.filter((photo) => needsAnswer(photo, run)).slice(0, batchLength)
        if (batch.length === 0) break
        await this.#ask(run, batch)
      }
    } catch (thrown) {
      this.problem = wireErrorOf(thrown)
    } finally {
      this.#isWorking = false
    }
  }

  async #ask(run: string, batch: readonly TriedPhoto[]): Promise<void> {
    await this.#address(batch)
    const asked = batch.flatMap(({ id }) => {
      const path = this.#paths.get(id)
      return path === undefined ? [] : [{ id, path }]
    })
    if (asked.length === 0) return
    const paths = asked.map(({ path }) => path)
    const outcomes = await predictEach(paths, (files) => this.#oracle.predict(run, files, false))
    for (const [index, { id }] of asked.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) continue
      if ('error' in outcome) this.#set(id, { state: 'failed', error: outcome.error })
      else this.#set(id, { state: 'answered', run, answer: outcome.answer, seen: null })
    }
  }

  /** Gives those a path that have none. */
  async #address(batch: readonly TriedPhoto[]): Promise<void> {
    const without = batch.filter(({ id }) => !this.#paths.has(id))
    if (without.length === 0) return
    const notSent: SkippedFile[] = []
    const files = without.map(({ file }) => file)
    const paths = await this.#oracle.address(files, (file) => notSent.push(file))
    for (const [index, { id, file }] of without.entries()) {
      const path = paths[index] ?? null
      if (path !== null && this.list.some((photo) => photo.id === id)) this.#paths.set(id, path)
      if (path !== null) continue
      const why = notSent.find((each) => each.file === file.name) ?? { file: file.name, reason: 'unreadable', detail: '' }
      this.#set(id, { state: 'failed', error: notSentError(why) })
    }
  }

  #set(id: number, tried: TriedState): void {
    this.list = this.list.map((photo) => (photo.id === id ? { ...photo, tried } : photo))
  }
}

/** One that cannot be read is not read better by another run. */
function needsAnswer({ tried }: TriedPhoto, run: string): boolean {
  switch (tried.state) {
    case 'waiting':
      return true
    case 'answered':
      return tried.run !== run
    case 'failed':
      return false
    default:
      return tried satisfies never
  }
}
