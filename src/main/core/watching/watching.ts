import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { WatchedFolder } from '../../contract/watching.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { savedPhotoPlaces } from '../exporting/saved-photos.ts'
import { projectEnding } from '../project/project-files.ts'
import { readExportPlaces, readProject } from '../project/project-rows.ts'
import { recentProjectPaths } from '../project/recent-projects.ts'
import { liesIn } from './lies-in.ts'
import { takeWatched } from './take-watched.ts'
import { watchFolder, type SeenFile, type WatchTimes } from './watch-folder.ts'
import { watchedFolderStore, type KeptFolder, type ProjectIdentity, type WatchedFolderStore } from './watched-folder-store.ts'
import { readImportedBelow, type ImportedFile } from './watched-rows.ts'

interface Watched {
  kept: KeptFolder
  state: Exclude<WatchedFolder['state'], 'paused'>
  images: number
  /** Files out of which images came, as the project knows them. */
  imported: ReadonlyMap<string, ImportedFile>
  /** Null while it is paused. */
  stop: (() => Promise<void>) | null
}

interface Open {
  readonly project: OpenProject
  readonly identity: ProjectIdentity
  folders: readonly Watched[]
}

/** The watched folders of the open project. */
export class Watching {
  readonly #context: StudioContext
  readonly #store: WatchedFolderStore
  readonly #times: WatchTimes | undefined
  #open: Open | null = null

  constructor(context: StudioContext, times?: WatchTimes) {
    this.#context = context
    this.#store = watchedFolderStore(context.dataDir)
    this.#times = times
  }

  /** Begins with the folders of a project that was opened; does nothing where it has begun. At the terminal a command ends before anything could come in. */
  begin(project: OpenProject): void {
    if (this.#context.door === 'terminal' || this.#open?.project === project) return
    const identity = { path: project.files.root, createdAtMs: readProject(project.db)?.createdAtMs ?? 0 }
    const folders = this.#store.read(identity).map((kept) => watchedOf(kept))
    this.#open = { project, identity, folders }
    for (const watched of folders) if (!watched.kept.isPaused) this.#start(watched)
  }

  /** Cancels what is under way and waits for it; it comes in when the project is opened again. */
  async end(): Promise<void> {
    const folders = this.#open?.folders ?? []
    this.#open = null
    await Promise.all(folders.flatMap(({ stop }) => (stop === null ? [] : [stop()])))
  }

  list(): WatchedFolder[] {
    return (this.#open?.folders ?? []).map(({ kept: { path, labelFromFolders, isPaused }, state, images }) => {
      return { path, labelFromFolders, images, state: isPaused ? 'paused' : state }
    })
  }

  /** Throws as the contract says, DISK_FULL, NOT_WRITABLE, NO_PROJECT_OPEN. */
  add({ path: given, labelFromFolders }: Pick<WatchedFolder, 'path' | 'labelFromFolders'>): void {
    const open = this.#opened()
    const path = resolve(given)
    this.#refuse(path, open)
    const watched = watchedOf({ path, labelFromFolders, isPaused: false, passed: {} })
    this.#keep(open, [...open.folders, watched])
    this.#start(watched)
  }

  async change({
    path,
    labelFromFolders,
    isPaused,
  }: {
    readonly path: string
    readonly labelFromFolders?: boolean | undefined
    readonly isPaused?: boolean | undefined
  }): Promise<void> {
    const open = this.#opened()
    const watched = find(open, path)
    const { kept } = watched
    watched.kept = { ...kept, labelFromFolders: labelFromFolders ?? kept.labelFromFolders, isPaused: isPaused ?? kept.isPaused }
    try {
      this.#keep(open, open.folders)
    } catch (error) {
      watched.kept = kept
      throw error
    }
    if (watched.kept.isPaused) await this.#stop(watched)
    else if (watched.stop === null) this.#start(watched)
  }

  async remove(path: string): Promise<void> {
    const open = this.#opened()
    const watched = find(open, path)
    this.#keep(
      open,
      open.folders.filter((each) => each !== watched),
    )
    await this.#stop(watched)
  }

  #opened(): Open {
    this.#context.project()
    if (this.#open === null)
      throw new StudioError('INVALID_INPUT', { reason: 'folders are watched while the studio is open, not from the terminal' })
    return this.#open
  }

  #refuse(path: string, { project, folders }: Open): void {
    const real = realPath(path)
    if (real === null || !statSync(real).isDirectory()) throw new StudioError('FOLDER_NOT_FOUND', { path })
    const refused = (why: string): StudioError => new StudioError('INVALID_INPUT', { reason: `${path} ${why}` })
    for (const { kept } of folders) {
      const other = realPath(kept.path) ?? kept.path
      if (other === real) throw refused('is watched already')
      if (liesIn(other, real)) throw refused(`lies in ${kept.path}, which is watched already`)
      if (liesIn(real, other)) throw refused(`holds ${kept.path}, which is watched already; stop watching that one first`)
    }
    const isOfProject = real.split(sep).some((part) => part.toLowerCase().endsWith(projectEnding))
    if (isOfProject) throw refused('lies in a Graft project; choose the folder that your photos are put into')
    if (realPath(this.#context.projectsDir) === real) throw refused('is where your projects lie; choose a folder of its own for new photos')
    const inside = this.#projectIn(real, project)
    if (inside !== null) throw refused(`holds the project ${basename(inside)}; choose a folder of its own for new photos`)
    if (this.#ownPlaces(project).some((place) => liesIn(place, real))) {
      throw refused('is where Graft itself writes; choose the folder that your photos are put into')
    }
  }

  /** A project that lies in this folder: the one that is open, one that was opened before, or any at its top. Null: none is known. */
  #projectIn(real: string, project: OpenProject): string | null {
    const known = [project.files.root, ...recentProjectPaths(this.#context.dataDir)]
    const atTop = readdirSync(real, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.toLowerCase().endsWith(projectEnding))
      .map(({ name }) => join(real, name))
    return [...known, ...atTop].find((path) => liesIn(real, realPath(path) ?? path)) ?? null
  }

  /** Real paths of what the studio writes: photos in there are no new ones. */
  #ownPlaces(project: OpenProject): string[] {
    const places = [project.files.root, this.#context.dataDir, ...readExportPlaces(project.db), ...savedPhotoPlaces(this.#context)]
    return places.flatMap((place) => realPath(place) ?? [])
  }

  /** On the disk when it returns. */
  #keep(open: Open, folders: readonly Watched[]): void {
    this.#store.write(
      open.identity,
      folders.map(({ kept }) => kept),
    )
    open.folders = folders
    this.#context.changed('watching')
  }

  #start(watched: Watched): void {
    const open = this.#opened()
    const { path } = watched.kept
    watched.imported = readImportedBelow(open.project.db, path)
    watched.stop = watchFolder({
      path,
      times: this.#times,
      isDone: (file) => isImported(watched, file) || watched.kept.passed[file.path] === signatureOf(file),
      take: (files, signal) => this.#take(open, watched, files, signal),
      without: () => this.#ownPlaces(open.project),
      onState: (state) => {
        if (watched.state === state) return
        watched.state = state
        this.#context.changed('watching')
      },
      onFailure: (error) => this.#context.log.error('a watched folder could not be looked through', { path, error: String(error) }),
    })
  }

  async #stop(watched: Watched): Promise<void> {
    const { stop } = watched
    watched.stop = null
    watched.state = 'watching'
    await stop?.()
  }

  async #take(open: Open, watched: Watched, files: readonly SeenFile[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { path, labelFromFolders } = watched.kept
    const { state, images, unread } = await takeWatched(this.#context, open.project, files, { folder: path, labelFromFolders, signal })
    watched.images += images
    if (signal.aborted) return new Set()
    if (state === 'cut') {
      // It would begin again and again. Who cancelled it has said so, and a failure has a reason that a person takes away first.
      if (!this.#context.jobs.isClosing()) this.#pause(open, watched)
      return new Set()
    }
    watched.imported = readImportedBelow(open.project.db, path)
    const passed = files.filter((file) => !unread.has(file.path) && !isImported(watched, file))
    const more = Object.fromEntries(passed.map((file) => [file.path, signatureOf(file)]))
    watched.kept = { ...watched.kept, passed: { ...watched.kept.passed, ...more } }
    this.#keep(open, open.folders)
    return unread
  }

  /** From inside of a look, whose end must not be waited for. */
  #pause(open: Open, watched: Watched): void {
    watched.kept = { ...watched.kept, isPaused: true }
    void this.#stop(watched)
    this.#keep(open, open.folders)
  }
}

function watchedOf(kept: KeptFolder): Watched {
  return { kept, state: 'watching', images: 0, imported: new Map(), stop: null }
}

function find({ folders }: Open, path: string): Watched {
  const watched = folders.find(({ kept }) => kept.path === path)
  if (watched === undefined) throw new StudioError('FOLDER_NOT_FOUND', { path })
  return watched
}

/** The same path with other bytes is another photo: of another size, or written after the import. */
function isImported({ imported }: Watched, { path, sizeBytes, changedAtMs }: SeenFile): boolean {
  const there = imported.get(path)
  return there?.sizeBytes === sizeBytes && changedAtMs <= there.importedAtMs
}

function signatureOf({ sizeBytes, changedAtMs }: SeenFile): string {
  return `${sizeBytes} ${changedAtMs}`
}

/** Null for what is not there, or may not be looked at. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
