import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { OpenProject, ProjectFiles } from '../context.ts'
import { hasImage } from './image-rows.ts'

/** A photo's file for a page to show. Throws `IMAGE_NOT_FOUND` for a hash that the project does not know; the file may still be gone. */
export function photoFile(project: OpenProject, hash: string, kind: 'thumbnail' | 'working-copy'): string {
  if (!hasImage(project.db, hash)) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  return inFolder(kind === 'thumbnail' ? project.files.thumbnails : project.files.workingCopies, hash)
}

/** The working copy of an image that the database knows. */
export function workingCopyFile(files: ProjectFiles, hash: string): string {
  return inFolder(files.workingCopies, hash)
}

/** `ab/HASH.jpg`, where `ab` are its first two digits; `ImageStore` in the image worker names files in the same way. */
export function inFolder(folder: string, hash: string): string {
  return join(folder, hash.slice(0, 2), `${hash}.jpg`)
}
