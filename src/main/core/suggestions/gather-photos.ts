import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import { labelsToSuggest } from '../../contract/suggestions.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { readPhotosAfter, type PhotoRow } from './photo-rows.ts'

/** What the worker is asked to learn from, and about which photos. */
export interface GatheredPhotos {
  /** Classes that have enough photos, in the order of the list; an index into them stands for each. */
  readonly classIds: readonly number[]
  readonly labelled: readonly (Pick<PhotoRow, 'hash' | 'groupId'> & { readonly classIndex: number })[]
  /** Labelled photos of these classes, also those that are left out of `labelled`. */
  readonly labelledCount: number
  /** Of the photos without a label, in order of import; and their hashes, 32 bytes each. */
  readonly ids: Uint32Array
  readonly hashes: Uint8Array
}

/** Read at once: a few milliseconds, after which whatever waits has its turn. */
const photosAtOnce = 1000
/** More labelled photos than this make the head hardly better, and take the worker seconds. */
const learnedAtMost = 2000
const hashBytes = 32

/**
 * Everything that suggestions are made from, read in small pieces so that no key press waits for it. Null where fewer than two classes have enough photos.
 * Throws the signal's reason when cancelled.
 */
export async function gatherPhotos(db: Database, signal: AbortSignal): Promise<GatheredPhotos | null> {
  const byClass = new Map<number, Pick<PhotoRow, 'hash' | 'groupId'>[]>(readClassNames(db).map(({ id }) => [id, []]))
  let ids = new Uint32Array(photosAtOnce)
  let hashes = Buffer.alloc(photosAtOnce * hashBytes)
  let count = 0
  for (let last = 0; ;) {
    const rows = readPhotosAfter(db, last, photosAtOnce)
    for (const { id, hash, classId, groupId } of rows) {
      last = id
      if (classId !== null) {
        byClass.get(classId)?.push({ hash, groupId })
        continue
      }
      if (count === ids.length) {
        ids = grown(ids, new Uint32Array(2 * count))
        hashes = grown(hashes, Buffer.alloc(2 * count * hashBytes))
      }
      ids[count] = id
      hashes.write(hash, count * hashBytes, 'hex')
      count++
    }
    if (rows.length < photosAtOnce) break
    await turn()
    // Also when the project was closed meanwhile.
    signal.throwIfAborted()
  }
  const classes = [...byClass].filter(([, own]) => own.length >= labelsToSuggest)
  if (classes.length < 2) return null
  const perClass = Math.ceil(learnedAtMost / classes.length)
  return {
    classIds: classes.map(([id]) => id),
    labelled: classes.flatMap(([, own], classIndex) => someOf(own, perClass).map((photo) => ({ ...photo, classIndex }))),
    labelledCount: classes.reduce((sum, [, own]) => sum + own.length, 0),
    ids: ids.slice(0, count),
    hashes: hashes.subarray(0, count * hashBytes),
  }
}

function grown<T extends Uint8Array>(from: T, to: T): T
function grown<T extends Uint32Array>(from: T, to: T): T
function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** At most `count` of `values`, spread evenly. */
function someOf<T>(values: readonly T[], count: number): readonly T[] {
  if (values.length <= count) return values
  return values.filter((_, at) => Math.floor((at * count) / values.length) !== Math.floor(((at - 1) * count) / values.length))
}
