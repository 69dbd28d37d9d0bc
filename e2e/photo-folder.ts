import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { drawFolder } from '../src/main/core/testing/draw-pictures.ts'

export const photoSets = join(import.meta.dirname, '../../shared/datasets')

/** Whether the real photos that the project is measured with are beside the checkout. */
export const hasRealPhotos = existsSync(join(photoSets, 'cats-dogs'))

/**
 * Fills `folder` with a sub-folder for each of two classes, `perClass` pictures in each (150 at most): real photos where they are at hand,
 * else drawn ones. Answers the classes, in order of name.
 */
export async function makePhotoFolder(folder: string, perClass: number): Promise<readonly [string, string]> {
  if (!hasRealPhotos) {
    await drawFolder(folder, { perClass, classes: ['circle', 'square'] })
    return ['circle', 'square']
  }
  for (const name of ['cat', 'dog']) {
    const source = join(photoSets, 'cats-dogs', name)
    mkdirSync(join(folder, name), { recursive: true })
    for (const file of readdirSync(source).sort().slice(0, perClass)) copyFileSync(join(source, file), join(folder, name, file))
  }
  return ['cat', 'dog']
}
