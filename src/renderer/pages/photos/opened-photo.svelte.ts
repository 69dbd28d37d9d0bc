import type { PhotoPages } from '../../state/photo-pages.svelte.ts'

/** `hash`: null until the photo at `index` is in memory. `index`: null where the photo is not known to be among those that are shown. */
type Opened = { readonly hash: string | null; readonly index: number } | { readonly hash: string; readonly index: null }

/**
 * The photo that is looked at, one of a row or, after a link, of none. It stays although the row changes: where it moves it is followed, and
 * where it leaves the row the one that came after it stands at its index.
 */
export class OpenedPhoto {
  #opened = $state.raw<Opened | null>(null)
  readonly #photos: PhotoPages
  readonly #attempt: <T>(work: () => Promise<T>) => Promise<T | null>

  /** `attempt` runs a question to the studio and tells where it fails. */
  constructor(photos: PhotoPages, attempt: <T>(work: () => Promise<T>) => Promise<T | null>) {
    this.#photos = photos
    this.#attempt = attempt
  }

  get isOpen(): boolean {
    return this.#opened !== null
  }

  get hash(): string | null {
    return this.#opened?.hash ?? this.#standing
  }

  get index(): number | null {
    return this.#opened?.index ?? null
  }

  /** Whether the photo is not, or no longer, at its index. */
  get isAway(): boolean {
    if (this.#opened === null || this.#photos.isTurning) return false
    const { hash, index } = this.#opened
    if (index === null) return true
    return this.#standing === null ? index >= (this.#photos.total ?? Infinity) : hash !== null && this.#standing !== hash
  }

  /** Opens the photo that stands at `index`. */
  show(index: number): void {
    this.#opened = { hash: this.#photos.at(index)?.hash ?? null, index }
    this.#photos.show(index, index)
  }

  /** Opens a photo by its hash, and looks where it stands. */
  async find(hash: string): Promise<void> {
    const opened = { hash, index: null }
    this.#opened = opened
    await this.#place(opened, () => this.#photos.placeOf(hash))
  }

  /** To be called in an effect: the row has changed. */
  async follow(): Promise<void> {
    const opened = this.#opened
    if (opened === null || opened.index === null || this.#photos.isTurning) return
    const { hash, index } = opened
    if (hash === null) {
      if (this.#standing !== null) this.#opened = { hash: this.#standing, index }
    } else if (this.isAway) await this.#place(opened, () => this.#photos.placeNear(hash, index))
  }

  close(): void {
    this.#opened = null
  }

  /** The hash of the photo that stands at the index now. */
  get #standing(): string | null {
    const index = this.index
    return index === null ? null : (this.#photos.at(index)?.hash ?? null)
  }

  async #place(opened: Opened & { readonly hash: string | null }, ask: () => Promise<number | null>): Promise<void> {
    const index = await this.#attempt(ask)
    if (index === null || index === opened.index || this.#opened !== opened) return
    this.#opened = { hash: opened.hash, index }
    this.#photos.show(index, index)
  }
}
