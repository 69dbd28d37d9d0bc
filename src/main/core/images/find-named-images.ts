import type { Database } from 'better-sqlite3'
import { setImmediate as turn } from 'node:timers/promises'
import { lookedForAtOnce, type MissingPhoto } from '../label-files/match-photos.ts'
import { equalFolders, folded } from '../label-files/photo-index.ts'
import { findImagesNamed, type NamedImage } from './named-image-rows.ts'

/** An image of the project that a file of labels names. */
export interface LabelledByFile {
  readonly image: NamedImage
  readonly missing: MissingPhoto
}

/**
 * Which photos that were not given are in the project: by their name and as many of their last folders as possible, or by their name alone where
 * there is one of that name here and in the file. Answers the others as well.
 */
export async function findNamedImages(
  db: Database,
  missing: readonly MissingPhoto[],
): Promise<{ readonly found: readonly LabelledByFile[]; readonly missing: readonly MissingPhoto[] }> {
  const found: LabelledByFile[] = []
  const left: MissingPhoto[] = []
  for (const [number, each] of missing.entries()) {
    if (number % lookedForAtOnce === 0) await turn()
    const image = each.photo.places.map((place) => findOne(db, place, each.isOnlyName)).find((one) => one !== null)
    if (image === undefined) left.push(each)
    else found.push({ image, missing: each })
  }
  return { found, missing: left }
}

function findOne(db: Database, place: string, isOnlyName: boolean): NamedImage | null {
  const parts = folded(place).split('/')
  const called = findImagesNamed(db, place.split('/').at(-1) ?? '')
  const ranked = called.map((image) => ({ image, equal: equalFolders(parts, folded(image.sourcePath).split(/[\\/]/)) }))
  const most = Math.max(0, ...ranked.map(({ equal }) => equal))
  const best = ranked.filter(({ equal }) => equal === most)
  const [first] = best
  if (first === undefined || best.length > 1) return null
  return most > 0 || (called.length === 1 && (isOnlyName || parts.length === 1)) ? first.image : null
}
