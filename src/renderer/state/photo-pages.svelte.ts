import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import type { WireError } from '../../main/contract/errors.ts'
import type { Image, ImageOrder } from '../../main/contract/images.ts'
import { everyPhoto, importOrder, photoQuery, surestOrder, type PhotoFilter } from './photo-filter.ts'
import { wireErrorOf } from './remote.svelte.ts'

export { everyPhoto, type PhotoFilter } from './photo-filter.ts'

const pageLength = 200
/** Hashes that are read at once to find one, and how far from its place a photo is looked for that moved while it was seen. */
const hashesAtOnce = 20_000
const nearby = 1000
/** Pages kept in memory: 24 x 200 photos are two megabytes and several screens around the one that is seen. */
const pagesKept = 24

/** The photos that match a filter, fetched page by page where the grid looks. A place whose photo is not here yet answers null. */
export class PhotoPages {
  filter = $state.raw<PhotoFilter>(everyPhoto)
  order = $state.raw<ImageOrder>(importOrder)
  /** Photos that match; null until the first answer. */
  total = $state<number | null>(null)
  /** Other photos were asked for, and until they come those from before stay, so that nothing jumps. */
  isTurning = $state(false)
  /** Counts how often other photos took the place of those before: whoever shows them begins at the first again. */
  view = $state(0)
  error = $state.raw<WireError | null>(null)
  readonly #pages = new SvelteMap<number, readonly Image[]>()
  readonly #byHash = $derived(new Map([...this.#pages.values()].flatMap((page) => page.map((image) => [image.hash, image]))))
  /** Pages in memory that are as the studio has them, as far as it told. */
  readonly #fresh = new Set<number>()
  /** Pages that are asked for now. `isStale`: photos have changed since, so that the page is read once more after the answer. */
  readonly #asking = new Map<number, { isStale: boolean }>()
  readonly #client: StudioClient
  #seen = { first: 0, last: pageLength - 1 }

  constructor(client: StudioClient) {
    this.#client = client
  }

  /** Whether what is shown depends on what photos look like to Graft. */
  get usesSuggestions(): boolean {
    return this.filter.suggested != null || this.order.by === 'suggestion'
  }

  at(index: number): Image | null {
    return this.#pages.get(Math.floor(index / pageLength))?.[index % pageLength] ?? null
  }

  /** The class, size and name of photos that are in memory. */
  find(hash: string): Image | null {
    return this.#byHash.get(hash) ?? null
  }

  setFilter(filter: PhotoFilter): void {
    this.filter = filter
    this.#turn()
  }

  setOrder(order: ImageOrder): void {
    this.order = order
    this.#turn()
  }

  /** Tells which places are on screen; their pages are fetched if they are not here. */
  show(first: number, last: number): void {
    // Those places are of the photos from before; the others are shown from the first on.
    if (this.isTurning && first !== 0) return
    this.#seen = { first, last }
    for (let page = Math.floor(first / pageLength); page <= Math.floor(last / pageLength); page++) {
      if (!this.#fresh.has(page) && !this.#asking.has(page)) void this.#fetch(page)
    }
  }

  /**
   * Reads again what is on screen and forgets the rest, because photos or labels have changed. An answer that is under way is still shown:
   * during an import photos change faster than a busy studio answers, and dropping it would leave the page without photos till the end.
   */
  refresh(): void {
    this.#fresh.clear()
    for (const asking of this.#asking.values()) asking.isStale = true
    const first = Math.floor(this.#seen.first / pageLength)
    const last = Math.floor(this.#seen.last / pageLength)
    const far = this.isTurning ? [] : [...this.#pages.keys()].filter((page) => page < first || page > last)
    for (const page of far) this.#pages.delete(page)
    this.show(this.#seen.first, this.#seen.last)
  }

  /** Forgets the photos and the filter: they are another project's. The order is the person's, and stays. */
  clear(): void {
    this.#forget()
    this.#pages.clear()
    this.total = null
    this.isTurning = false
    this.filter = everyPhoto
    this.error = null
  }

  /** Hashes of the photos at places `first` to `last`, both included, whether they are in memory or not. */
  hashes(first: number, last: number): Promise<string[]> {
    return last < first ? Promise.resolve([]) : this.#client.images.hashes({ ...this.#query(), offset: first, limit: last - first + 1 })
  }

  /** Where a photo stands among those that match; null where it does not match. All are asked for if it is not in memory. */
  async placeOf(hash: string): Promise<number | null> {
    if (!this.isTurning)
      for (const [page, images] of this.#pages) {
        const at = images.findIndex((image) => image.hash === hash)
        if (at !== -1 && this.#fresh.has(page)) return page * pageLength + at
      }
    for (let first = 0; ; first += hashesAtOnce) {
      const hashes = await this.hashes(first, first + hashesAtOnce - 1)
      const at = hashes.indexOf(hash)
      if (at !== -1) return first + at
      if (hashes.length < hashesAtOnce) return null
    }
  }

  /** Where a photo stands that stood at `index` before others came or went; null where it is not near any more. */
  async placeNear(hash: string, index: number): Promise<number | null> {
    const first = Math.max(0, index - nearby)
    const at = (await this.hashes(first, index + nearby)).indexOf(hash)
    return at === -1 ? null : first + at
  }

  async #fetch(page: number): Promise<void> {
    const asking = { isStale: false }
    this.#asking.set(page, asking)
    const isForgotten = (): boolean => this.#asking.get(page) !== asking
    try {
      const { total, images } = await this.#client.images.list({ ...this.#query(), offset: page * pageLength, limit: pageLength })
      if (isForgotten()) return
      this.#take()
      this.total = total
      this.error = null
      this.#pages.set(page, images)
      if (!asking.isStale) this.#fresh.add(page)
      this.#forgetFar(page)
    } catch (thrown) {
      if (isForgotten()) return
      const error = wireErrorOf(thrown)
      // The banner tells of a lost connection, and everything is read again once it is back: photos that are here stay until then.
      if (error.code !== 'CONNECTION_LOST' || this.total === null) this.error = error
    }
    this.#asking.delete(page)
    if (asking.isStale) this.show(this.#seen.first, this.#seen.last)
  }

  /** From now on other photos are asked for. */
  #turn(): void {
    this.#forget()
    this.isTurning = true
    this.show(0, pageLength - 1)
  }

  /** The first of the other photos are here. */
  #take(): void {
    if (!this.isTurning) return
    this.#pages.clear()
    this.isTurning = false
    this.view += 1
  }

  /** Answers that are under way are for what is forgotten here, and are not shown. */
  #forget(): void {
    this.#asking.clear()
    this.#fresh.clear()
    this.#seen = { first: 0, last: pageLength - 1 }
  }

  #forgetFar(near: number): void {
    if (this.#pages.size <= pagesKept) return
    const farthest = [...this.#pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near))[0]
    if (farthest === undefined) return
    this.#pages.delete(farthest)
    this.#fresh.delete(farthest)
  }

  #query() {
    // What photos look like has an order of its own.
    const order = this.filter.suggested == null ? this.order : surestOrder
    return { filter: photoQuery(this.filter), order }
  }
}
