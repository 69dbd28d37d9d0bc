import type { OpenProject, StudioContext } from '../context.ts'
import { imageFolders } from './image-folders.ts'
import { findOriginal } from './image-rows.ts'
import { workOnImages } from './work-on-images.ts'

export interface LostCopy {
  readonly hash: string
  /** Name of the image, or its hash where the database does not know it. */
  readonly name: string
  readonly reason: string
}

/**
 * Makes working copies and thumbnails again from the originals, where these still lie as they were: for copies that a power cut or a
 * person destroyed. Answers those that cannot be made again.
 */
export async function remakeCopies(
  context: StudioContext,
  project: OpenProject,
  hashes: readonly string[],
  signal?: AbortSignal,
): Promise<readonly LostCopy[]> {
  const lost = new Map<string, LostCopy>()
  const files: { hash: string; name: string; index: number; path: string }[] = []
  for (const hash of hashes) {
    const original = findOriginal(project.db, hash)
    if (original === null) lost.set(hash, { hash, name: hash, reason: 'the project does not know this image' })
    else files.push({ hash, name: original.name, index: files.length, path: original.sourcePath })
  }
  const prepare = (): Promise<unknown> =>
    context.workers.image.request(
      'prepare',
      { files: files.map(({ index, path }) => ({ index, path, anew: true })), folders: imageFolders(project.files) },
      {
        signal,
        onEvent: (outcome) => {
          const { hash, name } = files[outcome.index]!
          if (outcome.state === 'skipped') lost.set(hash, { hash, name, reason: `its copy is gone, and its original: ${outcome.detail}` })
          else if ((outcome.state === 'known' ? outcome.hash : outcome.image.hash) !== hash)
            lost.set(hash, { hash, name, reason: 'its copy is gone, and its original has changed since it was imported' })
        },
      },
    )
  await workOnImages(project.db, hashes, prepare)
  return [...lost.values()]
}
