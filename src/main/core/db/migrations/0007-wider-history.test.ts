import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HistoryStep } from '../../../contract/labels.ts'
import { historyState, recordStep, redoStep, undoStep } from '../../history/record-step.ts'
import { readClasses } from '../../labels/class-rows.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-wider-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hash = (index: number) => String(index).repeat(64)

/** Two photos labelled, the classes merged, and the merge undone, in a project from before other tables could be recorded. */
function databaseOfVersionSix(): string {
  const file = join(folder, 'graft.sqlite')
  const old = new BetterSqlite(file)
  old.pragma('foreign_keys = ON')
  migrate(old, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, 6) })
  old.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = old.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (const index of [0, 1]) insert.run(index + 1, hash(index))
  // What a studio of that time did; the one of today asks for columns that came later.
  const did = (action: HistoryStep['action'], atMs: number, sql: string) =>
    void recordStep(old, { action, details: {}, atMs }, () => old.exec(sql))
  did('class-add', 1, "INSERT INTO class (id, name, colour, position) VALUES (1, 'cat', '#000000', 0)")
  did('class-add', 2, "INSERT INTO class (id, name, colour, position) VALUES (2, 'dog', '#ffffff', 1)")
  did('label', 3, "INSERT INTO label VALUES (1, 1, 'person', 3)")
  did('label', 4, "INSERT INTO label VALUES (2, 2, 'person', 4)")
  did('class-merge', 5, 'UPDATE label SET class_id = 2, set_at_ms = 5 WHERE class_id = 1; UPDATE class SET deleted_at_ms = 5 WHERE id = 1')
  // Taking the merge back wrote every row as it was before.
  old.exec(`INSERT INTO history_recording (id, step_id) VALUES (1, NULL);
    UPDATE label SET class_id = 1, set_at_ms = 3 WHERE image_id = 1;
    UPDATE class SET deleted_at_ms = NULL WHERE id = 1;
    DELETE FROM history_recording;
    UPDATE history_step SET state = 'undone' WHERE id = 5`)
  old.close()
  return file
}

test('what was done before tables of other kinds could be recorded is undone and redone after it', () => {
  const db = openDatabase(databaseOfVersionSix(), { backupDir: join(folder, 'backups') })
  const counts = () => readClasses(db).map(({ name, images }) => [name, images])
  expect(counts()).toEqual([
    ['cat', 1],
    ['dog', 1],
  ])
  expect(historyState(db)).toMatchObject({ undo: { action: 'label', atMs: 4 }, redo: { action: 'class-merge', atMs: 5 } })
  redoStep(db)
  expect(counts()).toEqual([['dog', 2]])
  for (let step = 0; step < 5; step++) undoStep(db)
  expect(counts()).toEqual([])
  expect(() => undoStep(db)).toThrow(expect.objectContaining({ code: 'NOTHING_TO_UNDO' }))
  for (let step = 0; step < 5; step++) redoStep(db)
  expect(counts()).toEqual([['dog', 2]])
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
})
