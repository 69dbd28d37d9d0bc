import type { Dirent, Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { SkippedFile } from '../../contract/images.ts'
import { projectEnding } from '../project/project-files.ts'
import { folderClassesFile, readFolderClasses } from './folder-classes.ts'

export interface ListedFile {
  /** Absolute. */
  readonly path: string
  /** The folder that names the class of this file; null where none does. */
  readonly folderLabel: string | null
  /** Classes that a file of labels names of it, the strongest first, before which the folder does not count; absent where none names the file. */
  readonly named?: readonly string[]
  /** Of a file that was unpacked: its archive, with the path inside. What is told and kept of the file is this. */
  readonly origin?: string
}

export interface FileList {
  /** Each path once: in the order given, folder by folder, within a folder as people sort names (`2.jpg` before `10.jpg`). */
  readonly files: readonly ListedFile[]
  /** Folders inside the given ones that could not be read. */
  readonly unreadable: readonly SkippedFile[]
}

export interface ListOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (found: number) => void
}

/** What systems and programs leave in folders of photos; hidden files (a dot first) are left out as well. Lower case. */
const litter = new Set(['thumbs.db', 'ehthumbs.db', 'desktop.ini', '__macosx', '$recycle.bin', 'system volume information', '@eadir'])

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

interface Walk {
  readonly options: ListOptions
  readonly files: ListedFile[]
  readonly unreadable: SkippedFile[]
  readonly seenFiles: Set<string>
  /** Real paths, so that a link to a folder above ends the walk there. */
  readonly seenFolders: Set<string>
}

/**
 * Lists what an import of `paths` (files and folders) takes. Folders are walked, through links to folders too, each once; hidden
 * files, the litter of systems, and projects (`NAME.graft`) inside are passed over silently. A file's label is the name of
 * the folder that holds it, below the folder given; files directly in the given folder have none. Where several folders are given and none
 * of them has folders with files inside, they are classes themselves and give their own names.
 * @throws FOLDER_NOT_FOUND or FILE_NOT_FOUND for a path that is not there, INVALID_INPUT for a project, NOTHING_TO_IMPORT when
 * there is no file at all, CANCELLED.
 */
export async function listFiles(paths: readonly string[], options: ListOptions = {}): Promise<FileList> {
  const walk: Walk = { options, files: [], unreadable: [], seenFiles: new Set(), seenFolders: new Set() }
  const given: { folder: string; from: number; to: number }[] = []
  for (const each of paths) {
    const path = resolve(each)
    const from = walk.files.length
    if ((await statGiven(path)).isDirectory()) {
      await walkFolder(walk, path, null)
      given.push({ folder: path, from, to: walk.files.length })
    } else addFile(walk, path, null)
  }
  if (walk.files.length === 0 && walk.unreadable.length === 0) {
    throw new StudioError('NOTHING_TO_IMPORT', { path: resolve(paths[0] ?? '.') })
  }
  const areClasses = given.length > 1 && walk.files.every((file) => file.folderLabel === null)
  const files = areClasses ? labelledByGivenFolder(walk.files, given) : walk.files
  return { files, unreadable: walk.unreadable }
}

async function statGiven(path: string): Promise<Stats> {
  if (path.toLowerCase().endsWith(projectEnding)) {
    throw new StudioError('INVALID_INPUT', { reason: `${basename(path)} is a Graft project, not a folder of photos; open it instead` })
  }
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error
    throw new StudioError(extname(path) === '' ? 'FOLDER_NOT_FOUND' : 'FILE_NOT_FOUND', { path }, { cause: error })
  }
}

/** `label` is what this folder's own files are called; null for the folder given. */
async function walkFolder(walk: Walk, folder: string, label: string | null): Promise<void> {
  if (walk.options.signal?.aborted === true) throw new StudioError('CANCELLED', {})
  let entries: Dirent[]
  try {
    const real = await realpath(folder)
    if (walk.seenFolders.has(real)) return
    walk.seenFolders.add(real)
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    walk.unreadable.push({ file: folder, reason: 'unreadable', detail: `the folder cannot be read (${code})` })
    return
  }
  const kept = entries.filter((entry) => !isLitter(entry.name)).toSorted((one, other) => byName.compare(one.name, other.name))
  const folders: string[] = []
  for (const entry of kept) {
    const path = join(folder, entry.name)
    if (await isFolder(entry, path)) folders.push(path)
    else if (entry.isFile() || entry.isSymbolicLink()) addFile(walk, path, label)
  }
  walk.options.onProgress?.(walk.files.length)
  const classOf = entries.some(({ name }) => name === folderClassesFile) ? await readFolderClasses(folder) : basename
  for (const path of folders) {
    if (!path.toLowerCase().endsWith(projectEnding)) await walkFolder(walk, path, classOf(path))
  }
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    // A link to nowhere is listed as a file; the import then says that it cannot be read.
    if (codeOf(error) === null) throw error
    return false
  }
}

function addFile(walk: Walk, path: string, folderLabel: string | null): void {
  if (walk.seenFiles.has(path)) return
  walk.seenFiles.add(path)
  walk.files.push({ path, folderLabel })
}

function labelledByGivenFolder(files: readonly ListedFile[], given: readonly { folder: string; from: number; to: number }[]): ListedFile[] {
  return files.map((file, index) => {
    const holder = given.find(({ from, to }) => index >= from && index < to)
    return { path: file.path, folderLabel: holder === undefined ? null : basename(holder.folder) || basename(dirname(file.path)) }
  })
}

/** Whether a file or folder of this name belongs to a system and not to anybody's photos. */
export function isLitter(name: string): boolean {
  return name.startsWith('.') || litter.has(name.toLowerCase()) || name === folderClassesFile
}

/** Whether an import would not look at a file or a folder of this name. */
export function isPassedOver(name: string): boolean {
  return isLitter(name) || name.toLowerCase().endsWith(projectEnding)
}

/** The system's code of a failed file operation; null for any other error. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
