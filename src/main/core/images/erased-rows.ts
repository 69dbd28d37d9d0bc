import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'
import { forgetImages } from '../history/forget-images-rows.ts'
import { unrecorded } from '../history/history-rows.ts'
import { forgetInReports } from './import-rows.ts'

/** An image whose copies lie in the project, named by its hash. */
export interface StoredImage {
  readonly id: number
  readonly hash: string
}

export interface Erasable {
  readonly images: readonly StoredImage[]
  /** Images that a run or a job which waits, works or rests still needs. */
  readonly kept: number
}

/** Those of `hashes` that are in the trash; all of the trash where it is null. `inUse`: ids of images that jobs need. */
export function readErasable(db: Database, hashes: readonly string[] | null, inUse: ReadonlySet<number>): Erasable {
  const needed = `SELECT image_id FROM split_member WHERE split_id IN (SELECT split_id FROM run WHERE state IN ('queued', 'running'))`
  const sql = `WITH needed AS MATERIALIZED (${needed})
    SELECT id, hash, id IN needed AS isNeeded FROM image
    WHERE trashed_at_ms IS NOT NULL AND id NOT IN (SELECT image_id FROM erased_image)
      AND (:hashes IS NULL OR hash IN (SELECT value FROM json_each(:hashes))) ORDER BY id`
  const rows = prepared<[{ hashes: string | null }], StoredImage & { isNeeded: 0 | 1 }>(db, sql).all({
    hashes: hashes === null ? null : JSON.stringify(hashes),
  })
  const images = rows.filter(({ id, isNeeded }) => isNeeded === 0 && !inUse.has(id)).map(({ id, hash }) => ({ id, hash }))
  return { images, kept: rows.length - images.length }
}

/**
 * Empties the rows of images in the trash. Gone are their labels, notes and what else was decided about them, what undo knows of them, what was measured,
 * compared and doubted, their places in groups and among photos that were chosen, where they came from and what they look like. Their files count as left
 * over from then on.
 *
 * What stays, and why: the row with the hash of the file, so that a watched folder does not bring the photo back and the same one added again is known;
 * its size; and where a split holds the image, its name, its class there and what runs answered, because old results are never changed. A saved view
 * keeps the hash of a photo that it compares with, and says that this is gone. In one transaction.
 */
export function eraseImages(db: Database, imageIds: readonly number[], erasedAtMs: number): void {
  const ids = JSON.stringify(imageIds)
  db.transaction(() => {
    forgetImages(db, imageIds)
    leaveGroups(db, ids)
    const about = `SELECT hash, name FROM image WHERE id IN (SELECT value FROM json_each(?))`
    forgetInReports(db, prepared<[string], { hash: string; name: string }>(db, about).all(ids))
    const anonymous = `UPDATE image SET name = '', folded_name = '', name_order = ''
      WHERE id IN (SELECT value FROM json_each(:ids) EXCEPT SELECT image_id FROM split_member)`
    prepared<[{ ids: string }]>(db, anonymous).run({ ids })
    unrecorded(db, () =>
      prepared<[string]>(
        db,
        `UPDATE image SET source_path = '', note = '', perceptual_hash = '0000000000000000', pixel_hash = NULL, taken_at_ms = NULL,
           taken_offset_minutes = NULL
         WHERE id IN (SELECT value FROM json_each(?))`,
      ).run(ids),
    )
    for (const sql of removals) prepared<[{ ids: string }]>(db, sql).run({ ids })
    const mark = 'INSERT INTO erased_image (image_id, erased_at_ms, has_files) SELECT value, ?, 1 FROM json_each(?)'
    prepared<[number, string]>(db, mark).run(erasedAtMs, ids)
  }).immediate()
}

const wanted = 'WITH wanted AS MATERIALIZED (SELECT value FROM json_each(:ids))'
const removals = [
  `${wanted} DELETE FROM image_measure WHERE image_id IN wanted`,
  `${wanted} DELETE FROM likeness WHERE image_id IN wanted OR other_id IN wanted`,
  `${wanted} DELETE FROM label_doubt WHERE image_id IN wanted`,
  `${wanted} UPDATE chosen_images SET image_ids = (SELECT json_group_array(chosen.value) FROM json_each(image_ids) AS chosen WHERE chosen.value NOT IN wanted)
   WHERE EXISTS (SELECT 1 FROM json_each(image_ids) AS chosen WHERE chosen.value IN wanted)`,
  `DELETE FROM chosen_images WHERE json_array_length(image_ids) = 0 AND :ids IS NOT NULL`,
] as const

/** A group of one is none. */
function leaveGroups(db: Database, ids: string): void {
  const sql = `SELECT DISTINCT group_id FROM image WHERE group_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))`
  const groups = JSON.stringify(prepared<[string], number>(db, sql).pluck().all(ids))
  prepared<[string]>(db, 'UPDATE image SET group_id = NULL WHERE id IN (SELECT value FROM json_each(?))').run(ids)
  const lonely = `SELECT group_id FROM image WHERE group_id IN (SELECT value FROM json_each(?)) GROUP BY group_id HAVING COUNT(*) = 1`
  prepared<[string]>(db, `UPDATE image SET group_id = NULL WHERE group_id IN (${lonely})`).run(groups)
}

export function readErasedIds(db: Database): Uint32Array {
  return Uint32Array.from(prepared<[], number>(db, 'SELECT image_id FROM erased_image').pluck().all())
}

export function readErasedHashes(db: Database): Set<string> {
  const sql = 'SELECT hash FROM erased_image JOIN image ON image.id = erased_image.image_id'
  return new Set(prepared<[], string>(db, sql).pluck().all())
}

/** Those of `hashes` that were not deleted for good, in their order. */
export function withoutErased(db: Database, hashes: readonly string[]): readonly string[] {
  const sql = `SELECT hash FROM image WHERE hash IN (SELECT value FROM json_each(?)) AND id IN (SELECT image_id FROM erased_image)`
  const erased = new Set(prepared<[string], string>(db, sql).pluck().all(JSON.stringify(hashes)))
  return erased.size === 0 ? hashes : hashes.filter((hash) => !erased.has(hash))
}

export function isErased(db: Database, imageId: number): boolean {
  return prepared<[number]>(db, 'SELECT 1 FROM erased_image WHERE image_id = ?').get(imageId) !== undefined
}

/** Erased images whose files may still be there and whose ids are above `afterId`, at most `limit`, in order of import. */
export function readErasedWithFiles(db: Database, afterId: number, limit: number): StoredImage[] {
  const sql = `SELECT id, hash FROM erased_image JOIN image ON image.id = erased_image.image_id
    WHERE has_files = 1 AND image_id > ? ORDER BY image_id LIMIT ?`
  return prepared<[number, number], StoredImage>(db, sql).all(afterId, limit)
}

export function countErasedWithFiles(db: Database): number {
  return prepared<[], number>(db, 'SELECT COUNT(*) FROM erased_image WHERE has_files = 1').pluck().get()!
}

export function markFilesDeleted(db: Database, images: readonly StoredImage[]): void {
  const sql = 'UPDATE erased_image SET has_files = 0 WHERE image_id IN (SELECT value FROM json_each(?))'
  prepared<[string]>(db, sql).run(JSON.stringify(images.map(({ id }) => id)))
}
