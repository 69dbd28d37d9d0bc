import { placeOfRoute, routeOf, type Page, type Place } from './routes.ts'

export type { Page, Place } from './routes.ts'

/** Pages that one can go to without saying more. */
export type PlainPage = Exclude<Page, 'run' | 'compare'>
/** Marks a step of the history that opened something over the place of the step before it. */
const over = 'over'
/** Pages that may name one run, and are complete without. */
type RunPage = 'train' | 'try' | 'export'

/**
 * Which place is shown. It stands in the address after the `#`, so that a link leads there, a reload stays there and the browser's own back
 * and forward work; nothing private is ever in it. A route that does not exist leads to the photos.
 */
export class Navigation {
  place = $state.raw<Place>({ page: 'photos' })
  readonly #left: (page: Page) => void
  /** A step back is under way, which the browser takes when it has time; `next`: where somebody goes meanwhile. */
  #stepBack: { next: Place | null } | null = null

  /** `left` is told which page was left whenever another one comes up. */
  constructor(left: (page: Page) => void) {
    this.#left = left
    this.#readAddress()
    // Also told of an address that somebody typed or a link that was followed, not only of back and forward.
    window.addEventListener('popstate', () => this.#popped())
  }

  /** The run that the place names; null where it names none. */
  get run(): string | null {
    return 'run' in this.place ? (this.place.run ?? null) : null
  }

  go(to: Place | PlainPage): void
  go(page: RunPage, run: string): void
  go(to: Place | PlainPage, run?: string): void {
    const place = placeOf(to, run)
    if (routeOf(place) === routeOf(this.place) || this.#isShownLast(place)) return
    this.#show(place)
    if (this.#stepBack === null) history.pushState(null, '', addressOf(place))
    else this.#stepBack.next = place
  }

  /** The same without a step of its own in the history: for what changes under the person's hands, such as a filter while it is typed. */
  replace(place: Place): void {
    this.#show(place)
    history.replaceState(isOver(place) ? history.state : null, '', addressOf(place))
  }

  /** Opens something over the place that is shown: back closes it, and forward opens it again. */
  open(place: Place): void {
    this.#show(place)
    history.pushState(over, '', addressOf(place))
  }

  /** Closes it, with `place` left. That is a step back where one came from there; after a link to it there is none. */
  close(place: Place): void {
    this.#show(place)
    if (history.state !== over) return history.replaceState(null, '', addressOf(place))
    this.#stepBack = { next: null }
    history.back()
  }

  #popped(): void {
    const next = this.#stepBack?.next ?? null
    this.#stepBack = null
    // The step back would end the way that somebody has taken since.
    if (next === null) this.#readAddress()
    else history.pushState(null, '', addressOf(next))
  }

  /** Photos without a filter are those that were shown last: on their page that is where one is. */
  #isShownLast(place: Place): boolean {
    return place.page === 'photos' && place.filter === undefined && this.place.page === 'photos'
  }

  #readAddress(): void {
    const route = window.location.hash.slice(1)
    const place = route === '' ? { page: 'photos' as const } : placeOfRoute(route)
    this.#show(place ?? { page: 'photos' })
    if (place === null) history.replaceState(null, '', addressOf({ page: 'photos' }))
  }

  #show(place: Place): void {
    if (this.place.page !== place.page) this.#left(this.place.page)
    this.place = place
  }
}

function placeOf(to: Place | PlainPage, run: string | undefined): Place {
  if (typeof to !== 'string') return to
  return run !== undefined && (to === 'train' || to === 'try' || to === 'export') ? { page: to, run } : { page: to }
}

function isOver(place: Place): boolean {
  return place.page === 'photos' && place.photo !== undefined
}

/** Relative, so that the page may lie anywhere. */
function addressOf(place: Place): string {
  return `#${routeOf(place)}`
}
