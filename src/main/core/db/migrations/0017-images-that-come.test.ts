import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { historyState, listSteps, recordStep, redoStep, undoStep } from '../../history/record-step.ts'
import { insertImage } from '../../images/image-rows.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-images-that-come-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hash = (index: number) => String(index).repeat(64)

function databaseOfVersionSixteen(): string {
  const file = join(folder, 'graft.sqlite')
  const old = new BetterSqlite(file)
  migrate(old, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, 16) })
  old.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  // As that version wrote an import with labels by folder: the image outside of the step.
  old.exec(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, import_id, imported_at_ms)
    VALUES (1, '${hash(1)}', 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  recordStep(old, { action: 'import-labels', details: { images: 1 }, atMs: 1 }, () =>
    old.exec(`INSERT INTO class (id, name, colour, position) VALUES (1, 'cat', '#0072b2', 0);
      INSERT INTO label (image_id, class_id, source, set_at_ms) VALUES (1, 1, 'folder', 1)`),
  )
  old.close()
  return file
}

test('an import of before takes its labels along when it is undone, and its photos stay; one of now takes its photos too', () => {
  const db = openDatabase(databaseOfVersionSixteen(), { backupDir: join(folder, 'backups') })
  const state = () =>
    db.prepare('SELECT hash, trashed_at_ms AS at, class_id AS class FROM image LEFT JOIN label ON image_id = id ORDER BY hash').all()
  const picture = {
    name: 'b',
    sourcePath: 'b',
    format: 'jpeg',
    widthPx: 1,
    heightPx: 1,
    sizeBytes: 1,
    perceptualHash: '0'.repeat(16),
    importId: 1,
  }
  recordStep(db, { action: 'image-add', details: { images: 1 }, atMs: 5 }, () =>
    insertImage(db, { hash: hash(2), importedAtMs: 4, ...picture }),
  )
  const both = [
    { hash: hash(1), at: null, class: 1 },
    { hash: hash(2), at: null, class: null },
  ]
  expect(state()).toEqual(both)
  undoStep(db)
  expect(state()).toEqual([both[0], { hash: hash(2), at: 4, class: null }])
  undoStep(db)
  expect(state()).toEqual([
    { hash: hash(1), at: null, class: null },
    { hash: hash(2), at: 4, class: null },
  ])
  expect(historyState(db).undo).toBe(null)
  redoStep(db)
  redoStep(db)
  expect([state(), listSteps(db, { offset: 0, limit: 10 }).total]).toEqual([both, 2])
  // A project that is made whole has nothing to undo.
  insertImage(db, { hash: hash(3), importedAtMs: 6, ...picture })
  expect([state().length, listSteps(db, { offset: 0, limit: 10 }).total]).toEqual([3, 2])
  db.close()
})
