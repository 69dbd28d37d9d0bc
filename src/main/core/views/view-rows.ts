import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

export interface ViewRow {
  readonly name: string
  /** JSON of an `ImageFilter`. */
  readonly filter: string
  /** JSON of an `ImageOrder`. */
  readonly order: string
}

export interface StoredView extends ViewRow {
  readonly id: number
  /** The filter names a class, or a run, that is no longer there. */
  readonly lacksClass: 0 | 1
  readonly lacksRun: 0 | 1
  /** It names a photo, or photos that were chosen, which were deleted for good. */
  readonly lacksPhoto: 0 | 1
  readonly lacksChoice: 0 | 1
}

const stored = `SELECT id, name, filter, image_order AS "order",
    (json_type(filter, '$.class') IS 'integer' AND filter ->> '$.class' NOT IN (SELECT id FROM class WHERE deleted_at_ms IS NULL))
      OR (json_type(filter, '$.suggested') IS 'integer' AND filter ->> '$.suggested' NOT IN (SELECT id FROM class WHERE deleted_at_ms IS NULL))
      AS lacksClass,
    json_type(filter, '$.part.run') = 'text' AND filter ->> '$.part.run' NOT IN (SELECT id FROM run)
      AND filter ->> '$.part.run' <> 'latest' AS lacksRun,
    json_type(filter, '$.similarTo') = 'text' AND NOT EXISTS (SELECT 1 FROM image
      WHERE hash = filter ->> '$.similarTo' AND id NOT IN (SELECT image_id FROM erased_image)) AS lacksPhoto,
    json_type(filter, '$.chosen') = 'text' AND filter ->> '$.chosen' NOT IN (SELECT name FROM chosen_images) AS lacksChoice
  FROM saved_view`

/** In the order in which they were saved. */
export function readViews(db: Database): StoredView[] {
  return prepared<[], StoredView>(db, `${stored} ORDER BY position, id`).all()
}

export function findView(db: Database, id: number): StoredView | null {
  return prepared<[number], StoredView>(db, `${stored} WHERE id = ?`).get(id) ?? null
}

/** The view of this name, whatever the case of its letters. */
export function findViewNamed(db: Database, name: string): number | null {
  return prepared<[string], number>(db, 'SELECT id FROM saved_view WHERE name = ?').pluck().get(name) ?? null
}

export function insertView(db: Database, view: ViewRow): number {
  const sql = `INSERT INTO saved_view (name, filter, image_order, position)
    VALUES (@name, @filter, @order, (SELECT COALESCE(MAX(position) + 1, 0) FROM saved_view))`
  return Number(prepared<[ViewRow]>(db, sql).run(view).lastInsertRowid)
}

/** One that is the same already stays untouched. */
export function updateView(db: Database, id: number, view: ViewRow): void {
  const sql = `UPDATE saved_view SET name = @name, filter = @filter, image_order = @order
    WHERE id = @id AND (name COLLATE BINARY <> @name OR filter <> @filter OR image_order <> @order)`
  prepared<[ViewRow & { readonly id: number }]>(db, sql).run({ ...view, id })
}

export function deleteViewRow(db: Database, id: number): void {
  prepared<[number]>(db, 'DELETE FROM saved_view WHERE id = ?').run(id)
}
