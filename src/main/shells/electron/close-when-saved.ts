import type { BrowserWindow } from 'electron'
import type { Log } from '../../core/context.ts'

/** What a page has not handed over yet is written within milliseconds; a window that closes waits this long before somebody is asked. */
const patienceMs = 2000
const againMs = 50

interface Waiting {
  /** Whether the window may close although something is not saved. */
  mayClose(): Promise<boolean>
  /** The window stays after all. */
  onStay(): void
  readonly log: Log
}

/**
 * Closes the window once its page has saved everything, the last labels say: it refuses to be unloaded until then (`beforeunload`). Where
 * something still is not after `patienceMs`, `mayClose` decides.
 */
export function closeWhenSaved(window: BrowserWindow, { mayClose, onStay, log }: Waiting): void {
  let isClosing = false
  let sinceMs: number | null = null
  let isLetGo = false
  // Not before this event is over: until then the window takes itself for closing already and would not hear it.
  const closeAgain = (): void => {
    setTimeout(() => {
      if (!window.isDestroyed()) window.close()
    }, againMs)
  }
  // After the listeners that may keep it open; the page is asked next.
  window.on('close', (event) => {
    isClosing = !event.defaultPrevented
    if (isClosing) return
    // Somebody else keeps it open: the next time it closes is another matter.
    isLetGo = false
    sinceMs = null
  })
  window.webContents.on('will-prevent-unload', (event) => {
    // A page that is loaded again is not closed: pressed once more, it comes.
    if (!isClosing) return
    isClosing = false
    if (isLetGo) {
      event.preventDefault()
      return
    }
    sinceMs ??= performance.now()
    if (performance.now() - sinceMs < patienceMs) {
      closeAgain()
      return
    }
    sinceMs = null
    mayClose()
      .then((closes) => {
        isLetGo = closes
        if (closes) closeAgain()
        else onStay()
      })
      .catch((error: unknown) => {
        onStay()
        log.error('nobody could be asked about what is not saved', { error: String(error) })
      })
  })
}
