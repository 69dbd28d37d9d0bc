import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import { wireErrorOf } from './remote.svelte.ts'

/** Photos in one request: a large window full, so that its squares change once, and an answer of about two megabytes. */
const requestLength = 120
/** Requests under way: a second one is read from the disk while the answer to the first travels. */
const requestsAtOnce = 2

/**
 * Thumbnails of the photos around those on screen, many in one answer: a request for each of hundreds of photos a second takes longer than
 * drawing them, and a photo that is here before its square comes up is drawn once instead of twice.
 */
export class Thumbnails {
  readonly #here = new SvelteMap<string, string | null>()
  readonly #asking = new Set<string>()
  readonly #client: StudioClient
  #wanted: ReadonlySet<string> = new Set()
  #inSight: readonly string[] = []
  #around: readonly string[] = []
  #requests = 0

  constructor(client: StudioClient) {
    this.#client = client
  }

  /** A data URL; null: it cannot be had in this way; undefined: it is on its way or was not asked for. */
  at(hash: string): string | null | undefined {
    return this.#here.get(hash)
  }

  /**
   * From now on these are wanted: those in sight first, and those around them once all in sight are here, so that the page is not busy with
   * what nobody sees. Those that nobody wants any more are forgotten, asked for or not.
   */
  want(inSight: readonly string[], around: readonly string[]): void {
    this.#wanted = new Set([...inSight, ...around])
    this.#inSight = inSight
    this.#around = around
    for (const hash of this.#here.keys()) if (!this.#wanted.has(hash)) this.#here.delete(hash)
    this.#ask()
  }

  #ask(): void {
    while (this.#requests < requestsAtOnce) {
      const stillInSight = this.#inSight.filter((hash) => !this.#here.has(hash))
      const missing = (stillInSight.length > 0 ? stillInSight : this.#around.filter((hash) => !this.#here.has(hash)))
        .filter((hash) => !this.#asking.has(hash))
        .slice(0, requestLength)
      if (missing.length === 0) return
      void this.#request(missing)
    }
  }

  async #request(hashes: readonly string[]): Promise<void> {
    this.#requests += 1
    for (const hash of hashes) this.#asking.add(hash)
    const answer = await this.#client.images.thumbnails({ hashes: [...hashes] }).catch(wireErrorOf)
    this.#requests -= 1
    for (const hash of hashes) this.#asking.delete(hash)
    // Once the connection is back, what is on screen is wanted again.
    if ('code' in answer && answer.code === 'CONNECTION_LOST') return
    const thumbnails = 'code' in answer ? [] : answer.thumbnails
    hashes.forEach((hash, index) => {
      if (this.#wanted.has(hash)) this.#here.set(hash, thumbnails[index] ?? null)
    })
    this.#ask()
  }
}
