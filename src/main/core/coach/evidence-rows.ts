import type { Database } from 'better-sqlite3'
import type { Part } from '../../contract/ids.ts'
import { prepared } from '../db/prepared.ts'

/** Images of each class and part of a split; none: no row. */
export function countMembers(db: Database, splitId: number): { readonly classId: number; readonly part: Part; readonly images: number }[] {
  const sql = 'SELECT class_id AS classId, part, COUNT(*) AS images FROM split_member WHERE split_id = ? GROUP BY class_id, part'
  return prepared<[number], { classId: number; part: Part; images: number }>(db, sql).all(splitId)
}

/** The part of each of these images that the split has. */
export function readPartsOf(db: Database, splitId: number, imageIds: readonly number[]): Map<number, Part> {
  const sql = 'SELECT image_id AS imageId, part FROM json_each(?) AS wanted JOIN split_member ON image_id = wanted.value WHERE split_id = ?'
  const rows = prepared<[string, number], { imageId: number; part: Part }>(db, sql).all(JSON.stringify(imageIds), splitId)
  return new Map(rows.map(({ imageId, part }) => [imageId, part]))
}
