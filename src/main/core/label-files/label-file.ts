import type { LabelFileKind } from '../../contract/images.ts'

/** What a file says of one photo. */
export interface NamedPhoto {
  /** As the file writes it, for people. */
  readonly file: string
  /** Where the photo may lie, most likely first: relative to the file or absolute, with forward slashes, as written. None: nowhere that can be looked at. */
  readonly places: readonly string[]
  /** Without doubles, the strongest first: of the largest box, or that most people chose. None: the photo has no class. */
  readonly classes: readonly string[]
}

/** What a file says of photos, in its own order. */
export interface LabelFile {
  readonly kind: LabelFileKind
  readonly photos: readonly NamedPhoto[]
  /** Rows or entries that say nothing of a photo, for the report: `line 12`, and why. */
  readonly problems: readonly { readonly where: string; readonly why: string }[]
  /** Where the file has several columns or questions that could name classes: the one that is taken. */
  readonly taken: string | null
}

/** Files of more entries than this are not read: the page would wait for them too long. */
export const mostEntries = 2_000_000
/** Reading a larger one would hold up everything else for seconds. */
export const mostFileBytes = 128 * 1024 ** 2
/** Cells of a table, and lists, objects and keys of JSON: a file of `mostFileBytes` that is made of nothing else would fill the memory. */
export const mostPieces = 12_000_000
/** Longer names are no names. */
export const longestText = 4096

/** Whether a text looks like the name of a photo. */
export function looksLikePhoto(text: string): boolean {
  return /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|bmp|hei[cf])$/i.test(text.trim())
}

/** Adds up what is said of each photo: a file may name one several times. Classes keep their order, and photos that of their first mention. */
export class NamedPhotos {
  readonly #of = new Map<string, { file: string; places: readonly string[]; classes: string[] }>()

  add(file: string, places: readonly string[], classes: readonly string[]): void {
    const there = this.#of.get(file)
    if (there === undefined) {
      this.#of.set(file, { file, places, classes: [...new Set(classes)] })
      return
    }
    for (const name of classes) if (!there.classes.includes(name)) there.classes.push(name)
  }

  list(): readonly NamedPhoto[] {
    return [...this.#of.values()]
  }
}
