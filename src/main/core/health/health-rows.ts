import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

/** Images of one class within a group of images that look nearly the same. */
export interface GroupedCount {
  readonly groupId: number
  readonly classId: number
  readonly images: number
}

/** Labelled images outside the trash that are in a group, counted by group and class. */
export function countGroupedLabels(db: Database): GroupedCount[] {
  const sql = `SELECT image.group_id AS groupId, label.class_id AS classId, COUNT(*) AS images
    FROM image JOIN label ON label.image_id = image.id
    WHERE image.group_id IS NOT NULL AND image.trashed_at_ms IS NULL GROUP BY image.group_id, label.class_id`
  return prepared<[], GroupedCount>(db, sql).all()
}
