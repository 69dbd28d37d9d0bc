import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { OpenProject, ProjectFiles } from '../context.ts'
import { readPlainFile } from '../plain-file.ts'
import { drawableType } from './drawable-type.ts'
import { findOriginal, hasImage } from './image-rows.ts'

/** A photo's file for a page to show. Throws `IMAGE_NOT_FOUND` for a hash that the project does not know; the file may still be gone. */
export function photoFile(project: OpenProject, hash: string, kind: 'thumbnail' | 'working-copy'): string {
  if (!hasImage(project.db, hash)) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  return inFolder(kind === 'thumbnail' ? project.files.thumbnails : project.files.workingCopies, hash)
}

/** The working copy of an image that the database knows. */
export function workingCopyFile(files: ProjectFiles, hash: string): string {
  return inFolder(files.workingCopies, hash)
}

/** What is read whole to be shown: the largest photos of cameras are well below. Larger ones are looked at in their working copies. */
export const shownAtMostBytes = 64 * 1024 * 1024

/**
 * The file that was imported, for a page to show: its bytes and their content type. Null where it is gone, is not the very same file any
 * more, is larger than 64 MB, or is of a kind that browsers do not draw. A project folder may come from elsewhere and name any file of this
 * machine, so nothing is answered whose SHA-256 is not the photo's, and its kind is told by its content. Throws `IMAGE_NOT_FOUND`.
 */
export async function readOriginal(project: OpenProject, hash: string): Promise<{ readonly type: string; readonly bytes: Buffer } | null> {
  const original = findOriginal(project.db, hash)
  if (original === null) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  const bytes = await readPlainFile(original.sourcePath, shownAtMostBytes)
  if (bytes === null) return null
  const type = drawableType(bytes)
  return type !== null && createHash('sha256').update(bytes).digest('hex') === hash ? { type, bytes } : null
}

/**
 * Answers what finds the real path of something in the project: null where it is gone, or lies outside of the project's folder. One that
 * comes from elsewhere may hold symbolic links.
 */
export async function pathsInside({ root }: ProjectFiles): Promise<(path: string) => Promise<string | null>> {
  const realRoot = await realpath(root).catch(unlessGone)
  return async (path) => {
    if (realRoot === null) return null
    const real = await realpath(path).catch(unlessGone)
    return real?.startsWith(realRoot + sep) === true ? real : null
  }
}

/** For a file that need not be there. */
export function unlessGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** Rows of a project from elsewhere may hold anything, and a hash becomes a part of a path. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** `ab/HASH.jpg`, where `ab` are its first two digits; `ImageStore` in the image worker names files in the same way. Throws `IMAGE_NOT_FOUND` for what is no hash. */
export function inFolder(folder: string, hash: string): string {
  if (!isHash(hash)) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  return join(folder, hash.slice(0, 2), `${hash}.jpg`)
}
