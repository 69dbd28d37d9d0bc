import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { backupEnding } from '../backup/backup-manifest.ts'
import type { OpenProject } from '../context.ts'
import { looksLikePhoto } from '../label-files/label-file.ts'
import { readRunsExportedTo } from '../exporting/export-rows.ts'
import { requireProof } from '../exporting/proved-folder.ts'

export interface ListedFolders {
  readonly path: string
  readonly parent: string | null
  readonly folders: string[]
  readonly files: string[]
  /** Files whose names are those of photos. */
  readonly photos: number
}

/**
 * The folders inside `path` (the home folder when empty) with their absolute paths, by name, and how many photos lie beside them; where they are
 * asked for, backups too, and never another file. @throws FOLDER_NOT_FOUND
 */
export function listFolders(path: string, kind?: 'backup'): ListedFolders {
  const folder = resolve(homedir(), path)
  const byName = new Intl.Collator(undefined, { numeric: true })
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
    const pathsOf = (found: readonly Dirent[]): string[] =>
      found
        .map(({ name }) => name)
        .sort(byName.compare)
        .map((name) => join(folder, name))
    const isLinkTo = (entry: Dirent, what: 'folder' | 'file'): boolean =>
      entry.isSymbolicLink() && kindOf(join(folder, entry.name)) === what
    const folders = pathsOf(entries.filter((entry) => entry.isDirectory() || isLinkTo(entry, 'folder')))
    const files =
      kind === undefined
        ? []
        : pathsOf(entries.filter((entry) => entry.name.endsWith(backupEnding) && (entry.isFile() || isLinkTo(entry, 'file'))))
    const parent = dirname(folder)
    const photos = entries.filter((entry) => looksLikePhoto(entry.name) && !entry.isDirectory()).length
    return { path: folder, parent: parent === folder ? null : parent, folders, files, photos }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new StudioError('FOLDER_NOT_FOUND', { path: folder }, { cause: error })
    throw error
  }
}

/** Null for a link that leads nowhere, in a ring, or to where this user may not look: one of them must not hide the other folders. */
function kindOf(path: string): 'folder' | 'file' | null {
  try {
    const found = statSync(path)
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/**
 * The real path of something inside the open project or one of the `others`, or of the folder of an export. The database that names such a folder
 * may be a stranger's and name any place of this machine: it is one where the proof that lies there itself is that of the run.
 * Throws `FILE_NOT_FOUND` for every other path, and what `requireProof` throws.
 */
export async function revealable(project: OpenProject, path: string, others: readonly string[]): Promise<string> {
  const exported = readRunsExportedTo(project.db, path)
  if (exported.length > 0) return (await requireProof(path, exported)).root
  const wanted = realPath(path)
  const places = [project.files.root, ...others].flatMap((place) => realPath(place) ?? [])
  if (wanted === null || !places.some((place) => wanted === place || wanted.startsWith(place + sep))) {
    throw new StudioError('FILE_NOT_FOUND', { path })
  }
  return wanted
}

function realPath(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : realpathSync(path)
}
