import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { markCompared, readUncompared } from '../../images/look-alike-rows.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-find-look-alikes-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** One image of each import. */
function databaseOfVersionEight(states: readonly string[]): string {
  const file = join(folder, 'graft.sqlite')
  const old = new BetterSqlite(file)
  migrate(old, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, 8) })
  const insertImport = old.prepare('INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (?, ?, 1, 2)')
  const insertImage = old.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', ?, 1)`)
  for (const [index, state] of states.entries()) {
    insertImport.run(index + 1, state)
    insertImage.run(index + 1, String(index).repeat(64), index + 1)
  }
  old.close()
  return file
}

test('imports of earlier versions that came to their end are not compared again, and those that were cut off once more', () => {
  const file = databaseOfVersionEight(['finished', 'interrupted', 'cancelled', 'failed'])
  const db = openDatabase(file, { backupDir: join(folder, 'backups') })
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (5, 'finished', 3, 4)")
  expect(readUncompared(db, 5).map(({ id }) => id)).toEqual([2, 4])
  markCompared(db, 5)
  expect(readUncompared(db, 5)).toEqual([])
  db.close()
})
