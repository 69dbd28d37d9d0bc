import { readdir } from 'node:fs/promises'
import { basename, dirname, resolve, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { SkippedFile } from '../../contract/images.ts'
import type { ListedFile } from '../images/list-files.ts'
import type { LabelFile, NamedPhoto } from './label-file.ts'
import { exactScore, folded, PhotoIndex } from './photo-index.ts'

/** A file of labels that was given, or found in what was given. */
export interface FoundLabelFile {
  /** Where it is; in its archive, where it came in one. */
  readonly place: string
  /** Given by itself and on the disk: its photos need not be given, they lie beside it. */
  readonly isAlone: boolean
  readonly labels: LabelFile
}

export interface Matched {
  /** Classes by photo; no class where the file says so. */
  readonly classes: ReadonlyMap<ListedFile, readonly string[]>
  /** Photos that were not given and lie beside a file of labels; they are keys of `classes` as well. */
  readonly added: readonly ListedFile[]
  /** Named by a file, and not among what was given. */
  readonly missing: readonly MissingPhoto[]
}

export interface MissingPhoto {
  readonly photo: NamedPhoto
  readonly labelFile: FoundLabelFile
  readonly reason: Extract<SkippedFile['reason'], 'not-found' | 'outside' | 'ambiguous'>
  /** No other photo of this file of labels has its name. */
  readonly isOnlyName: boolean
}

/** Photos that are looked for before other work gets a turn; a few hundredths of a second. */
export const lookedForAtOnce = 2000

/** Where the photos of a file lie, below its own folder: COCO's are often in `images`, those of some programs in `data`. */
const below = ['', 'images', 'data']

/** Finds the photos that files of labels name: at their place, beside the file on the disk, or by their last folders and name. */
export async function matchPhotos(labelFiles: readonly FoundLabelFile[], given: readonly ListedFile[]): Promise<Matched> {
  const index = new PhotoIndex(given)
  const disk = new Folders()
  const added: ListedFile[] = []
  const claims = new Claims()
  const missing: MissingPhoto[] = []
  for (const labelFile of labelFiles) {
    const names = countNames(labelFile.labels.photos)
    for (const [number, photo] of labelFile.labels.photos.entries()) {
      if (number % lookedForAtOnce === 0) await turn()
      const isOnlyName = photo.places.every((place) => names.get(nameOf(place)) === 1)
      const exact = exactly(labelFile, photo, index) ?? (labelFile.isAlone ? await beside(labelFile, photo, disk) : null)
      if (exact !== null) {
        if (index.at(exact.path) === null && exact.origin === undefined) {
          index.add(exact)
          added.push(exact)
        }
        claims.add(exact, exactScore, { photo, labelFile, isOnlyName })
        continue
      }
      const found = photo.places.map((place) => index.find(place, isOnlyName)).find(({ state }) => state !== 'none')
      if (found?.state === 'found') claims.add(found.file, found.score, { photo, labelFile, isOnlyName })
      else missing.push({ photo, labelFile, isOnlyName, reason: found?.state === 'ambiguous' ? 'ambiguous' : reasonOf(labelFile, photo) })
    }
  }
  const { classes, lost } = claims.settle()
  return { classes, added, missing: [...missing, ...lost.map((claim) => ({ ...claim, reason: 'not-found' as const }))] }
}

function exactly({ place: labelPlace }: FoundLabelFile, { places }: NamedPhoto, index: PhotoIndex): ListedFile | null {
  const folder = dirname(labelPlace)
  for (const place of places)
    for (const part of below) {
      const file = index.at(resolve(folder, part, place))
      if (file !== null) return file
    }
  return null
}

/** A photo on the disk that was not given, inside of the folder of its file of labels. */
async function beside({ place: labelPlace }: FoundLabelFile, { places }: NamedPhoto, disk: Folders): Promise<ListedFile | null> {
  const folder = dirname(labelPlace)
  for (const place of places)
    for (const part of below) {
      const path = resolve(folder, part, place)
      if (isInside(folder, path) && (await disk.has(path))) return { path, folderLabel: null }
    }
  return null
}

function reasonOf({ place: labelPlace }: FoundLabelFile, { places }: NamedPhoto): 'not-found' | 'outside' {
  const folder = dirname(labelPlace)
  return places.length > 0 && places.every((place) => !isInside(folder, resolve(folder, place))) ? 'outside' : 'not-found'
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

const nameOf = (place: string): string => folded(place.split('/').at(-1) ?? '')

function countNames(photos: readonly NamedPhoto[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { places } of photos) for (const name of new Set(places.map(nameOf))) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** What lies in folders, each read once. */
class Folders {
  readonly #names = new Map<string, Promise<ReadonlySet<string>>>()

  async has(path: string): Promise<boolean> {
    const folder = dirname(path)
    let names = this.#names.get(folder)
    if (names === undefined) this.#names.set(folder, (names = filesIn(folder)))
    return (await names).has(basename(path))
  }
}

async function filesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return new Set(entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name))
  } catch (error) {
    // A folder that is not there, or that cannot be read, has nothing in it.
    if (error instanceof Error && 'code' in error) return new Set()
    throw error
  }
}

interface Claim {
  readonly photo: NamedPhoto
  readonly labelFile: FoundLabelFile
  readonly isOnlyName: boolean
}

/** Which named photos were found in which file. One that only has the same name gives way to one at the very place. */
class Claims {
  readonly #of = new Map<ListedFile, { score: number; claims: Claim[] }>()
  readonly #lost: Claim[] = []

  add(file: ListedFile, score: number, claim: Claim): void {
    const there = this.#of.get(file)
    if (there === undefined) this.#of.set(file, { score, claims: [claim] })
    else if (score === there.score || claim.labelFile !== there.claims[0]?.labelFile) there.claims.push(claim)
    else if (score < there.score) this.#lost.push(claim)
    else {
      this.#lost.push(...there.claims)
      this.#of.set(file, { score, claims: [claim] })
    }
  }

  settle(): { readonly classes: ReadonlyMap<ListedFile, readonly string[]>; readonly lost: readonly Claim[] } {
    const classes = new Map<ListedFile, readonly string[]>()
    for (const [file, { claims }] of this.#of) classes.set(file, [...new Set(claims.flatMap(({ photo }) => photo.classes))])
    return { classes, lost: this.#lost }
  }
}

/** For sentences: the name of the file of labels. */
export const labelFileName = ({ place }: FoundLabelFile): string => basename(place)
