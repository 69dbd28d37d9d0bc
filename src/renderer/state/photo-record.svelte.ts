import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError, type WireError } from '../../main/contract/errors.ts'
import { Remote, wireErrorOf } from './remote.svelte.ts'
import type { Steps } from './steps.ts'

/**
 * All that is known of one photo, and what a person does to it there: shown at once, done in turn with every other step of the history, taken
 * back where it fails.
 */
export class PhotoRecord {
  readonly detail
  /** What could not be done, of the photo that is shown. */
  failure = $state.raw<WireError | null>(null)
  #hash = $state<string | null>(null)
  /** The class that was asked for and is not known to be written yet. */
  #asked = $state.raw<{ readonly classId: number | null } | null>(null)
  readonly #client: StudioClient
  readonly #steps: Pick<Steps, 'inTurn'>

  constructor(client: StudioClient, steps: Pick<Steps, 'inTurn'>) {
    this.#client = client
    this.#steps = steps
    this.detail = new Remote(async () => {
      const hash = this.#hash
      if (hash === null) throw new StudioError('CANCELLED', {})
      return client.images.detail({ hash })
    })
  }

  /** Null until the photo's facts are here: what is here of another photo is never answered. */
  readonly known = $derived.by(() => (this.detail.value?.image.hash === this.#hash ? this.detail.value : null))

  /** The class to show; undefined while it is not known. */
  readonly classId = $derived.by(() => (this.#asked === null ? this.known?.image.classId : this.#asked.classId))

  show(hash: string | null): void {
    if (hash === this.#hash) return
    this.#hash = hash
    this.#asked = null
    this.failure = null
    this.detail.clear()
    if (hash !== null) void this.detail.reload()
  }

  refresh(): void {
    if (this.#hash !== null) void this.detail.reload()
  }

  label(classId: number | null): void {
    const hash = this.#hash
    if (hash === null) return
    const asked = { classId }
    this.#asked = asked
    void this.#inTurn(hash, () => this.#client.labels.set({ hashes: [hash], classId })).then(() => {
      if (this.#asked === asked) this.#asked = null
    })
  }

  trash(): void {
    const hash = this.#hash
    if (hash !== null) void this.#inTurn(hash, () => this.#client.images.trash({ hashes: [hash] }))
  }

  restore(): void {
    const hash = this.#hash
    if (hash !== null) void this.#inTurn(hash, () => this.#client.images.restore({ hashes: [hash] }))
  }

  #inTurn(hash: string, work: () => Promise<unknown>): Promise<void> {
    return this.#steps.inTurn(async () => {
      try {
        await work()
        if (hash === this.#hash) this.failure = null
      } catch (thrown) {
        if (hash === this.#hash) this.failure = wireErrorOf(thrown)
      }
      if (hash === this.#hash) await this.detail.reload()
    })
  }
}
