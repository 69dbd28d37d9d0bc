import type { StudioClient } from '../../main/contract/contract.ts'
import type { WatchedFolder } from '../../main/contract/watching.ts'
import { watchingWords } from '../text/watching.ts'
import { Remote } from './remote.svelte.ts'
import type { Toasts } from './toasts.svelte.ts'
import type { Topics } from './topics.ts'

interface Around {
  readonly client: StudioClient
  readonly topics: Topics
  readonly toasts: Toasts
  /** Leads to where the folders are listed. */
  readonly show: () => void
}

type Away = Exclude<WatchedFolder['state'], 'watching'>

/** The folders that the open project watches. That one of them has stopped by itself is said once, and taken back when it goes on. */
export class WatchedFolders {
  readonly remote: Remote<readonly WatchedFolder[]>
  readonly #around: Around
  /** As last seen; what a person has done in here is seen when it is done. */
  #states: ReadonlyMap<string, WatchedFolder['state']> = new Map()

  constructor(around: Around) {
    this.#around = around
    this.remote = new Remote(() => around.client.watching.list())
    around.topics.on(['project', 'watching', 'images'], (topic) => {
      // Counts of photos go up on the page that shows them; without watched folders there is none.
      if (topic !== 'images' || this.list.length > 0) void this.reload()
    })
  }

  get list(): readonly WatchedFolder[] {
    return this.remote.value ?? []
  }

  async reload(): Promise<void> {
    await this.remote.reload()
    const before = this.#states
    this.#see(this.list)
    for (const { path, state } of this.list) this.#tell(path, before.get(path), state)
  }

  /** All three reject as the contract says. */
  async add(path: string): Promise<void> {
    this.#take(await this.#around.client.watching.add({ path, labelFromFolders: true }))
    this.#around.toasts.done(watchingWords.begun(path), { name: watchingWords.show, run: this.#around.show })
  }

  async change(path: string, change: { readonly labelFromFolders?: boolean; readonly isPaused?: boolean }): Promise<void> {
    this.#take(await this.#around.client.watching.change({ path, ...change }))
  }

  async remove(path: string): Promise<void> {
    this.#take(await this.#around.client.watching.remove({ path }))
  }

  #take(list: readonly WatchedFolder[]): void {
    this.remote.revise(() => list)
    this.#see(list)
  }

  #see(list: readonly WatchedFolder[]): void {
    this.#states = new Map(list.map(({ path, state }) => [path, state]))
  }

  #tell(path: string, before: WatchedFolder['state'] | undefined, state: WatchedFolder['state']): void {
    if (state === before) return
    const { toasts, show } = this.#around
    if (state === 'watching') {
      if (before === 'gone' || before === 'denied') toasts.done(watchingWords.isBack(path))
      return
    }
    // One that was paused before the project was opened is no news.
    if (state === 'paused' && before === undefined) return
    const isPossible = (): boolean => this.list.some((each) => each.path === path && each.state === state)
    toasts.failed(
      { code: 'FOLDER_NOT_WATCHED', details: { path, reason: state satisfies Away } },
      { name: watchingWords.show, run: show, isPossible },
    )
  }
}
