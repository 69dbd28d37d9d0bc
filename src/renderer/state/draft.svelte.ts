import type { WireError } from '../../main/contract/errors.ts'
import { wireErrorOf } from './remote.svelte.ts'

/** `kept`: nothing was typed. `typed`: it will be saved when the typing pauses. */
export type DraftState = { readonly state: 'kept' | 'typed' | 'saving' | 'saved' } | { readonly state: 'failed'; readonly error: WireError }

/** Long enough for a word, short enough that closing the window loses nothing one would miss. */
const pauseMs = 600

/**
 * A text that saves itself while it is typed: after a pause, and at once when `flush` is called because the field is left. What is typed
 * while it is saved is saved afterwards; a failure keeps the text, and the next key or `flush` tries again.
 */
export class Draft {
  status = $state.raw<DraftState>({ state: 'kept' })
  #typed = $state<string | null>(null)
  readonly #stored: () => string
  readonly #save: (text: string) => Promise<unknown>
  /** What the studio has as far as this draft knows: read while it is typed, since what answers `stored` may be gone when it is saved. */
  #known: string | null = null
  #hasSaved = false
  #timer: ReturnType<typeof setTimeout> | null = null
  #underWay: Promise<void> | null = null

  /** `stored` answers what the studio has; it is shown until something is typed. */
  constructor(stored: () => string, save: (text: string) => Promise<unknown>) {
    this.#stored = stored
    this.#save = save
  }

  get text(): string {
    return this.#typed ?? this.#stored()
  }

  /** Whether something was typed that the studio does not have. */
  get isUnsaved(): boolean {
    return this.status.state === 'typed' || this.status.state === 'saving' || this.status.state === 'failed'
  }

  type(text: string): void {
    if (!this.#hasSaved) this.#known = this.#stored()
    this.#typed = text
    this.status = { state: 'typed' }
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), pauseMs)
  }

  /** Shows what the studio has again, however that changes from now on. Nothing happens while something typed is not saved. */
  release(): void {
    if (this.isUnsaved) return
    this.#typed = null
    this.#hasSaved = false
  }

  /** Saves what was typed now. Never rejects; `status` tells how it went. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#underWay
    const text = this.#typed
    if (text === null || text === this.#known) {
      if (this.status.state === 'typed') this.status = { state: text === null ? 'kept' : 'saved' }
      return
    }
    this.#underWay = this.#write(text)
    await this.#underWay
  }

  async #write(text: string): Promise<void> {
    this.status = { state: 'saving' }
    try {
      await this.#save(text)
      this.#known = text
      this.#hasSaved = true
      this.#settle(text, { state: 'saved' })
    } catch (thrown) {
      this.#settle(text, { state: 'failed', error: wireErrorOf(thrown) })
    } finally {
      this.#underWay = null
    }
  }

  /** What was typed meanwhile has its own end to come. */
  #settle(text: string, status: DraftState): void {
    if (this.#typed === text) this.status = status
  }
}
