import { SvelteSet } from 'svelte/reactivity'
import type { PhotoPages } from './photo-pages.svelte.ts'

export type PickMode = 'only' | 'toggle' | 'range'

/** Which photos are chosen, by hash, and the place of the cursor that the arrow keys move. */
export class Selection {
  readonly hashes = new SvelteSet<string>()
  cursor = $state(0)
  /** Where a range with shift begins. */
  #anchor = 0
  readonly #pages: PhotoPages

  constructor(pages: PhotoPages) {
    this.#pages = pages
  }

  get size(): number {
    return this.hashes.size
  }

  has(hash: string): boolean {
    return this.hashes.has(hash)
  }

  clear(): void {
    this.hashes.clear()
  }

  /** Puts the cursor on a place and changes the choice as a file list does: alone, added or taken away, or everything in between. */
  async pick(index: number, mode: PickMode): Promise<void> {
    this.cursor = index
    if (mode === 'range') {
      const [first, last] = this.#anchor < index ? [this.#anchor, index] : [index, this.#anchor]
      return this.#replace(await this.#pages.hashes(first, last))
    }
    this.#anchor = index
    const hash = this.#pages.at(index)?.hash
    if (hash === undefined) return
    if (mode === 'only') return this.#replace([hash])
    if (!this.hashes.delete(hash)) this.hashes.add(hash)
  }

  /** Moves the cursor; with `extend` the range from where it began is chosen. Answers the new place. */
  async move(by: number, extend: boolean): Promise<number> {
    const last = (this.#pages.total ?? 0) - 1
    const next = Math.max(0, Math.min(last, this.cursor + by))
    if (extend) await this.pick(next, 'range')
    else {
      this.cursor = next
      this.#anchor = next
    }
    return next
  }

  async all(): Promise<void> {
    const total = this.#pages.total ?? 0
    if (total > 0) this.#replace(await this.#pages.hashes(0, total - 1))
  }

  /** The chosen photos, or the one under the cursor when none is chosen. */
  get acted(): string[] {
    if (this.hashes.size > 0) return [...this.hashes]
    const hash = this.#pages.at(this.cursor)?.hash
    return hash === undefined ? [] : [hash]
  }

  #replace(hashes: readonly string[]): void {
    this.hashes.clear()
    for (const hash of hashes) this.hashes.add(hash)
  }
}
