import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

export interface PhotoRow {
  readonly id: number
  readonly hash: string
  readonly classId: number | null
  /** Of images that look nearly the same, as their import has compared them. */
  readonly groupId: number | null
}

/** Photos outside of the trash with ids above `after`, in order of import, at most `limit`. */
export function readPhotosAfter(db: Database, after: number, limit: number): PhotoRow[] {
  const sql = `SELECT image.id, hash, class_id AS classId, group_id AS groupId FROM image LEFT JOIN label ON label.image_id = image.id
    WHERE image.id > ? AND trashed_at_ms IS NULL ORDER BY image.id LIMIT ?`
  return prepared<[number, number], PhotoRow>(db, sql).all(after, limit)
}

/** How many photos have a label, the trash included. */
export function countLabels(db: Database): number {
  return prepared<[], number>(db, 'SELECT COUNT(*) FROM label').pluck().get()!
}

/** Of one image, by its id; null where it has none. */
export function findClassId(db: Database, imageId: number): number | null {
  return prepared<[number], number>(db, 'SELECT class_id FROM label WHERE image_id = ?').pluck().get(imageId) ?? null
}
