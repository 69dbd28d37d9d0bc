import BetterSqlite from 'better-sqlite3'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Recipe } from '../../../contract/runs.ts'
import { listRuns } from '../../training/run-rows.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-run-notes-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function databaseOfVersionOne(): string {
  const file = join(folder, 'graft.sqlite')
  const old = new BetterSqlite(file)
  migrate(old, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, 1) })
  old.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'frozen', 1)`)
  const insert = old.prepare(
    `INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, created_at_ms, ended_at_ms, error, best_epoch, test_right, test_n)
     VALUES (?, ?, 1, ?, ?, 'some-network', 'hash', 1, ?, ?, ?, ?, ?)`,
  )
  const recipe = JSON.stringify(Recipe.parse({ backbone: 'some-network' }))
  insert.run('finished1', 1, 'finished', recipe, 2, null, 3, 9, 10)
  insert.run('failed22', 2, 'failed', recipe, 2, JSON.stringify({ code: 'NO_LABELS', details: {} }), null, null, null)
  insert.run('waiting3', 3, 'queued', recipe, null, null, null, null, null)
  old.close()
  return file
}

test('runs of a project from before there were names are all there, without a name, notes, tags or a pin', () => {
  const db = openDatabase(databaseOfVersionOne(), { backupDir: join(folder, 'backups') })
  const unwritten = { name: null, notes: '', tags: [], pinned: false }
  expect(listRuns(db)).toMatchObject([
    { id: 'waiting3', state: 'queued', ...unwritten },
    { id: 'failed22', state: 'failed', error: { code: 'NO_LABELS' }, ...unwritten },
    { id: 'finished1', state: 'finished', bestEpoch: 3, test: { accuracy: 0.9, n: 10 }, ...unwritten },
  ])
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
  expect(existsSync(join(folder, 'backups', 'graft-version-1.sqlite'))).toBe(true)
})

test('the database itself refuses an empty name, tags that are no list and a pin that is neither on nor off', () => {
  const db = openDatabase(databaseOfVersionOne())
  for (const wrong of [`name = ''`, `tags = '{}'`, `tags = 'a'`, 'pinned = 2', 'notes = NULL']) {
    expect(() => db.exec(`UPDATE run SET ${wrong}`)).toThrow(/constraint|malformed JSON/)
  }
  db.close()
})
