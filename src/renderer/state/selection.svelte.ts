import type { PhotoPages } from './photo-pages.svelte.ts'

export type PickMode = 'only' | 'toggle' | 'range'
/** What a rubber band does with the photos under it: choose them alone, add them, or turn each one over. */
export type BandMode = 'only' | 'add' | 'toggle'
/** Places from `first` to `last`, both included. */
export interface Span {
  readonly first: number
  readonly last: number
}
type Hashes = readonly string[]

/** Which photos are chosen, by hash, and the place of the cursor that the arrow keys move. */
export class Selection {
  /** What is chosen as far as it is known: a range of photos that are not in memory comes with the studio's answer. */
  hashes = $state.raw<ReadonlySet<string>>(new Set())
  cursor = $state(0)
  /** Where a range with shift begins. */
  #anchor = 0
  /** What is chosen once every change that was asked for has been answered, those under way too. Never rejects. */
  #coming: Promise<Hashes> = Promise.resolve([])
  #carried: Promise<Hashes> = Promise.resolve([])
  #changes = 0
  #shown = 0
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

  /** Chooses nothing, at once. A key that was pressed before still acts on what was chosen then. */
  clear(): void {
    this.#changes += 1
    this.#coming = Promise.resolve([])
    this.#show(this.#changes, [])
  }

  /** The same for other photos than before: the cursor goes to the first of them. */
  restart(): void {
    this.clear()
    this.cursor = 0
    this.#anchor = 0
  }

  /**
   * Puts the cursor on a place and changes the choice as a file list does: alone, added or taken away, or everything in between.
   * Rejects where the studio had to be asked and did not answer; the choice is then what it was.
   */
  pick(index: number, mode: PickMode): Promise<void> {
    this.cursor = index
    if (mode === 'range') {
      const [first, last] = this.#anchor < index ? [this.#anchor, index] : [index, this.#anchor]
      return this.#change(this.#between(first, last), (_, range) => range)
    }
    this.#anchor = index
    return this.#change(this.#between(index, index), (before, [hash]) => {
      if (hash === undefined) return before
      if (mode === 'only') return [hash]
      return before.includes(hash) ? before.filter((each) => each !== hash) : [...before, hash]
    })
  }

  /** Moves the cursor; with `extend` the range from where it began is chosen, and `chosen` settles as `pick` does. */
  move(by: number, extend: boolean): { readonly to: number; readonly chosen: Promise<void> } {
    const last = (this.#pages.total ?? 0) - 1
    const to = Math.max(0, Math.min(last, this.cursor + by))
    if (extend) return { to, chosen: this.pick(to, 'range') }
    this.cursor = to
    this.#anchor = to
    return { to, chosen: Promise.resolve() }
  }

  /** Takes the photos that a rubber band lay over, with the cursor at `cursor`. Rejects as `pick` does. */
  band(spans: readonly Span[], mode: BandMode, cursor: number): Promise<void> {
    this.cursor = cursor
    this.#anchor = cursor
    return this.#change(this.#within(spans), (before, under) => {
      if (mode === 'only') return under
      const [had, has] = [new Set(before), new Set(under)]
      const kept = mode === 'add' ? before : before.filter((hash) => !has.has(hash))
      return [...kept, ...under.filter((hash) => !had.has(hash))]
    })
  }

  /** Begins to carry photos elsewhere: those chosen where this one is among them, else this one. Answers how many as far as it is known. */
  carry(hash: string): number {
    const isChosen = this.hashes.has(hash)
    this.#carried = isChosen ? this.#coming : Promise.resolve([hash])
    return isChosen ? this.size : 1
  }

  /** The photos that were carried here, once. */
  async dropped(): Promise<Hashes> {
    const carried = this.#carried
    this.#carried = Promise.resolve([])
    return carried
  }

  /** Of the photos that are chosen, keeps those of `hashes`. Rejects as `pick` does. */
  narrow(hashes: ReadonlySet<string>): Promise<void> {
    return this.#change(Promise.resolve([]), (before) => before.filter((hash) => hashes.has(hash)))
  }

  /** Rejects as `pick` does. */
  all(): Promise<void> {
    const total = this.#pages.total ?? 0
    return total === 0 ? Promise.resolve() : this.#change(this.#between(0, total - 1), (_, all) => all)
  }

  /**
   * The photos that a key pressed now acts on: those chosen, also where the answer to that is still under way, else the one under the
   * cursor. What is chosen afterwards does not change it.
   */
  async acted(): Promise<Hashes> {
    const under = this.#pages.at(this.cursor)?.hash
    const chosen = await this.#coming
    if (chosen.length > 0) return chosen
    return under === undefined ? [] : [under]
  }

  /** Photos that are in memory are known at once, as they are on the screen; the studio is asked for others. */
  #between(first: number, last: number): Promise<Hashes> {
    const known: string[] = []
    for (let index = first; index <= last; index++) {
      const hash = this.#pages.at(index)?.hash
      if (hash === undefined) return this.#pages.hashes(first, last)
      known.push(hash)
    }
    return Promise.resolve(known)
  }

  /** The places of the spans alone, in their order: they lie apart where the band is narrower than the rows. */
  async #within(spans: readonly Span[]): Promise<Hashes> {
    const [first, last] = [spans[0]?.first, spans.at(-1)?.last]
    if (first === undefined || last === undefined) return []
    const all = await this.#between(first, last)
    return spans.flatMap((span) => all.slice(span.first - first, span.last - first + 1))
  }

  async #change(asked: Promise<Hashes>, next: (before: Hashes, answer: Hashes) => Hashes): Promise<void> {
    const change = ++this.#changes
    const before = this.#coming
    const coming = Promise.all([before, asked]).then(([chosen, answer]) => next(chosen, answer))
    this.#coming = coming.catch(() => before)
    this.#show(change, await coming)
  }

  /** A change is shown unless a later one has been: `clear` does not wait for those before it. */
  #show(change: number, hashes: Hashes): void {
    if (change < this.#shown) return
    this.#shown = change
    this.hashes = new Set(hashes)
  }
}
