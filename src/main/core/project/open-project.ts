import type { Database } from 'better-sqlite3'
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { OpenProject, ProjectFiles } from '../context.ts'
import { openDatabase, requireKnownDatabase } from '../db/open-database.ts'
import { diskError } from './disk-errors.ts'
import { makeFolder, placeError } from './make-folder.ts'
import { backupFolder, nameOfFolder, projectEnding, projectFiles } from './project-files.ts'
import { takeProjectLock } from './project-lock.ts'
import { insertProject, interruptUnfinished, nameProject, readProject } from './project-rows.ts'

/** A project that this process holds until it closes it. */
export interface HeldProject extends OpenProject {
  /** Closes the database and gives the lock back. Closing twice does nothing. */
  close(): void
}

interface Clock {
  readonly clock: () => number
}

/**
 * Makes `NAME.graft` in `folder`, which is made when it is not there, and opens it.
 * @throws PROJECT_EXISTS, NOT_WRITABLE, DISK_FULL; nothing is left behind then.
 */
export function createProject({ name, folder, clock }: { readonly name: string; readonly folder: string } & Clock): HeldProject {
  const parent = resolve(folder)
  const root = join(parent, `${name}${projectEnding}`)
  makeFolders(parent, root)
  try {
    return hold(projectFiles(realpathSync(root)), (db) => {
      insertProject(db, { name, folder: basename(root), createdAtMs: clock() })
    })
  } catch (error) {
    rmSync(root, { recursive: true, force: true })
    throw error
  }
}

function makeFolders(parent: string, root: string): void {
  try {
    makeFolder(parent)
    mkdirSync(root)
    const files = projectFiles(root)
    for (const inside of [files.workingCopies, files.thumbnails, files.features]) mkdirSync(inside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST' && existsSync(root)) {
      throw new StudioError('PROJECT_EXISTS', { path: root }, { cause: error })
    }
    throw placeError(error, parent)
  }
}

/**
 * Opens the project folder `path`, wherever it was moved to. Of what was under way when its last process ended without closing it, trainings are
 * marked as paused and imports as interrupted. A folder that was renamed from outside gives the project its name.
 * @throws PROJECT_NOT_FOUND, PROJECT_LOCKED, PROJECT_DAMAGED, PROJECT_TOO_NEW, NOT_WRITABLE, DISK_FULL.
 */
export function openProject(path: string, { clock }: Clock): HeldProject {
  const root = findProject(path)
  const files = projectFiles(root)
  return hold(files, (db) => {
    const row = readProject(db)
    if (row === null) throw new StudioError('PROJECT_DAMAGED', { path: root, reason: 'the database holds no project' })
    if (row.folder !== basename(root)) nameProject(db, nameOfFolder(root), basename(root))
    interruptUnfinished(db, clock())
    for (const folder of [files.workingCopies, files.thumbnails, files.features]) mkdirSync(folder, { recursive: true })
  })
}

/**
 * Looks whether the project folder `path` could be opened now, before anything is ended for it; it is neither held nor changed.
 * @throws PROJECT_NOT_FOUND, PROJECT_LOCKED, PROJECT_DAMAGED, PROJECT_TOO_NEW, NOT_WRITABLE, DISK_FULL.
 */
export function requireOpenable(path: string): void {
  const files = projectFiles(findProject(path))
  takeProjectLock(files.lock).release()
  requireKnownDatabase(files.database)
}

/** The real path of the project folder `path`, with or without a slash at its end. @throws PROJECT_NOT_FOUND, PROJECT_DAMAGED */
export function findProject(path: string): string {
  const given = resolve(path)
  const database = statSync(projectFiles(given).database, { throwIfNoEntry: false })
  if (database === undefined) throw new StudioError('PROJECT_NOT_FOUND', { path: given })
  if (database.size === 0) throw new StudioError('PROJECT_DAMAGED', { path: given, reason: 'the database is empty' })
  return realpathSync(given)
}

function hold(files: ProjectFiles, prepare: (db: Database) => void): HeldProject {
  const lock = takeProjectLock(files.lock)
  let db: Database | null = null
  try {
    db = openDatabase(files.database, { backupDir: backupFolder(files) })
    prepare(db)
    return heldProject(files, db, () => lock.release())
  } catch (error) {
    db?.close()
    lock.release()
    throw diskError(error, files.root)
  }
}

function heldProject(files: ProjectFiles, db: Database, unlock: () => void): HeldProject {
  return {
    files,
    db,
    get name() {
      return readProject(db)?.name ?? nameOfFolder(files.root)
    },
    close() {
      if (!db.open) return
      db.close()
      unlock()
    },
  }
}

/** Gives an open project another name. Its folder follows with `renameFolder`. */
export function renameProject(project: OpenProject, name: string): void {
  nameProject(project.db, name, basename(project.files.root))
}

/**
 * Calls the folder of a closed project `NAME.graft`. A folder of that name that is there already stays, and so does ours.
 * Returns where the project lies now.
 */
export function renameFolder(root: string, name: string): string {
  const wanted = join(dirname(root), `${name}${projectEnding}`)
  // On a disk that ignores case the wanted folder may be this one.
  const isTaken = existsSync(wanted) && realpathSync(wanted) !== realpathSync(root)
  if (wanted === root || isTaken) return root
  try {
    renameSync(root, wanted)
  } catch (error) {
    throw diskError(error, root)
  }
  return wanted
}
