import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import { wireErrorOf } from './remote.svelte.ts'

/** Photos in one request: several rows, and an answer of about a megabyte. */
const requestLength = 60
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
  #requests = 0

  constructor(client: StudioClient) {
    this.#client = client
  }

  /** A data URL; null: it cannot be had in this way; undefined: it is on its way or was not asked for. */
  at(hash: string): string | null | undefined {
    return this.#here.get(hash)
  }

  /** From now on these are wanted, the most urgent first. Those that nobody wants any more are forgotten, asked for or not. */
  want(hashes: readonly string[]): void {
    this.#wanted = new Set(hashes)
    for (const hash of this.#here.keys()) if (!this.#wanted.has(hash)) this.#here.delete(hash)
    this.#ask()
  }

  #ask(): void {
    while (this.#requests < requestsAtOnce) {
      const missing: string[] = []
      for (const hash of this.#wanted) {
        if (missing.length === requestLength) break
        if (!this.#here.has(hash) && !this.#asking.has(hash)) missing.push(hash)
      }
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
