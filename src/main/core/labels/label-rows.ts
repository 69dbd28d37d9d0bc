import type { Database } from 'better-sqlite3'
import type { LabelSource } from '../../contract/images.ts'
import { prepared } from '../db/prepared.ts'

/** Null for a hash that the project does not know, or not any more. Images in the trash count. */
export function findImageId(db: Database, hash: string): number | null {
  const sql = 'SELECT id FROM image WHERE hash = ? AND id NOT IN (SELECT image_id FROM erased_image)'
  return prepared<[string], { id: number }>(db, sql).get(hash)?.id ?? null
}

/** Answers whether anything changed: a label of the same class stays as it is, unless it was only suggested. */
export function setLabel(db: Database, imageId: number, classId: number, source: LabelSource, atMs: number): boolean {
  const sql = `INSERT INTO label (image_id, class_id, source, set_at_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET class_id = excluded.class_id, source = excluded.source, set_at_ms = excluded.set_at_ms
    WHERE label.class_id <> excluded.class_id OR (label.source = 'suggestion' AND excluded.source <> 'suggestion')`
  return prepared<[number, number, LabelSource, number]>(db, sql).run(imageId, classId, source, atMs).changes > 0
}

/** The class of an image; null where it has none. */
export function findLabelClass(db: Database, imageId: number): number | null {
  const sql = 'SELECT class_id AS classId FROM label WHERE image_id = ?'
  return prepared<[number], { classId: number }>(db, sql).get(imageId)?.classId ?? null
}

/** The name of an image's class; null where it has none. */
export function findLabelName(db: Database, imageId: number): string | null {
  const sql = 'SELECT class.name FROM label JOIN class ON class.id = label.class_id WHERE label.image_id = ?'
  return prepared<[number], { name: string }>(db, sql).get(imageId)?.name ?? null
}

/** The class of each image, in the order of `hashes`; null where it has none, and for a hash that the project does not know. */
export function readLabelClasses(db: Database, hashes: readonly string[]): (number | null)[] {
  const sql = `SELECT label.class_id FROM json_each(?) AS wanted LEFT JOIN image ON image.hash = wanted.value
    LEFT JOIN label ON label.image_id = image.id ORDER BY wanted.key`
  return prepared<[string], number | null>(db, sql).pluck().all(JSON.stringify(hashes))
}

export function deleteLabel(db: Database, imageId: number): boolean {
  return prepared<[number]>(db, 'DELETE FROM label WHERE image_id = ?').run(imageId).changes > 0
}

/** Answers how many labels moved. */
export function moveLabels(db: Database, from: number, into: number, atMs: number): number {
  const sql = 'UPDATE label SET class_id = ?, set_at_ms = ? WHERE class_id = ?'
  return prepared<[number, number, number]>(db, sql).run(into, atMs, from).changes
}

/** Answers how many labels went. */
export function deleteLabels(db: Database, classId: number): number {
  return prepared<[number]>(db, 'DELETE FROM label WHERE class_id = ?').run(classId).changes
}
