import { basename, extname, sep } from 'node:path'
import type { ListedFile } from '../images/list-files.ts'

/** Which of the photos that were given one that a file of labels names is. */
export type Found =
  | { readonly state: 'found'; readonly file: ListedFile; readonly score: number }
  | { readonly state: 'ambiguous' }
  | { readonly state: 'none' }

/** Better than any number of equal folders. */
export const exactScore = 1000

/** Where a file is, for whoever added it: within its archive, where it came in one. */
export const placeOfFile = ({ origin, path }: ListedFile): string => origin ?? path

/** The photos that were given, to be found by what others call them. */
export class PhotoIndex {
  readonly #byPlace = new Map<string, ListedFile>()
  readonly #byName = new Map<string, ListedFile[]>()
  /** By their names without an ending: some tables write them so. */
  readonly #byStem = new Map<string, ListedFile[]>()

  constructor(files: readonly ListedFile[]) {
    for (const file of files) this.add(file)
  }

  add(file: ListedFile): void {
    const place = placeOfFile(file)
    const name = folded(basename(place))
    this.#byPlace.set(place.normalize('NFC'), file)
    push(this.#byName, name, file)
    push(this.#byStem, name.slice(0, name.length - extname(name).length), file)
  }

  at(place: string): ListedFile | null {
    return this.#byPlace.get(place.normalize('NFC')) ?? null
  }

  /**
   * The photo whose last folders and name are those of `place` (with forward slashes), for as many as possible. Where the name alone is the same, it
   * is that photo if `isOnlyName`: then no other is meant by it.
   */
  find(place: string, isOnlyName: boolean): Found {
    const parts = folded(place).split('/')
    const name = parts.at(-1) ?? ''
    const called = this.#byName.get(name) ?? (extname(name) === '' ? this.#byStem.get(name) : undefined) ?? []
    let best: ListedFile[] = []
    let score = isOnlyName || parts.length === 1 ? 1 : 2
    for (const file of called) {
      const equal = 1 + equalFolders(parts, folded(placeOfFile(file).split(sep).join('/')).split('/'))
      if (equal > score) best = []
      if (equal >= score) {
        score = equal
        best.push(file)
      }
    }
    const [file] = best
    if (file === undefined) return { state: 'none' }
    return best.length === 1 ? { state: 'found', file, score } : { state: 'ambiguous' }
  }
}

/** How many folders above the name are the same, from the name upwards. */
export function equalFolders(one: readonly string[], other: readonly string[]): number {
  let equal = 0
  while (equal + 1 < Math.min(one.length, other.length) && one.at(-2 - equal) === other.at(-2 - equal)) equal += 1
  return equal
}

/** Names that look the same are the same, whatever the case. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase()

function push(map: Map<string, ListedFile[]>, key: string, file: ListedFile): void {
  const there = map.get(key)
  if (there === undefined) map.set(key, [file])
  else there.push(file)
}
