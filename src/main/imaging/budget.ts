/**
 * An amount of something (bytes, pixels) that work under way may hold together. Work that needs more than all of it runs alone.
 * First come, first served, so that a large piece of work is not passed by for ever.
 */
export class Budget {
  readonly #total: number
  #held = 0
  readonly #waiting: { readonly amount: number; readonly start: () => void }[] = []

  constructor(total: number) {
    this.#total = total
  }

  /** Runs `work` once `amount` is free, and gives it back when `work` has ended. */
  async hold<T>(amount: number, work: () => Promise<T>): Promise<T> {
    const share = Math.min(amount, this.#total)
    if (this.#waiting.length > 0 || this.#held + share > this.#total)
      await new Promise<void>((start) => this.#waiting.push({ amount: share, start }))
    else this.#held += share
    try {
      return await work()
    } finally {
      this.#held -= share
      this.#startWaiting()
    }
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#held + next.amount <= this.#total; next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#held += next.amount
      next.start()
    }
  }
}
