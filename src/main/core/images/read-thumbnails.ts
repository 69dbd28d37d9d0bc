import type { OpenProject } from '../context.ts'
import { readPlainFile } from '../plain-file.ts'
import { hasImage } from './image-rows.ts'
import { inFolder, pathsInside, shownAtMostBytes } from './photo-files.ts'

/** Files read at a time: enough to keep a disk busy, few enough that other requests are answered in between. */
const atOnce = 16

/**
 * The thumbnails of images, in the order of `hashes`, each as a JPEG in a data URL; null for a hash that the project does not know and for
 * a file that is gone, is no plain one, cannot be read, or lies outside of the project (a project folder from elsewhere may hold symbolic links).
 */
export async function readThumbnails({ db, files }: OpenProject, hashes: readonly string[]): Promise<(string | null)[]> {
  // The project may be closed while files are read, so that what is to be read is settled first.
  const wanted = hashes.map((hash) => (hasImage(db, hash) ? inFolder(files.thumbnails, hash) : null))
  const thumbnails = wanted.map((): string | null => null)
  const inside = await pathsInside(files)
  let next = 0
  const read = async (): Promise<void> => {
    for (let index = next++; index < wanted.length; index = next++) {
      const file = wanted[index]
      if (file != null) thumbnails[index] = await inside(file).then(dataUrlOf).catch(unlessDiskSays)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, wanted.length) }, read))
  return thumbnails
}

async function dataUrlOf(real: string | null): Promise<string | null> {
  const bytes = real === null ? null : await readPlainFile(real, shownAtMostBytes)
  return bytes === null ? null : `data:image/jpeg;base64,${bytes.toString('base64')}`
}

/** Whatever the disk says of one file, the others come; who asks for that one alone is told. */
function unlessDiskSays(error: NodeJS.ErrnoException): null {
  if (error.code === undefined) throw error
  return null
}
