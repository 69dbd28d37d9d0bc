import type { Database } from 'better-sqlite3'
import type { PhotoFlaw, TakenTime } from '../../contract/images.ts'
import type { PictureMeasure } from '../../contract/worker/image-tasks.ts'
import { prepared } from '../db/prepared.ts'

/**
 * What counts as a fault. How many photos are found that were made worse on purpose, and how many others are accused, is in
 * docs/benchmarks.md.
 */
export const flawLimits = {
  /** Networks look at squares of some 224 px: of a smaller photo each pixel becomes four and more. */
  tinyBelowPx: 112,
  /** In the square that networks look at, less than 40 % of such a photo is left. */
  longFromRatio: 2.5,
  /** Of untouched photos one in a hundred is beyond it, of those blurred by a hundredth of their short side nearly all. */
  blurredAbove: 0.54,
  /** Less than half of full light for 95 of 100 pixels: untouched photos of the day and of rooms hardly ever are. */
  darkBelow: 120,
  /** Untouched photos have white in their middle where the subject is white; nearly half of it blown out is rare. */
  brightAbove: 0.45,
} as const

const { tinyBelowPx, longFromRatio, blurredAbove, darkBelow, brightAbove } = flawLimits
/** Each answers the ids of the images that have the fault, from an index alone. */
const flawQueries: Readonly<Record<PhotoFlaw, string>> = {
  tiny: `SELECT id FROM image WHERE min(width_px, height_px) < ${tinyBelowPx}`,
  blurred: `SELECT image_id AS id FROM image_measure WHERE blur > ${blurredAbove}`,
  dark: `SELECT image_id AS id FROM image_measure WHERE highlight < ${darkBelow}`,
  bright: `SELECT image_id AS id FROM image_measure WHERE middle_white > ${brightAbove}`,
  long: `SELECT id FROM image WHERE max(width_px, height_px) >= ${longFromRatio} * min(width_px, height_px)`,
}

/** Also those in the trash and those that are fine. */
export function readIdsOfFlaw(db: Database, flaw: PhotoFlaw): Uint32Array {
  return Uint32Array.from(prepared<[], number>(db, flawQueries[flaw]).pluck().all())
}

export function readFineIds(db: Database): Uint32Array {
  return Uint32Array.from(prepared<[], number>(db, 'SELECT image_id FROM fine_image').pluck().all())
}

/** What is wrong with one image, whether or not somebody said that it is fine. */
export function readFlaws(db: Database, imageId: number): PhotoFlaw[] {
  const has = (flaw: PhotoFlaw): boolean =>
    prepared<[number]>(db, `SELECT 1 FROM (${flawQueries[flaw]}) WHERE id = ?`).get(imageId) !== undefined
  // The queries are named by the flaws.
  return (Object.keys(flawQueries) as PhotoFlaw[]).filter(has)
}

export function isFine(db: Database, imageId: number): boolean {
  return prepared<[number]>(db, 'SELECT 1 FROM fine_image WHERE image_id = ?').get(imageId) !== undefined
}

/** Answers whether anything changed. Inside `recordStep` only. */
export function setFine(db: Database, imageId: number, markedAtMs: number | null): boolean {
  if (markedAtMs === null) return prepared<[number]>(db, 'DELETE FROM fine_image WHERE image_id = ?').run(imageId).changes > 0
  const sql = 'INSERT INTO fine_image (image_id, marked_at_ms) VALUES (?, ?) ON CONFLICT (image_id) DO NOTHING'
  return prepared<[number, number]>(db, sql).run(imageId, markedAtMs).changes > 0
}

export function setMeasure(db: Database, imageId: number, { blur, highlight, middleWhite }: PictureMeasure): void {
  const sql = `INSERT INTO image_measure (image_id, blur, highlight, middle_white) VALUES (?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET blur = excluded.blur, highlight = excluded.highlight, middle_white = excluded.middle_white`
  prepared<[number, number, number, number]>(db, sql).run(imageId, blur, highlight, middleWhite)
}

const unmeasured = `id NOT IN (SELECT image_id FROM image_measure) AND id NOT IN (SELECT image_id FROM erased_image)`

export function countUnmeasured(db: Database): number {
  return prepared<[], number>(db, `SELECT COUNT(*) FROM image WHERE ${unmeasured}`).pluck().get()!
}

/** An image that is to be measured, with what is known of its original. */
export interface UnmeasuredImage {
  readonly id: number
  readonly hash: string
  readonly sourcePath: string
  readonly sizeBytes: number
}

/** Those with ids above `afterId`, at most `limit`, in order of import. */
export function readUnmeasured(db: Database, afterId: number, limit: number): UnmeasuredImage[] {
  const sql = `SELECT id, hash, source_path AS sourcePath, size_bytes AS sizeBytes FROM image
    WHERE id > ? AND ${unmeasured} ORDER BY id LIMIT ?`
  return prepared<[number, number], UnmeasuredImage>(db, sql).all(afterId, limit)
}

/** Keeps what a copy told, unless its image was deleted for good meanwhile. */
export function keepMeasured(db: Database, imageId: number, measure: PictureMeasure, taken: TakenTime | null): void {
  if (prepared<[number]>(db, 'SELECT 1 FROM erased_image WHERE image_id = ?').get(imageId) !== undefined) return
  setMeasure(db, imageId, measure)
  if (taken === null) return
  const sql = 'UPDATE image SET taken_at_ms = ?, taken_offset_minutes = ? WHERE id = ? AND taken_at_ms IS NULL'
  prepared<[number, number | null, number]>(db, sql).run(taken.atMs, taken.offsetMinutes, imageId)
}
