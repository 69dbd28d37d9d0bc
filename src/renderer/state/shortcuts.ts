import type { PlainPage } from './navigation.svelte.ts'
import type { Studio } from './studio.svelte.ts'

const pagesByKey: Readonly<Record<string, PlainPage>> = { p: 'photos', t: 'train', y: 'try', e: 'export' }
/** How long `G` waits for the letter of the page. */
const goMs = 1200

/** Whether keys belong to a field that is typed into. */
export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'radio', 'button', 'color'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
}

/** The keys that work everywhere. A dialog keeps its keys to itself. */
export function shortcuts(studio: Studio, showMap: () => void): (event: KeyboardEvent) => void {
  let goAt = -Infinity
  return (event) => {
    if (studio.project.value === null || document.querySelector('dialog[open]') !== null) return
    if (isTyping(event)) return
    const key = event.key.toLowerCase()
    if ((event.ctrlKey || event.metaKey) && key === 'z') {
      event.preventDefault()
      void (event.shiftKey ? studio.redo() : studio.undo())
      return
    }
    // The other key for it, which the native menu names outside of macOS; there Cmd+Y belongs to the system's programs.
    if (event.ctrlKey && key === 'y') {
      event.preventDefault()
      void studio.redo()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const page = event.timeStamp - goAt < goMs ? pagesByKey[key] : undefined
    goAt = key === 'g' ? event.timeStamp : -Infinity
    if (page !== undefined) {
      event.preventDefault()
      studio.navigation.go(page)
    } else if (key === '?') {
      event.preventDefault()
      showMap()
    } else if (key === '/') {
      event.preventDefault()
      document.getElementById('filter')?.focus()
    }
  }
}
