import { StudioError } from '../../contract/errors.ts'
import type { OpenProject } from '../context.ts'
import { createProject, findProject, openProject, renameFolder, renameProject, type HeldProject } from './open-project.ts'
import { recentProjects, type RecentProjects } from './recent-projects.ts'

/** The one project that is open, or none. What opens and closes it waits its turn, so that two calls never cross. */
export interface ProjectSession {
  readonly recent: RecentProjects
  current(): OpenProject | null
  /** Opens the project folder `path` and closes the one that was open. One that cannot be opened leaves the open one as it is. */
  open(path: string): Promise<OpenProject>
  create(options: { readonly name: string; readonly folder: string }): Promise<OpenProject>
  /**
   * Gives the open project another name. Its folder follows: at once, or when the project closes if `folderLater` (something works
   * in it). A folder of that name that is there already stays, and so does ours. Throws NO_PROJECT_OPEN.
   */
  rename(name: string, options: { readonly folderLater: boolean }): Promise<OpenProject>
  close(): Promise<void>
  /** Runs `hook` before a project closes; it ends what works in the project. Answers the undo. */
  beforeClose(hook: () => Promise<void> | void): () => void
}

/** Starts with no project open. `dataDir` holds the list of recent projects. */
export function makeProjectSession({ dataDir, clock }: { readonly dataDir: string; readonly clock: () => number }): ProjectSession {
  return new Session(recentProjects(dataDir), clock)
}

class Session implements ProjectSession {
  readonly recent: RecentProjects
  readonly #clock: () => number
  readonly #hooks = new Set<() => Promise<void> | void>()
  #held: HeldProject | null = null
  /** The folder is still to be called as the project. */
  #folderFollows = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(recent: RecentProjects, clock: () => number) {
    this.recent = recent
    this.#clock = clock
  }

  current(): OpenProject | null {
    return this.#held
  }

  open(path: string): Promise<OpenProject> {
    return this.#inTurn(() => this.#open(path))
  }

  create(options: { readonly name: string; readonly folder: string }): Promise<OpenProject> {
    return this.#inTurn(async () => this.#take(createProject({ ...options, clock: this.#clock })))
  }

  rename(name: string, { folderLater }: { readonly folderLater: boolean }): Promise<OpenProject> {
    return this.#inTurn(async () => {
      const held = this.#held
      if (held === null) throw new StudioError('NO_PROJECT_OPEN', {})
      renameProject(held, name)
      if (!folderLater) return this.#moveFolder(held.files.root, name)
      this.#folderFollows = true
      this.#remember(name, held.files.root)
      return held
    })
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#close())
  }

  beforeClose(hook: () => Promise<void> | void): () => void {
    this.#hooks.add(hook)
    return () => void this.#hooks.delete(hook)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    // A failure belongs to its caller; the next in turn starts all the same.
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #open(path: string): Promise<OpenProject> {
    const root = findProject(path)
    return this.#held?.files.root === root ? this.#held : this.#take(openProject(root, { clock: this.#clock }))
  }

  /** Closes the open project for `next`, which is closed again if that fails. */
  async #take(next: HeldProject): Promise<OpenProject> {
    try {
      await this.#close()
      this.#remember(next.name, next.files.root)
    } catch (error) {
      next.close()
      throw error
    }
    this.#held = next
    return next
  }

  async #close(): Promise<void> {
    const held = this.#held
    if (held === null) return
    for (const hook of this.#hooks) await hook()
    const { name, files } = held
    held.close()
    this.#held = null
    if (!this.#folderFollows) return
    this.#folderFollows = false
    this.recent.forget(files.root)
    this.#remember(name, renameFolder(files.root, name))
  }

  async #moveFolder(root: string, name: string): Promise<OpenProject> {
    await this.#close()
    this.recent.forget(root)
    let path = root
    try {
      path = renameFolder(root, name)
    } finally {
      // Also where the folder could not be renamed: the project goes on under its new name in its old place.
      await this.#take(openProject(path, { clock: this.#clock }))
    }
    return this.#open(path)
  }

  #remember(name: string, path: string): void {
    this.recent.remember({ name, path, openedAtMs: this.#clock() })
  }
}
