import BetterSqlite, { type Database } from 'better-sqlite3'
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StudioError } from '../../contract/errors.ts'
import { migrate, migrations, type Migration } from './migrate.ts'
import { openDatabase } from './open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-db-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const schemaOf = (db: Database) => db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all()
const errorOf = (work: () => unknown): StudioError => {
  try {
    work()
  } catch (error) {
    if (error instanceof StudioError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a project database', () => {
  test('waits for the disk before it acknowledges, and holds its foreign keys', () => {
    const db = openDatabase(join(folder, 'a.sqlite'))
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
    db.close()
  })

  test('is the same whether it was made today or migrated from any older version', () => {
    const fresh = openDatabase(join(folder, 'fresh.sqlite'))
    for (let version = 1; version <= migrations.length; version++) {
      const file = join(folder, `from-${version}.sqlite`)
      const old = new BetterSqlite(file)
      migrate(old, { backupDir: folder, migrations: migrations.slice(0, version) })
      old.close()
      const migrated = openDatabase(file)
      expect(schemaOf(migrated)).toEqual(schemaOf(fresh))
      expect(migrated.pragma('foreign_key_check')).toEqual([])
      migrated.close()
    }
    fresh.close()
  })

  test('numbers its migrations 1, 2, 3 without gaps', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1))
  })

  test('written by a newer studio is refused and left as it is', () => {
    const file = join(folder, 'newer.sqlite')
    const db = openDatabase(file)
    db.pragma('user_version = 99')
    db.close()
    expect(errorOf(() => openDatabase(file))).toMatchObject({
      code: 'PROJECT_TOO_NEW',
      details: { path: folder, version: 99, supported: migrations.length },
    })
    const after = new BetterSqlite(file)
    expect(after.pragma('user_version', { simple: true })).toBe(99)
    after.close()
  })

  test('is copied before the first pending migration, once, with what it held', () => {
    const file = join(folder, 'old.sqlite')
    const second: Migration = { version: 2, sql: 'ALTER TABLE old ADD COLUMN more TEXT' }
    const steps: Migration[] = [{ version: 1, sql: 'CREATE TABLE old (value TEXT) STRICT' }, second]
    const db = new BetterSqlite(file)
    const backupDir = join(folder, 'backups')
    migrate(db, { backupDir, migrations: steps.slice(0, 1) })
    expect(existsSync(backupDir)).toBe(false)
    db.exec("INSERT INTO old VALUES ('kept')")
    migrate(db, { backupDir, migrations: steps })
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    db.close()
    const backup = new BetterSqlite(join(backupDir, 'old-version-1.sqlite'), { readonly: true })
    expect(backup.prepare('SELECT * FROM old').all()).toEqual([{ value: 'kept' }])
    expect(backup.pragma('user_version', { simple: true })).toBe(1)
    backup.close()
  })

  test('is as before when a migration fails half-way', () => {
    const db = new BetterSqlite(join(folder, 'failing.sqlite'))
    const good: Migration = { version: 1, sql: 'CREATE TABLE good (value TEXT) STRICT' }
    const bad: Migration = { version: 2, sql: 'CREATE TABLE half (value TEXT) STRICT; CREATE TABLE good (value TEXT) STRICT' }
    migrate(db, { backupDir: folder, migrations: [good] })
    expect(() => migrate(db, { backupDir: folder, migrations: [good, bad] })).toThrow('good already exists')
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([])
    db.close()
  })

  test('of an older version learns what its images are searched and sorted by', () => {
    const file = join(folder, 'named.sqlite')
    const old = new BetterSqlite(file)
    migrate(old, { backupDir: folder, migrations: migrations.slice(0, 2) })
    old.exec(`INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2);
      INSERT INTO image (hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, import_id, imported_at_ms)
      VALUES ('${'0'.repeat(64)}', 'Äpfel 12.JPG', '/a', 'jpeg', 1, 1, 1, '${'0'.repeat(16)}', 1, 1)`)
    old.close()
    const migrated = openDatabase(file)
    expect(migrated.prepare('SELECT folded_name AS folded, name_order AS sorted FROM image').get()).toEqual({
      folded: 'äpfel 12.jpg',
      sorted: 'apfel 0212.jpg',
    })
    migrated.close()
  })

  test('that is no database, another program’s, or torn is called damaged', () => {
    const text = join(folder, 'text.sqlite')
    writeFileSync(text, 'this is not a database, but it is long enough to be read as one'.repeat(100))
    expect(errorOf(() => openDatabase(text))).toMatchObject({ code: 'PROJECT_DAMAGED', details: { path: folder } })

    const other = join(folder, 'other.sqlite')
    const db = new BetterSqlite(other)
    db.exec('CREATE TABLE recipe (value TEXT)')
    db.close()
    expect(errorOf(() => openDatabase(other)).code).toBe('PROJECT_DAMAGED')

    const torn = join(folder, 'torn.sqlite')
    openDatabase(torn).close()
    truncateSync(torn, 20_000)
    expect(errorOf(() => openDatabase(torn)).code).toBe('PROJECT_DAMAGED')
  })

  test('that cannot be opened for writing is refused with the reason', () => {
    expect(errorOf(() => openDatabase(folder))).toMatchObject({ code: 'NOT_WRITABLE', details: { reason: 'unable to open database file' } })
  })
})

describe('the hot queries use an index', () => {
  const queries: Record<string, string> = {
    'images of a class': 'SELECT image_id FROM label WHERE class_id = 1 ORDER BY image_id',
    'labels of all classes': 'SELECT class_id, COUNT(*) FROM label GROUP BY class_id',
    'images in the trash': 'SELECT id FROM image WHERE trashed_at_ms IS NOT NULL',
    'an image by its hash': "SELECT id FROM image WHERE hash = 'a'",
    'a group': 'SELECT id FROM image WHERE group_id = 1',
    'the step to undo': "SELECT MAX(id) FROM history_step WHERE state = 'done'",
    'the changes of a step': 'SELECT * FROM history_change WHERE step_id = 1 ORDER BY sequence DESC',
    'the labels that an image had': "SELECT * FROM history_change WHERE table_name = 'label' AND row_id = 1",
    'splits of a seed': "SELECT id FROM split WHERE seed = 1 AND shares = '{}'",
    'members of a split': 'SELECT image_id FROM split_member WHERE split_id = 1 ORDER BY image_id',
    'epochs of a run': "SELECT * FROM run_epoch WHERE run_id = 'a' ORDER BY epoch",
    'predictions of a run': "SELECT * FROM run_prediction WHERE run_id = 'a'",
    'runs of a split': 'SELECT id FROM run WHERE split_id = 1',
    'runs under way': "SELECT id FROM run WHERE state IN ('queued', 'running')",
  }
  for (const [name, sql] of Object.entries(queries)) {
    test(name, () => {
      const db = openDatabase(join(folder, 'plans.sqlite'))
      const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()
      db.close()
      for (const { detail } of plan) expect(detail).toMatch(/^(SEARCH|SCAN \w+ USING (COVERING )?INDEX)/)
      expect(plan.map((step) => step.detail).join()).not.toContain('TEMP B-TREE')
    })
  }
})
