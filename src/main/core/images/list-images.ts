import type { Database } from 'better-sqlite3'
import type { Image, ImageFilter, ImageOrder } from '../../contract/images.ts'
import { readFineIds, readIdsOfFlaw } from '../health/measure-rows.ts'
import { readRun } from '../training/run-rows.ts'
import { readIdsOfChosen } from './chosen-rows.ts'
import { newestSuggestions, readIdsBySuggestion, readSuggestedIds } from '../suggestions/newest-suggestions.ts'
import { readErasedIds } from './erased-rows.ts'
import {
  newestImageId,
  readChangeCount,
  readIdsByLabel,
  readIdsByOrigin,
  readIdsOfClass,
  readIdsOfText,
  readNotedIds,
  readIdsOfPart,
  readIdsOfShortSide,
  readLabelledIds,
  readTrashedIds,
} from './image-list-rows.ts'
import { readHashesById, readImagesById } from './image-rows.ts'

/** A page scrolls through one list while another one (the trash, a class) is counted beside it. */
const listsKept = 4

/** Ids of images in an order, as they were when the database had changed so often. */
interface Kept {
  readonly changes: string
  /** What a comparison put in order; null where that was not asked for. */
  readonly ranked: Uint32Array | null
  readonly ids: Uint32Array
}

/** What is remembered of a database between two pages, so that scrolling sorts and filters nothing again. */
class ImageLists {
  readonly #db: Database
  /** Orders of all images by what never changes of one: good until an image is added. */
  readonly #orders = new Map<string, { readonly newestId: number; readonly ids: Uint32Array }>()
  /** Whole lists, the one used last at the end: good until anything changes. */
  readonly #lists = new Map<string, Kept>()

  constructor(db: Database) {
    this.#db = db
  }

  /** For an image that has come back under another name: its id is an old one. */
  forgetOrders(): void {
    this.#orders.clear()
  }

  /** Ids of all that match, in order. */
  ids(filter: ImageFilter, order: ImageOrder, ranked: Uint32Array | null): Uint32Array {
    const usesSuggestions = filter.suggested !== undefined || order.by === 'suggestion'
    const key = JSON.stringify([filter, order, usesSuggestions ? newestSuggestions(this.#db)?.version : 0])
    const changes = readChangeCount(this.#db)
    const kept = this.#lists.get(key)
    this.#lists.delete(key)
    const isKept = kept?.changes === changes && kept.ranked === ranked
    const ids = isKept ? kept.ids : pick(this.#db, filter, ranked ?? this.#allInOrder(order, filter.suggested))
    // What a transaction has changed may be taken back.
    if (!this.#db.inTransaction) this.#lists.set(key, { changes, ranked, ids })
    for (const oldest of this.#lists.keys()) if (this.#lists.size > listsKept) this.#lists.delete(oldest)
    return ids
  }

  #allInOrder({ by, descending }: ImageOrder, suggested: ImageFilter['suggested']): Uint32Array {
    const imported = (): Uint32Array => this.#byOrigin({ by: 'imported', descending: false })
    switch (by) {
      case 'class':
      case 'labelled':
        return withoutValueLast(readIdsByLabel(this.#db, { by, descending }), imported())
      case 'suggestion': {
        const ids = readIdsBySuggestion(this.#db, suggested)
        return withoutValueLast(descending ? ids : ids.toReversed(), imported())
      }
      case 'imported':
      case 'name':
      case 'size':
        return this.#byOrigin({ by, descending })
      default:
        return by satisfies never
    }
  }

  #byOrigin(order: ImageOrder & { readonly by: 'imported' | 'name' | 'size' }): Uint32Array {
    const key = `${order.by} ${String(order.descending)}`
    const newestId = newestImageId(this.#db)
    const kept = this.#orders.get(key)
    if (kept?.newestId === newestId) return kept.ids
    const ids = readIdsByOrigin(this.#db, order)
    if (!this.#db.inTransaction) this.#orders.set(key, { newestId, ids })
    return ids
  }
}

/** The images of `all` that are not in `sorted` come behind it. */
function withoutValueLast(sorted: Uint32Array, all: Uint32Array): Uint32Array {
  const isSorted = new Uint8Array(largest(all) + 1)
  for (const id of sorted) isSorted[id] = 1
  const ids = new Uint32Array(all.length)
  ids.set(sorted)
  let at = sorted.length
  for (const id of all) if (isSorted[id] === 0) ids[at++] = id
  return ids
}

/** Those of `ordered` that match the filter, in their order. Throws `RUN_NOT_FOUND`. */
function pick(db: Database, filter: ImageFilter, ordered: Uint32Array): Uint32Array {
  const { wanted, unwanted } = setsOf(db, filter)
  const isUnwanted = 255
  const marks = new Uint8Array(largest(ordered) + 1)
  for (const set of wanted) for (const id of set) marks[id]! += 1
  for (const set of unwanted) for (const id of set) marks[id] = isUnwanted
  return ordered.filter((id) => marks[id] === wanted.length)
}

/** The sets of images that a filter asks for, and those that it leaves out. */
function setsOf(db: Database, filter: ImageFilter): { wanted: Uint32Array[]; unwanted: Uint32Array[] } {
  const wanted: Uint32Array[] = []
  const unwanted: Uint32Array[] = [readErasedIds(db)]
  ;(filter.trashed ? wanted : unwanted).push(readTrashedIds(db))
  if (filter.class === 'unlabelled') unwanted.push(readLabelledIds(db))
  else if (filter.class !== undefined) wanted.push(readIdsOfClass(db, filter.class))
  if (filter.suggested !== undefined) {
    wanted.push(readSuggestedIds(db, filter.suggested))
    unwanted.push(readLabelledIds(db))
  }
  if (filter.name !== undefined && filter.name !== '') wanted.push(readIdsOfText(db, filter.name))
  if (filter.noted === true) wanted.push(readNotedIds(db))
  if (filter.flaw !== undefined) {
    wanted.push(readIdsOfFlaw(db, filter.flaw))
    unwanted.push(readFineIds(db))
  }
  if (filter.part !== undefined) wanted.push(readIdsOfPart(db, readRun(db, filter.part.run).splitId, filter.part.part))
  if (filter.chosen !== undefined) wanted.push(readIdsOfChosen(db, filter.chosen))
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = filter.shortSidePx ?? {}
  if (filter.shortSidePx !== undefined) wanted.push(readIdsOfShortSide(db, { min, max }))
  return { wanted, unwanted }
}

function largest(ids: Uint32Array): number {
  let found = 0
  for (const id of ids) if (id > found) found = id
  return found
}

const listsOf = new WeakMap<Database, ImageLists>()

interface Page {
  readonly filter: ImageFilter
  readonly order: ImageOrder
  readonly offset: number
  readonly limit: number
  /** Ids of the images that `filter.similarTo` asks for, in their order. */
  readonly ranked?: Uint32Array | null
}

/** Images in order, from `offset` on, at most `limit`, with the number of all that match. Throws `RUN_NOT_FOUND` for a part of no run. */
export function listImages(db: Database, { offset, limit, ...page }: Page): { total: number; images: Image[] } {
  const ids = idsInOrder(db, page)
  return { total: ids.length, images: readImagesById(db, ids.subarray(offset, offset + limit)) }
}

/** The same images by their hashes alone. Throws as `listImages` does. */
export function listHashes(db: Database, { offset, limit, ...page }: Page): string[] {
  return readHashesById(db, idsInOrder(db, page).subarray(offset, offset + limit))
}

/** To be called when an image that was deleted for good was imported again. */
export function forgetOrders(db: Database): void {
  listsOf.get(db)?.forgetOrders()
}

function idsInOrder(db: Database, { filter, order, ranked = null }: Omit<Page, 'offset' | 'limit'>): Uint32Array {
  let lists = listsOf.get(db)
  if (lists === undefined) listsOf.set(db, (lists = new ImageLists(db)))
  return lists.ids(filter, order, ranked)
}
