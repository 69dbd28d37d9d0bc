import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import { wireErrorOf } from './remote.svelte.ts'

/** The class that a photo has now, null where it has none; `gone`: it is not in the project any more. */
export type LabelNow = number | null | 'gone'

/** The labels that photos of a run have now, which may be others than when it was trained. */
export class CurrentLabels {
  readonly #known = new SvelteMap<string, LabelNow>()
  readonly #asked = new Set<string>()
  readonly #client: StudioClient

  constructor(client: StudioClient) {
    this.#client = client
  }

  /** Undefined until it is known. */
  of(hash: string): LabelNow | undefined {
    return this.#known.get(hash)
  }

  /** Asks for those that were not asked for yet. Rejects as the studio's door does. */
  async show(hashes: readonly string[]): Promise<void> {
    const unknown = hashes.filter((hash) => !this.#asked.has(hash))
    for (const hash of unknown) this.#asked.add(hash)
    await Promise.all(unknown.map((hash) => this.#read(hash)))
  }

  /** Asks again for all of them, because labels have changed. */
  async reload(): Promise<void> {
    await Promise.all([...this.#asked].map((hash) => this.#read(hash)))
  }

  async #read(hash: string): Promise<void> {
    try {
      this.#known.set(hash, (await this.#client.images.get({ hash })).classId)
    } catch (thrown) {
      const { code } = wireErrorOf(thrown)
      if (code === 'IMAGE_NOT_FOUND') this.#known.set(hash, 'gone')
      // The banner tells of a lost connection, and everything is asked again once it is back.
      else if (code === 'CONNECTION_LOST') this.#asked.delete(hash)
      else throw thrown
    }
  }
}
