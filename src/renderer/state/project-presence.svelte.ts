import type { StudioClient } from '../../main/contract/contract.ts'

/** A folder that vanishes is told within so many ms; asking is one look at the disk. */
const everyMs = 5000

/**
 * Whether the folder of the open project is still there. Files that are open stay readable after a folder was deleted, and a drive that was
 * pulled out says nothing, so that nobody would notice until something cannot be written.
 */
export class ProjectPresence {
  isGone = $state(false)
  readonly #client: StudioClient
  readonly #path: () => string | null

  /** `path`: the folder of the open project now; null where none is open. */
  constructor(client: StudioClient, path: () => string | null) {
    this.#client = client
    this.#path = path
  }

  /** Looks every few seconds while the page is seen, and whenever somebody comes back to it. Answers the end. */
  start(): () => void {
    const look = (): void => {
      if (document.visibilityState === 'visible') void this.look()
    }
    const beat = setInterval(look, everyMs)
    window.addEventListener('focus', look)
    return () => {
      clearInterval(beat)
      window.removeEventListener('focus', look)
    }
  }

  /** Looks now. Never rejects: what cannot be asked now is asked again. */
  async look(): Promise<void> {
    const path = this.#path()
    if (path === null) {
      this.isGone = false
      return
    }
    const isThere = await this.#client.project.isPresent().catch(() => null)
    // A project that was renamed or left meanwhile is another question.
    if (isThere !== null && this.#path() === path) this.isGone = !isThere
  }
}
