/** A table whose rows a person decides about, as a migration makes it. */
export interface RecordedTable {
  readonly table: string
  /** Its INTEGER PRIMARY KEY, e.g. `image_id`: what tells its rows apart in the history. */
  readonly id: string
  /** What is recorded of a row besides its id: integers and texts (of other numbers 15 digits are kept, and bytes are refused). */
  readonly columns: readonly string[]
}

/**
 * SQL of the triggers that record every row which comes, changes or goes in the step of the history under way, and refuse any change outside
 * of `recordStep`. To let undo reach a table of your own:
 *
 * 1. In your migration, behind `CREATE TABLE kept_label (image_id INTEGER PRIMARY KEY ..., class_id ..., ...) STRICT`, put
 *    `${recordRows({ table: 'kept_label', id: 'image_id', columns: ['class_id', ...] })}`, naming every other column.
 * 2. Name the same table, id and columns in `history/history-tables.ts`: undo and redo write its rows by that entry, and erasing photos
 *    for good takes them away by it.
 * 3. Name your actions in `HistoryStep` of the contract, their words in `renderer/text/history.ts`, and what undo makes pages read again in
 *    `history/procedures.ts`. Change the table inside of `recordStep` only.
 *
 * Of a table that has rows anyway, like `image`, record single columns with `recordColumns`.
 *
 * What these two functions answer is part of every migration that calls them, and so it never changes: a test holds it. Triggers of
 * another kind need another function.
 */
export function recordRows({ table, id, columns }: RecordedTable): string {
  const [old, fresh] = [rowAsJson('OLD', columns), rowAsJson('NEW', columns)]
  return [
    trigger(`${table}_insert_is_recorded`, `AFTER INSERT ON ${table}`, recording(table, `NEW.${id}`, 'NULL', fresh)),
    trigger(`${table}_update_is_recorded`, `AFTER UPDATE ON ${table}`, recording(table, `NEW.${id}`, old, fresh)),
    trigger(`${table}_delete_is_recorded`, `AFTER DELETE ON ${table}`, recording(table, `OLD.${id}`, old, 'NULL')),
  ].join('')
}

/** SQL of one trigger that records what `columns` were and became of a row that stays; changes of other columns pass unrecorded. */
export function recordColumns({ table, id, columns }: RecordedTable): string {
  const differs = columns.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ')
  return trigger(
    `${table}_${columns.join('_')}_is_recorded`,
    `AFTER UPDATE OF ${columns.join(', ')} ON ${table} WHEN ${differs}`,
    recording(table, `NEW.${id}`, rowAsJson('OLD', columns), rowAsJson('NEW', columns)),
  )
}

function rowAsJson(row: 'OLD' | 'NEW', columns: readonly string[]): string {
  return `json_object(${columns.map((column) => `'${column}', ${row}.${column}`).join(', ')})`
}

function trigger(name: string, when: string, body: string): string {
  return `CREATE TRIGGER ${name} ${when} BEGIN\n${body}END;\n`
}

function recording(table: string, rowId: string, before: string, after: string): string {
  return `  SELECT RAISE(ABORT, '${table} changes inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), '${table}', ${rowId},
    ${before},
    ${after}
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
`
}
