import { toWireError, type WireError } from '../../main/contract/errors.ts'
import { fromOrpcError } from '../../main/contract/orpc-errors.ts'

/** A thrown value of any door as data with words in `text/errors.ts`. */
export function wireErrorOf(thrown: unknown): WireError {
  return toWireError(fromOrpcError(thrown))
}

export type Loaded<T> =
  { readonly state: 'loading' } | { readonly state: 'ready'; readonly value: T } | { readonly state: 'failed'; readonly error: WireError }

/**
 * Something the studio is asked for. While it is asked again the old answer stays, so that nothing jumps. Every answer is shown unless a
 * later question has been answered: under load questions come faster than answers, and waiting for the last one could take for ever.
 */
export class Remote<T> {
  current = $state.raw<Loaded<T>>({ state: 'loading' })
  readonly #ask: () => Promise<T>
  /** Questions are numbered; `#settled` is the newest one whose answer or failure is shown. */
  #asked = 0
  #settled = 0

  constructor(ask: () => Promise<T>) {
    this.#ask = ask
  }

  /** The answer, or null until there is one. */
  get value(): T | null {
    return this.current.state === 'ready' ? this.current.value : null
  }

  get error(): WireError | null {
    return this.current.state === 'failed' ? this.current.error : null
  }

  /** Never rejects. Afterwards the answer is at least as new as this call, unless it failed or everything was forgotten meanwhile. */
  async reload(): Promise<void> {
    const turn = ++this.#asked
    try {
      const value = await this.#ask()
      this.#settle(turn, { state: 'ready', value })
    } catch (thrown) {
      const error = wireErrorOf(thrown)
      // The banner tells of a lost connection, and everything is read again once it is back: what is on the screen stays until then.
      const isKept = error.code === 'CONNECTION_LOST' && this.current.state === 'ready'
      if (turn === this.#asked && !isKept) this.#settle(turn, { state: 'failed', error })
    }
  }

  /** Shows a change that the studio has already told of, before everything is read again. Nothing happens while there is no answer. */
  revise(change: (value: T) => T): void {
    if (this.current.state === 'ready') this.current = { state: 'ready', value: change(this.current.value) }
  }

  /** Forgets the answer and every question under way. */
  clear(): void {
    this.#asked += 1
    this.#settle(this.#asked, { state: 'loading' })
  }

  #settle(turn: number, loaded: Loaded<T>): void {
    if (turn < this.#settled) return
    this.#settled = turn
    this.current = loaded
  }
}
