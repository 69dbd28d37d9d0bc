/**
 * Lets steps record the rows of any table. Which tables there are is said in `history/history-tables.ts`; their triggers are made by
 * `record-changes.ts`. The triggers of the first schema find the new table by its name.
 */
export const widerHistory = `
CREATE TABLE history_change_passing AS SELECT * FROM history_change;
DROP TABLE history_change;
CREATE TABLE history_change (
  step_id    INTEGER NOT NULL REFERENCES history_step(id) ON DELETE CASCADE,
  sequence   INTEGER NOT NULL,
  table_name TEXT    NOT NULL CHECK (table_name <> ''),
  row_id     INTEGER NOT NULL,
  before     TEXT CHECK (before IS NULL OR json_valid(before)),
  after      TEXT CHECK (after IS NULL OR json_valid(after)),
  PRIMARY KEY (step_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
SELECT step_id, sequence, table_name, row_id, before, after FROM history_change_passing ORDER BY step_id, sequence;
DROP TABLE history_change_passing;
CREATE INDEX label_history ON history_change(row_id) WHERE table_name = 'label';
`
