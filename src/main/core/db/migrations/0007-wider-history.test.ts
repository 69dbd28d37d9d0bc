import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { historyState, redoStep, undoStep } from '../../history/record-step.ts'
import { readClasses } from '../../labels/class-rows.ts'
import { addClass, mergeClasses } from '../../labels/edit-classes.ts'
import { setLabels } from '../../labels/set-labels.ts'
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
  const [cat, dog] = ['cat', 'dog'].map((name, index) => addClass(old, name, { atMs: index + 1 }).id)
  setLabels(old, { hashes: [hash(0)], classId: cat!, source: 'person', atMs: 3 })
  setLabels(old, { hashes: [hash(1)], classId: dog!, source: 'person', atMs: 4 })
  mergeClasses(old, cat!, dog!, { atMs: 5 })
  undoStep(old)
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
