import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

export type StepState = 'done' | 'undone'

export interface HistoryStepRow {
  readonly id: number
  readonly action: string
  /** JSON. */
  readonly details: string
  readonly atMs: number
}

export interface HistoryChangeRow {
  readonly table: 'image' | 'class' | 'label'
  /** Id of the image or class; a label has that of its image. */
  readonly rowId: number
  /** The row before and after the step as JSON; null: there was none. */
  readonly before: string | null
  readonly after: string | null
}

const stepColumns = 'id, action, details, at_ms AS atMs'

/** The step that undo takes back. */
export function newestDone(db: Database): HistoryStepRow | null {
  const sql = `SELECT ${stepColumns} FROM history_step WHERE state = 'done' ORDER BY id DESC LIMIT 1`
  return prepared<[], HistoryStepRow>(db, sql).get() ?? null
}

/** The step that redo repeats. */
export function oldestUndone(db: Database): HistoryStepRow | null {
  const sql = `SELECT ${stepColumns} FROM history_step WHERE state = 'undone' ORDER BY id LIMIT 1`
  return prepared<[], HistoryStepRow>(db, sql).get() ?? null
}

export function insertStep(db: Database, action: string, atMs: number): number {
  const sql = "INSERT INTO history_step (action, details, at_ms, state) VALUES (?, '{}', ?, 'done')"
  return Number(prepared<[string, number]>(db, sql).run(action, atMs).lastInsertRowid)
}

export function describeStep(db: Database, id: number, details: string): void {
  prepared<[string, number]>(db, 'UPDATE history_step SET details = ? WHERE id = ?').run(details, id)
}

export function deleteStep(db: Database, id: number): void {
  prepared<[number]>(db, 'DELETE FROM history_step WHERE id = ?').run(id)
}

export function deleteUndone(db: Database): void {
  prepared(db, "DELETE FROM history_step WHERE state = 'undone'").run()
}

export function markStep(db: Database, id: number, state: StepState): void {
  prepared<[StepState, number]>(db, 'UPDATE history_step SET state = ? WHERE id = ?').run(state, id)
}

/** Sequence number of the step's last change; 0 before the first. */
export function lastChange(db: Database, stepId: number): number {
  const sql = 'SELECT COALESCE(MAX(sequence), 0) AS last FROM history_change WHERE step_id = ?'
  return prepared<[number], { last: number }>(db, sql).get(stepId)!.last
}

/** In the order in which they were made. */
export function readChanges(db: Database, stepId: number): HistoryChangeRow[] {
  const sql = `SELECT table_name AS "table", row_id AS rowId, before, after FROM history_change WHERE step_id = ? ORDER BY sequence`
  return prepared<[number], HistoryChangeRow>(db, sql).all(stepId)
}

/** Lets the triggers write to a step (null: lets changes pass unrecorded, for undo and redo). Ends with `stopRecording`, in the same transaction. */
export function startRecording(db: Database, stepId: number | null): void {
  prepared<[number | null]>(db, 'INSERT INTO history_recording (id, step_id) VALUES (1, ?)').run(stepId)
}

export function stopRecording(db: Database): void {
  prepared(db, 'DELETE FROM history_recording').run()
}

/** Gives a row the content that it had before (undo) or after (redo) a change; null takes it away. */
export function writeRow(db: Database, { table, rowId }: HistoryChangeRow, row: string | null): void {
  // Only labels come and go; images and classes keep their row for good.
  if (row === null) prepared<[number]>(db, 'DELETE FROM label WHERE image_id = ?').run(rowId)
  else prepared<[{ id: number; row: string }]>(db, writings[table]).run({ id: rowId, row })
}

/** `row` is JSON as the triggers of the schema write it. */
const writings: Record<HistoryChangeRow['table'], string> = {
  label: `INSERT INTO label (image_id, class_id, source, set_at_ms)
    VALUES (:id, :row ->> 'class_id', :row ->> 'source', :row ->> 'set_at_ms')
    ON CONFLICT (image_id) DO UPDATE SET class_id = excluded.class_id, source = excluded.source, set_at_ms = excluded.set_at_ms`,
  image: "UPDATE image SET trashed_at_ms = :row ->> 'trashed_at_ms' WHERE id = :id",
  class: `UPDATE class SET name = :row ->> 'name', colour = :row ->> 'colour', position = :row ->> 'position',
    deleted_at_ms = :row ->> 'deleted_at_ms' WHERE id = :id`,
}
