/** What the page has and the studio may not have yet. */
interface Unsaved {
  readonly isUnsaved: boolean
  /** Hands it over now and never rejects; absent where it is on its way by itself. */
  flush?(): Promise<void>
}

/**
 * Hands over what is unsaved when the page is about to close, and keeps it open while there is something: a browser asks, a window of our
 * own waits and closes once all is saved. Answers the end of it.
 */
export function askBeforeClosing(unsaved: Unsaved): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (!unsaved.isUnsaved) return
    void unsaved.flush?.()
    event.preventDefault()
  }
  window.addEventListener('beforeunload', ask)
  return () => window.removeEventListener('beforeunload', ask)
}
