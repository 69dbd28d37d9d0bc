import { tick } from 'svelte'
import type { PlainPage } from './navigation.svelte.ts'
import { pressHistory } from './press-history.ts'
import { keyHandler } from './shortcuts.ts'
import type { Studio } from './studio.svelte.ts'

/** What keys open that is no page. */
export interface FrameDoors {
  showCommands(): void
  showKeyMap(): void
}

/** On a page that has nothing to filter, that of the photos. */
async function focusFilter(studio: Studio): Promise<void> {
  if (document.getElementById('filter') === null) {
    studio.navigation.go('photos')
    await tick()
  }
  document.getElementById('filter')?.focus()
}

/** The keys that work on every page. Where no project is open, only those that need none. */
export function frameKeys(studio: Studio, doors: FrameDoors): (event: KeyboardEvent) => void {
  const inProject = (act: () => unknown) => () => {
    if (studio.project.value === null) return false
    void act()
    return true
  }
  const goTo = (page: PlainPage) => inProject(() => studio.navigation.go(page))
  const everywhere = keyHandler('everywhere', {
    commands: () => doors.showCommands(),
    keyMap: () => doors.showKeyMap(),
    filter: inProject(() => focusFilter(studio)),
    undo: () => pressHistory(studio, 'undo'),
    redo: () => pressHistory(studio, 'redo'),
    history: inProject(() => (studio.isHistoryOpen = true)),
  })
  const pages = keyHandler('pages', {
    photos: goTo('photos'),
    label: goTo('label'),
    check: goTo('check'),
    train: goTo('train'),
    compare: inProject(() => studio.navigation.go({ page: 'compare', runs: [] })),
    try: goTo('try'),
    export: goTo('export'),
    settings: goTo('settings'),
  })
  return (event) => {
    everywhere(event)
    pages(event)
  }
}
