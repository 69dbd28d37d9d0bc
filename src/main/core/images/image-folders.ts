import type { ImageFolders } from '../../contract/worker/image-tasks.ts'
import type { ProjectFiles } from '../context.ts'

/** Short side of a working copy, px: half as much again as the largest network looks at (260 px), so that fine-tuning can crop. */
export const workingCopyPx = 384

/** Where the image worker writes for a project. */
export function imageFolders(files: ProjectFiles): ImageFolders {
  return { workingCopies: files.workingCopies, thumbnails: files.thumbnails, workingCopyPx }
}
