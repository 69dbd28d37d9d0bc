export type Page = 'photos' | 'train' | 'try' | 'export' | 'settings'
/** Where the person is. `run`: the run whose result is shown; null = the newest. */
export interface Place {
  readonly page: Page
  readonly run: string | null
}
const pages: readonly string[] = ['photos', 'train', 'try', 'export', 'settings'] satisfies Page[]

/** Which page is shown. It lives in the history's state, so that back, forward and reload work and the address keeps nothing private. */
export class Navigation {
  place = $state.raw<Place>(placeOf(history.state))

  readonly #left: () => void

  /** `left` is called whenever another page comes up. */
  constructor(left: () => void) {
    this.#left = left
    window.addEventListener('popstate', (event) => (this.place = placeOf(event.state)))
  }

  go(page: Page, run: string | null = null): void {
    if (this.place.page === page && this.place.run === run) return
    if (this.place.page !== page) this.#left()
    this.place = { page, run }
    history.pushState({ page, run }, '')
  }
}

function placeOf(state: unknown): Place {
  if (typeof state !== 'object' || state === null || !('page' in state) || !pages.includes(String(state.page)))
    return { page: 'photos', run: null }
  const run = 'run' in state && typeof state.run === 'string' ? state.run : null
  return { page: state.page as Page, run }
}
