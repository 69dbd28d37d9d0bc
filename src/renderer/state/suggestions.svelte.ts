import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import type { Class } from '../../main/contract/labels.ts'
import { labelsToSuggest, type Suggestion } from '../../main/contract/suggestions.ts'
import { Remote } from './remote.svelte.ts'

/** What unlabelled photos look like to Graft, as far as a page has asked. As long as one asks, the studio keeps it up to date. */
export class Suggestions {
  readonly state
  readonly #client: StudioClient
  readonly #known = new SvelteMap<string, Suggestion>()
  /** Photos that were asked for since they were judged last. */
  readonly #asked = new Set<string>()
  #seen: readonly string[] = []
  #version = 0

  constructor(client: StudioClient) {
    this.#client = client
    this.state = new Remote(() => client.suggestions.state())
  }

  /** What a photo looks like; null where that is not known, or not yet. */
  of(hash: string): Suggestion | null {
    return this.#known.get(hash) ?? null
  }

  /** These photos are on the screen, or will be soon. What was known of others stays. Never rejects: without a suggestion a page is still whole. */
  async look(hashes: readonly string[]): Promise<void> {
    this.#seen = hashes
    const version = this.#version
    const found = await this.#ask(hashes.filter((hash) => !this.#asked.has(hash)))
    if (version === this.#version) for (const each of found) this.#known.set(each.hash, each)
  }

  /** Photos were judged anew, or are being: what is on the screen is read again, and the old answers stay until then. Never rejects. */
  async changed(): Promise<void> {
    const before = this.state.value?.newest?.madeAtMs
    await this.state.reload()
    if (this.state.value?.newest?.madeAtMs === before) return
    const version = ++this.#version
    this.#asked.clear()
    const found = await this.#ask(this.#seen)
    if (version !== this.#version) return
    this.#known.clear()
    for (const each of found) this.#known.set(each.hash, each)
  }

  async #ask(hashes: readonly string[]): Promise<readonly Suggestion[]> {
    if (hashes.length === 0) return []
    for (const hash of hashes) this.#asked.add(hash)
    try {
      return await this.#client.suggestions.of({ hashes: [...hashes] })
    } catch {
      // A photo without a suggestion is labelled as ever; whatever is wrong is told by what the page needs to go on.
      for (const hash of hashes) this.#asked.delete(hash)
      return []
    }
  }
}

/** Labels that are missing before anything can be suggested, by class: as few as possible. Empty where there are fewer than two classes. */
export function missingLabels(classes: readonly Class[]): readonly { readonly name: string; readonly labels: number }[] {
  if (classes.length < 2) return []
  return classes
    .toSorted((a, b) => b.images - a.images)
    .slice(0, 2)
    .flatMap(({ name, images }) => (images < labelsToSuggest ? { name, labels: labelsToSuggest - images } : []))
}

/** Whether two classes have enough labels. */
export function canSuggest(classes: readonly Class[]): boolean {
  return classes.filter(({ images }) => images >= labelsToSuggest).length >= 2
}
