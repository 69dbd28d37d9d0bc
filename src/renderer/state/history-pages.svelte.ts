import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import type { WireError } from '../../main/contract/errors.ts'
import { wireErrorOf } from './remote.svelte.ts'

type ListedStep = Awaited<ReturnType<StudioClient['history']['list']>>['steps'][number]

const pageLength = 200

/** Every step of the history, newest first, fetched page by page where the list looks. A place whose step is not here yet answers null. */
export class HistoryPages {
  /** Null until the first answer. */
  counts = $state.raw<{ readonly total: number; readonly undone: number } | null>(null)
  error = $state.raw<WireError | null>(null)
  readonly #pages = new SvelteMap<number, readonly ListedStep[]>()
  readonly #fresh = new Set<number>()
  readonly #client: StudioClient
  #seen = { first: 0, last: pageLength - 1 }
  /** Answers to what was asked before the history changed are not taken. */
  #turn = 0

  constructor(client: StudioClient) {
    this.#client = client
  }

  at(place: number): ListedStep | null {
    return this.#pages.get(Math.floor(place / pageLength))?.[place % pageLength] ?? null
  }

  /** Tells which places are on screen. */
  show(first: number, last: number): void {
    this.#seen = { first, last }
    for (let page = Math.floor(first / pageLength); page <= Math.floor(last / pageLength); page++) {
      if (!this.#fresh.has(page)) void this.#fetch(page)
    }
  }

  /** The history has changed: what is on screen is read again, and stays until that is here. */
  refresh(): void {
    this.#turn += 1
    this.#fresh.clear()
    this.show(this.#seen.first, this.#seen.last)
  }

  async #fetch(page: number): Promise<void> {
    const turn = this.#turn
    this.#fresh.add(page)
    try {
      const { total, undone, steps } = await this.#client.history.list({ offset: page * pageLength, limit: pageLength })
      if (turn !== this.#turn) return
      for (const kept of [...this.#pages.keys()]) if (!this.#fresh.has(kept)) this.#pages.delete(kept)
      this.#pages.set(page, steps)
      this.counts = { total, undone }
      this.error = null
    } catch (thrown) {
      if (turn !== this.#turn) return
      this.#fresh.delete(page)
      this.error = wireErrorOf(thrown)
    }
  }
}
