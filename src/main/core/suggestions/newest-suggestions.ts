import type { Database } from 'better-sqlite3'
import type { ImageFilter } from '../../contract/images.ts'
import { noClass, type SuggestedClasses } from '../../contract/worker/suggest-task.ts'

/** What photos look like, as it was judged last. The labels may be newer. */
export interface NewestSuggestions {
  /** Grows with every judgement of this process. */
  readonly version: number
  readonly classIds: readonly number[]
  /** Of the photos that were judged, in order of import. */
  readonly ids: Uint32Array
  /** One answer for each of `ids`. */
  readonly answers: SuggestedClasses
  /** How many photos looked like each of `classIds`: counted once, because the state is asked for again and again. */
  readonly photosOfClass: Uint32Array
  readonly labelledCount: number
  readonly madeAtMs: number
  readonly seconds: number
}

/** How often each of the first `classCount` numbers is in `best`; `noClass` counts for none. */
export function countByClass(best: Uint16Array, classCount: number): Uint32Array {
  const counts = new Uint32Array(classCount)
  for (const each of best) if (each < classCount) counts[each]! += 1
  return counts
}

/** Kept in memory alone, by project: it can be made again at any time. */
const newestOf = new WeakMap<Database, NewestSuggestions>()

export function newestSuggestions(db: Database): NewestSuggestions | null {
  return newestOf.get(db) ?? null
}

export function keepSuggestions(db: Database, suggestions: NewestSuggestions | null): void {
  if (suggestions === null) newestOf.delete(db)
  else newestOf.set(db, suggestions)
}

/** Ids of the photos that looked like a class, or that teach most; some may have a label by now. */
export function readSuggestedIds(db: Database, suggested: NonNullable<ImageFilter['suggested']>): Uint32Array {
  const newest = newestSuggestions(db)
  if (newest === null) return new Uint32Array(0)
  if (suggested === 'useful') return usefulIds(newest)
  const classIndex = newest.classIds.indexOf(suggested)
  if (classIndex === -1) return new Uint32Array(0)
  return newest.ids.filter((_, place) => newest.answers.best[place] === classIndex)
}

/** Ids of all photos with a suggestion, the surest first; of those that teach most, the one that teaches most first. */
export function readIdsBySuggestion(db: Database, suggested: ImageFilter['suggested']): Uint32Array {
  const newest = newestSuggestions(db)
  if (newest === null) return new Uint32Array(0)
  return suggested === 'useful' ? usefulIds(newest) : newest.answers.order.map((place) => newest.ids[place] ?? 0)
}

function usefulIds({ answers, ids }: NewestSuggestions): Uint32Array {
  return Uint32Array.from(answers.useful, ({ place }) => ids[place] ?? 0)
}

/** Where an image stands among those that were judged; null where it is not, or has no suggestion. */
export function placeOfImage({ ids, answers }: NewestSuggestions, imageId: number): number | null {
  let [low, high] = [0, ids.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const id = ids[middle] ?? 0
    if (id === imageId) return answers.best[middle] === noClass ? null : middle
    if (id < imageId) low = middle + 1
    else high = middle - 1
  }
  return null
}

/** The class that a photo looked like; null where it has no suggestion. */
export function suggestedClass(newest: NewestSuggestions, imageId: number): number | null {
  const place = placeOfImage(newest, imageId)
  return place === null ? null : (newest.classIds[newest.answers.best[place] ?? noClass] ?? null)
}
