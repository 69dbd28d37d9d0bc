import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordStep, redoStep, undoStep } from '../../history/record-step.ts'
import { readClasses } from '../../labels/class-rows.ts'
import { labelImported } from '../../labels/label-imported-for-tests.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-labels-of-files-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hash = (index: number) => String(index).repeat(64)

function databaseOfVersionEleven(): string {
  const file = join(folder, 'graft.sqlite')
  const old = new BetterSqlite(file)
  old.pragma('foreign_keys = ON')
  migrate(old, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, 11) })
  old.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = old.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (const index of [0, 1, 2]) insert.run(index + 1, hash(index))
  // As that version wrote it: the functions of today know columns that came later.
  const addCat = "INSERT INTO class (id, name, colour, position) VALUES (1, 'cat', '#0072b2', 0)"
  recordStep(old, { action: 'class-add', details: { class: 'cat' }, atMs: 1 }, () => old.exec(addCat))
  const label = (imageId: number, source: string) =>
    recordStep(old, { action: 'label', details: { class: 'cat', images: 1 }, atMs: imageId + 1 }, () =>
      old.prepare('INSERT INTO label (image_id, class_id, source, set_at_ms) VALUES (?, 1, ?, ?)').run(imageId, source, imageId + 1),
    )
  label(1, 'person')
  label(2, 'folder')
  undoStep(old)
  old.close()
  return file
}

test('labels and their history stay as they were, and those of files are recorded with all others', () => {
  const db = openDatabase(databaseOfVersionEleven(), { backupDir: join(folder, 'backups') })
  const labelled = () => readClasses(db).map(({ name, images }) => [name, images])
  expect(labelled()).toEqual([['cat', 1]])
  redoStep(db)
  expect(labelled()).toEqual([['cat', 2]])
  labelImported(db, [{ imageId: 3, className: 'dog', by: 'file' }], { atMs: 4 })
  expect(db.prepare('SELECT source FROM label ORDER BY image_id').pluck().all()).toEqual(['person', 'folder', 'file'])
  for (let step = 0; step < 3; step++) undoStep(db)
  expect(labelled()).toEqual([['cat', 0]])
  for (let step = 0; step < 3; step++) redoStep(db)
  expect(labelled()).toEqual([
    ['cat', 2],
    ['dog', 1],
  ])
  expect(() => db.exec('DELETE FROM label')).toThrow('label changes inside recordStep only')
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  expect(db.prepare("SELECT COUNT(*) FROM sqlite_schema WHERE tbl_name = 'label' AND sql IS NOT NULL").pluck().get()).toBe(6)
  db.close()
})
