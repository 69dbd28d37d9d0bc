import { readdirSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { OpenProject } from '../context.ts'
import { readExportPlaces } from './project-rows.ts'

/** The folders inside `path` (the home folder when empty) with their absolute paths, by name. @throws FOLDER_NOT_FOUND */
export function listFolders(path: string): { path: string; parent: string | null; folders: string[] } {
  const folder = resolve(homedir(), path)
  const byName = new Intl.Collator(undefined, { numeric: true })
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    const folders = entries
      .filter(
        (entry) => !entry.name.startsWith('.') && (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, entry.name)))),
      )
      .map((entry) => entry.name)
      .sort(byName.compare)
      .map((name) => join(folder, name))
    const parent = dirname(folder)
    return { path: folder, parent: parent === folder ? null : parent, folders }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new StudioError('FOLDER_NOT_FOUND', { path: folder }, { cause: error })
    throw error
  }
}

/** False for a link that leads nowhere, in a ring, or to where this user may not look: one of them must not hide the other folders. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** The real path of something inside the open project, one of its exports or one of the `others`. @throws FILE_NOT_FOUND for every other path */
export function revealable(project: OpenProject, path: string, others: readonly string[]): string {
  const wanted = realPath(path)
  const places = [project.files.root, ...readExportPlaces(project.db), ...others].flatMap((place) => realPath(place) ?? [])
  if (wanted === null || !places.some((place) => wanted === place || wanted.startsWith(place + sep))) {
    throw new StudioError('FILE_NOT_FOUND', { path })
  }
  return wanted
}

function realPath(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : realpathSync(path)
}
