import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'
import { historyTables, keyedByImage, type HistoryTable, type HistoryTableName } from './history-tables.ts'

export type StepState = 'done' | 'undone'

export interface HistoryStepRow {
  readonly id: number
  readonly action: string
  /** JSON. */
  readonly details: string
  readonly atMs: number
}

export interface HistoryChangeRow {
  readonly table: HistoryTableName
  /** What the row is told apart by in its table: a label by its image. */
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

/** Null for a step that is undone, or gone. */
export function findDone(db: Database, id: number): HistoryStepRow | null {
  return prepared<[number], HistoryStepRow>(db, `SELECT ${stepColumns} FROM history_step WHERE id = ? AND state = 'done'`).get(id) ?? null
}

/** Id of the newest step that is done of an import without a class of its own; null: there is none. */
export function newestOfImport(db: Database): number | null {
  const sql = `SELECT id FROM history_step WHERE state = 'done' AND action = 'image-add' AND json_type(details, '$.class') IS NULL
    ORDER BY id DESC LIMIT 1`
  return prepared<[], number>(db, sql).pluck().get() ?? null
}

/** Id of the newest step, done or undone; 0 where there is none. */
export function newestStep(db: Database): number {
  return prepared<[], number>(db, 'SELECT COALESCE(MAX(id), 0) FROM history_step').pluck().get()!
}

/** Whether a step after this one, done or undone, has changed classes. */
export function areClassesChangedSince(db: Database, stepId: number): boolean {
  const sql = "SELECT 1 FROM history_change WHERE step_id > ? AND table_name = 'class' LIMIT 1"
  return prepared<[number]>(db, sql).get(stepId) !== undefined
}

export function hasStep(db: Database, id: number): boolean {
  return prepared<[number]>(db, 'SELECT 1 FROM history_step WHERE id = ?').get(id) !== undefined
}

/** Newest first. */
export function readSteps(
  db: Database,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): (HistoryStepRow & { readonly state: StepState })[] {
  const sql = `SELECT ${stepColumns}, state FROM history_step ORDER BY id DESC LIMIT ? OFFSET ?`
  return prepared<[number, number], HistoryStepRow & { state: StepState }>(db, sql).all(limit, offset)
}

export function countSteps(db: Database): { readonly total: number; readonly undone: number } {
  const sql = `SELECT (SELECT COUNT(*) FROM history_step) AS total, (SELECT COUNT(*) FROM history_step WHERE state = 'undone') AS undone`
  return prepared<[], { total: number; undone: number }>(db, sql).get()!
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

/** The name of the one image that a step has changed; null where it has changed several, or none. */
export function findOnlyImage(db: Database, stepId: number): string | null {
  const sql = `SELECT name FROM image WHERE id = (
    SELECT MIN(row_id) FROM history_change WHERE step_id = ? AND table_name IN (${keyedByImage}) HAVING COUNT(DISTINCT row_id) = 1)`
  return prepared<[number], string>(db, sql).pluck().get(stepId) ?? null
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

/** Runs what changes recorded tables and is no step: nothing of it can be undone, and a step that follows takes it as what was before. In a transaction. */
export function unrecorded(db: Database, body: () => void): void {
  startRecording(db, null)
  body()
  stopRecording(db)
}

/** Gives a row the content that it had before (undo) or after (redo) a change; null takes it away. */
export function writeRow(db: Database, { table, rowId }: HistoryChangeRow, row: string | null): void {
  const { write, remove } = writings[table]
  if (row === null) prepared<[number]>(db, remove).run(rowId)
  else prepared<[{ id: number; row: string }]>(db, write).run({ id: rowId, row })
}

interface Writing {
  /** Takes `:id` and `:row`, JSON as the triggers of the schema write it. */
  readonly write: string
  readonly remove: string
}

// The keys of an object that `satisfies` names its tables are those of the tables.
const writings = Object.fromEntries(Object.entries(historyTables).map(([table, entry]) => [table, writingOf(table, entry)])) as Readonly<
  Record<HistoryTableName, Writing>
>

function writingOf(table: string, { id, columns, rows }: HistoryTable): Writing {
  const remove = `DELETE FROM ${table} WHERE ${id} = ?`
  const kept = (column: string) =>
    `${column} = CASE WHEN json_type(:row, '$.${column}') IS NULL THEN ${column} ELSE :row ->> '${column}' END`
  if (rows === 'stay') return { write: `UPDATE ${table} SET ${columns.map(kept).join(', ')} WHERE ${id} = :id`, remove }
  const written = columns.map((column) => `:row ->> '${column}'`).join(', ')
  const update = columns.map((column) => `${column} = excluded.${column}`).join(', ')
  const write = `INSERT INTO ${table} (${id}, ${columns.join(', ')}) VALUES (:id, ${written}) ON CONFLICT (${id}) DO UPDATE SET ${update}`
  return { write, remove }
}
