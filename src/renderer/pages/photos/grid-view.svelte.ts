import type { Span } from '../../state/selection.svelte.ts'
import { boxOf, layOut, placesOfRows, rowsSeen } from './photo-layout.ts'

/** Rows kept above and below what is seen, so that a wheel's turn shows photos that are there. */
const spareRows = 2
/** Photos that are on screen for less than this are flown past: nobody sees them, and loading them would only delay those that stay. */
const seenMs = 60
/** Nothing scrolls any more. */
const restMs = 100

/**
 * What of the grid is seen. A flight (the scroll bar pulled through thousands of photos) draws empty squares and asks for nothing;
 * photos come where it ends.
 */
export class GridView {
  /** Of the content and of what is seen of it, px. */
  widthPx = $state(0)
  heightPx = $state(0)
  #topPx = $state(0)
  #isFlying = $state(false)
  /** Rows whose photos were there when the flight began. */
  #held = $state.raw<Span>({ first: 0, last: -1 })
  #scrolledAtMs = -Infinity
  #wasFast = false
  #landing: ReturnType<typeof setTimeout> | undefined
  /** The photo that stays at the upper edge when squares change their size. */
  #anchor = 0
  #placedPx: number | null = null
  readonly #total: () => number
  readonly #sizePx: () => number

  constructor(total: () => number, sizePx: () => number) {
    this.#total = total
    this.#sizePx = sizePx
  }

  readonly layout = $derived.by(() => layOut(this.#total(), this.widthPx, this.#sizePx()))
  // Numbers of their own: they change when a row comes up, not with every pixel.
  readonly firstRow = $derived.by(() => rowsSeen(this.layout, this.#topPx, this.heightPx, spareRows).first)
  readonly lastRow = $derived.by(() => rowsSeen(this.layout, this.#topPx, this.heightPx, spareRows).last)
  readonly first = $derived(placesOfRows(this.layout, { first: this.firstRow, last: this.lastRow }).first)
  readonly last = $derived(placesOfRows(this.layout, { first: this.firstRow, last: this.lastRow }).last)

  readonly places = $derived(placesBetween(this.first, this.last))
  /** Squares take turns: one that goes out at an edge comes in at the other with another photo. So many that two never meet. */
  readonly squares = $derived.by(() => (this.rowsAtOnce + 2 * spareRows + 2) * this.layout.columns)

  /** Of which something is seen. */
  readonly inSight = $derived.by(() => {
    const { first, last } = placesOfRows(this.layout, rowsSeen(this.layout, this.#topPx, this.heightPx, 0))
    return placesBetween(first, last)
  })

  /** Places after those in sight, then before them: the spare rows and `more` beyond. */
  around(more: number): number[] {
    const [first, last] = [this.inSight[0] ?? 0, this.inSight.at(-1) ?? -1]
    const after = placesBetween(last + 1, Math.min(this.#total() - 1, this.last + more))
    return [...after, ...placesBetween(Math.max(0, this.first - more), first - 1)]
  }

  get isFlying(): boolean {
    return this.#isFlying
  }

  get topPx(): number {
    return this.#topPx
  }

  /** Rows that fit, at least one. */
  get rowsAtOnce(): number {
    return Math.max(1, Math.floor(this.heightPx / this.layout.rowPx))
  }

  hasPicture(place: number): boolean {
    if (!this.#isFlying) return true
    const row = Math.floor(place / this.layout.columns)
    return row >= this.#held.first && row <= this.#held.last
  }

  /** The person or the grid itself has scrolled. */
  scrolled(topPx: number, atMs: number): void {
    this.#fly(Math.abs(topPx - this.#topPx), atMs)
    this.#topPx = Math.max(0, topPx)
    if (this.#placedPx === null || Math.abs(topPx - this.#placedPx) > 1) {
      this.#placedPx = null
      this.#anchor = Math.floor(topPx / this.layout.rowPx + 0.5) * this.layout.columns
    }
  }

  /** Where to scroll so that the photo at the upper edge stays there although the layout is another; null: there already. */
  keepAnchor(): number | null {
    const top = Math.floor(this.#anchor / this.layout.columns) * this.layout.rowPx
    this.#placedPx = top
    return Math.abs(top - this.#topPx) > 1 && this.#anchor > 0 ? top : null
  }

  /** Where to scroll so that a photo is seen whole, by the shortest way; null: it is. */
  topToSee(place: number): number | null {
    const { top, bottom } = boxOf(this.layout, place)
    if (top < this.#topPx) return top
    return bottom > this.#topPx + this.heightPx ? bottom - this.heightPx : null
  }

  close(): void {
    clearTimeout(this.#landing)
  }

  /** One fast step is a leap to somewhere; a second one right behind it is a flight, until it slows down. */
  #fly(stepPx: number, atMs: number): void {
    const isFast = stepPx * seenMs > this.heightPx * Math.min(restMs, atMs - this.#scrolledAtMs)
    if (isFast && this.#wasFast && !this.#isFlying) {
      this.#held = { first: this.firstRow, last: this.lastRow }
      this.#isFlying = true
    } else if (!isFast) this.#isFlying = false
    this.#wasFast = isFast
    this.#scrolledAtMs = atMs
    clearTimeout(this.#landing)
    if (isFast) this.#landing = setTimeout(() => this.#land(), restMs)
  }

  #land(): void {
    this.#isFlying = false
    this.#wasFast = false
  }
}

function placesBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}
