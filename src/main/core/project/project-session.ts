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
  const recent = recentProjects(dataDir)
  const hooks = new Set<() => Promise<void> | void>()
  let held: HeldProject | null = null
  let folderFollows = false
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    // A failure belongs to its caller; the next in turn starts all the same.
    turn = mine.catch(() => undefined)
    return mine
  }
  const closeHeld = async () => {
    if (held === null) return
    for (const hook of hooks) await hook()
    const { name, files } = held
    held.close()
    held = null
    if (!folderFollows) return
    folderFollows = false
    recent.forget(files.root)
    recent.remember({ name, path: renameFolder(files.root, name), openedAtMs: clock() })
  }
  const take = async (next: HeldProject): Promise<OpenProject> => {
    try {
      await closeHeld()
      recent.remember({ name: next.name, path: next.files.root, openedAtMs: clock() })
    } catch (error) {
      next.close()
      throw error
    }
    held = next
    return next
  }
  const open = async (path: string) => {
    const root = findProject(path)
    return held?.files.root === root ? held : take(openProject(root, { clock }))
  }
  const moveFolder = async (root: string, name: string) => {
    await closeHeld()
    recent.forget(root)
    let path = root
    try {
      path = renameFolder(root, name)
    } finally {
      // Also where the folder could not be renamed: the project goes on under its new name in its old place.
      await take(openProject(path, { clock }))
    }
    return open(path)
  }

  return {
    recent,
    current: () => held,
    open: (path) => inTurn(() => open(path)),
    create: (options) => inTurn(() => Promise.resolve().then(() => take(createProject({ ...options, clock })))),
    rename: (name, { folderLater }) =>
      inTurn(async () => {
        if (held === null) throw new StudioError('NO_PROJECT_OPEN', {})
        renameProject(held, name)
        if (!folderLater) return moveFolder(held.files.root, name)
        folderFollows = true
        recent.remember({ name, path: held.files.root, openedAtMs: clock() })
        return held
      }),
    close: () => inTurn(closeHeld),
    beforeClose: (hook) => {
      hooks.add(hook)
      return () => void hooks.delete(hook)
    },
  }
}
