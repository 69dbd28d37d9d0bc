import type { Database } from 'better-sqlite3'
import type { LabelSource } from '../../contract/images.ts'
import { prepared } from '../db/prepared.ts'

/** What an image's label became at a time; both are null where it was taken away. */
export interface PastLabel {
  readonly atMs: number
  /** What the class is called now, or was when it went. */
  readonly class: string | null
  readonly source: LabelSource | null
}

/** Every label that the image with this id was given and that was not undone, newest first. */
export function readPastLabels(db: Database, imageId: number): PastLabel[] {
  // The step of an import is as old as its first photo; the label itself knows better.
  const sql = `SELECT COALESCE(change.after ->> 'set_at_ms', step.at_ms) AS atMs, class.name AS class, change.after ->> 'source' AS source
    FROM history_change AS change JOIN history_step AS step ON step.id = change.step_id
    LEFT JOIN class ON class.id = change.after ->> 'class_id'
    WHERE change.table_name = 'label' AND change.row_id = ? AND step.state = 'done'
    ORDER BY change.step_id DESC, change.sequence DESC`
  return prepared<[number], PastLabel>(db, sql).all(imageId)
}
