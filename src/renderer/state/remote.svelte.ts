import { toWireError, type WireError } from '../../main/contract/errors.ts'
import { fromOrpcError } from '../../main/contract/orpc-errors.ts'

/** A thrown value of any door as data with words in `text/errors.ts`. */
export function wireErrorOf(thrown: unknown): WireError {
  return toWireError(fromOrpcError(thrown))
}

export type Loaded<T> =
  { readonly state: 'loading' } | { readonly state: 'ready'; readonly value: T } | { readonly state: 'failed'; readonly error: WireError }

/** Something the studio is asked for. While it is asked again the old answer stays, so that nothing jumps; the last question wins. */
export class Remote<T> {
  current = $state.raw<Loaded<T>>({ state: 'loading' })
  readonly #ask: () => Promise<T>
  #turn = 0

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

  async reload(): Promise<void> {
    const turn = ++this.#turn
    try {
      const value = await this.#ask()
      if (turn === this.#turn) this.current = { state: 'ready', value }
    } catch (thrown) {
      if (turn === this.#turn) this.current = { state: 'failed', error: wireErrorOf(thrown) }
    }
  }

  /** Forgets the answer and every question under way. */
  clear(): void {
    this.#turn += 1
    this.current = { state: 'loading' }
  }
}
