export type ThemeChoice = 'light' | 'dark' | 'system'
const key = 'graft.theme'

/** The theme a person chose, kept in this browser; `system` follows the computer's. */
export class Theme {
  choice = $state<ThemeChoice>('system')
  readonly #systemDark = window.matchMedia('(prefers-color-scheme: dark)')
  #systemIsDark = $state(this.#systemDark.matches)
  /** What is shown now; charts draw again when it changes. */
  readonly shown = $derived(this.choice === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.choice)

  constructor() {
    const stored = localStorage.getItem(key)
    this.choose(stored === 'light' || stored === 'dark' ? stored : 'system')
    this.#systemDark.addEventListener('change', (event) => (this.#systemIsDark = event.matches))
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice
    if (choice === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, choice)
    document.documentElement.dataset['theme'] = choice
  }
}
