/**
 * Tags of a run that are shown as they were asked for. Each write is the whole list, so they go one after the other, and what is asked
 * while one is under way is written afterwards.
 */
export class TagDraft {
  #asked = $state.raw<readonly string[] | null>(null)
  readonly #stored: () => readonly string[]
  readonly #write: (tags: readonly string[]) => Promise<unknown>
  #underWay: Promise<void> | null = null

  /** `stored` answers what the studio has. `write` tells of a failure by itself and never rejects; the tags are then as they are stored. */
  constructor(stored: () => readonly string[], write: (tags: readonly string[]) => Promise<unknown>) {
    this.#stored = stored
    this.#write = write
  }

  get tags(): readonly string[] {
    return this.#asked ?? this.#stored()
  }

  /** Resolves once all that was asked is written. */
  keep(tags: readonly string[]): Promise<void> {
    this.#asked = tags
    this.#underWay ??= this.#writeAll(tags)
    return this.#underWay
  }

  async #writeAll(first: readonly string[]): Promise<void> {
    for (let next: readonly string[] | null = first; next !== null;) {
      const written: readonly string[] = next
      await this.#write(written)
      next = this.#asked === written ? null : this.#asked
    }
    this.#asked = null
    this.#underWay = null
  }
}
