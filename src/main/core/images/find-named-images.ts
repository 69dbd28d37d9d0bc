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
  const named = new NamedImages(db)
  for (const [number, each] of missing.entries()) {
    if (number % lookedForAtOnce === 0) await turn()
    const image = each.photo.places.map((place) => named.find(place, each.isOnlyName)).find((one) => one !== null)
    if (image === undefined) left.push(each)
    else found.push({ image, missing: each })
  }
  return { found, missing: left }
}

interface PlacedImage {
  readonly image: NamedImage
  /** Its folders and its name, from the root on. */
  readonly parts: readonly string[]
}

/** Images of one name whose last folders are the same. */
interface Branch {
  readonly images: readonly PlacedImage[]
  /** By the folder above those; made when it is first asked for. */
  above: ReadonlyMap<string | undefined, Branch> | null
}

/** Images by their names and the folders above: a hundred thousand that are called the same are read once, and parted folder by folder. */
class NamedImages {
  readonly #db: Database
  readonly #called = new Map<string, Branch>()

  constructor(db: Database) {
    this.#db = db
  }

  find(place: string, isOnlyName: boolean): NamedImage | null {
    const parts = folded(place).split('/')
    let branch = this.#branch(place.split('/').at(-1) ?? '')
    let equal = 0
    while (branch.images.length > 1 && equal + 1 < parts.length) {
      const next = foldersAbove(branch, equal).get(parts.at(-2 - equal))
      if (next === undefined) break
      branch = next
      equal += 1
    }
    const [only, another] = branch.images
    if (only === undefined || another !== undefined) return null
    const isThere = equal > 0 || equalFolders(parts, only.parts) > 0 || isOnlyName || parts.length === 1
    return isThere ? only.image : null
  }

  #branch(name: string): Branch {
    const there = this.#called.get(name)
    if (there !== undefined) return there
    const images = findImagesNamed(this.#db, name).map((image) => ({ image, parts: folded(image.sourcePath).split(/[\\/]/) }))
    const branch = { images, above: null }
    this.#called.set(name, branch)
    return branch
  }
}

function foldersAbove(branch: Branch, equal: number): ReadonlyMap<string | undefined, Branch> {
  if (branch.above === null) {
    const groups = Map.groupBy(branch.images, ({ parts }) => parts.at(-2 - equal))
    branch.above = new Map([...groups].map(([folder, images]) => [folder, { images, above: null }]))
  }
  return branch.above
}
