import { setImmediate } from 'node:timers/promises'

/** Other work of the process (signs of life, cancelling) gets its turn at least this often. */
const turnMs = 50

/** Hands the process over between steps of long work, and ends that work when it is cancelled. */
export class Turns {
  #last = performance.now()
  readonly #signal: AbortSignal
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Throws the signal's reason once it is aborted. */
  async give(always: boolean): Promise<void> {
    if (!always && performance.now() - this.#last < turnMs) return
    await setImmediate()
    this.#signal.throwIfAborted()
    this.#last = performance.now()
  }
}
