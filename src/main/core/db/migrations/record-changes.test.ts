import BetterSqlite, { type Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { historyTables } from '../../history/history-tables.ts'
import { openDatabase } from '../open-database.ts'
import { recordColumns, recordRows } from './record-changes.ts'

const columnsOf = (db: Database, table: string) =>
  db.prepare<[string], { name: string; pk: 0 | 1; type: string }>('SELECT name, pk, type FROM pragma_table_info(?)').all(table)

describe('the triggers that record a table', () => {
  test('are the same for good, because migrations that were released are made of them', () => {
    const sql =
      recordRows({ table: 'plant', id: 'plant_id', columns: ['name', 'height_cm'] }) +
      recordColumns({ table: 'garden', id: 'id', columns: ['owner', 'place'] })
    expect(createHash('sha256').update(sql).digest('hex')).toBe('0bdc7296219109d261eb17502e0cefd2ab2167dbac98e86a342ea5bcc33f0da4')
  })

  test('keep what a row was and became, of all columns or of those named, and refuse changes outside of a step', () => {
    const db = new BetterSqlite(':memory:')
    db.exec(`CREATE TABLE history_step (id INTEGER PRIMARY KEY);
      CREATE TABLE history_recording (id INTEGER PRIMARY KEY, step_id INTEGER);
      CREATE TABLE history_change (step_id INTEGER, sequence INTEGER, table_name TEXT, row_id INTEGER, before TEXT, after TEXT);
      CREATE TABLE plant (plant_id INTEGER PRIMARY KEY, name TEXT, height_cm INTEGER) STRICT;
      CREATE TABLE garden (id INTEGER PRIMARY KEY, owner TEXT, visits INTEGER) STRICT;
      INSERT INTO garden VALUES (7, 'Ada', 0);
      ${recordRows({ table: 'plant', id: 'plant_id', columns: ['name', 'height_cm'] })}
      ${recordColumns({ table: 'garden', id: 'id', columns: ['owner'] })}`)
    expect(() => db.exec("INSERT INTO plant VALUES (3, 'fern', 20)")).toThrow('plant changes inside recordStep only')
    expect(() => db.exec("UPDATE garden SET owner = 'Bo'")).toThrow('garden changes inside recordStep only')
    db.exec(`UPDATE garden SET visits = 1;
      INSERT INTO history_step VALUES (5); INSERT INTO history_recording VALUES (1, 5);
      INSERT INTO plant VALUES (3, 'fern', 20);
      UPDATE plant SET height_cm = NULL;
      DELETE FROM plant;
      UPDATE garden SET owner = 'Ada', visits = 2;
      UPDATE garden SET owner = 'Bo'`)
    expect(db.prepare('SELECT sequence, table_name AS "table", row_id AS id, before, after FROM history_change').all()).toEqual([
      { sequence: 1, table: 'plant', id: 3, before: null, after: '{"name":"fern","height_cm":20}' },
      { sequence: 2, table: 'plant', id: 3, before: '{"name":"fern","height_cm":20}', after: '{"name":"fern","height_cm":null}' },
      { sequence: 3, table: 'plant', id: 3, before: '{"name":"fern","height_cm":null}', after: null },
      { sequence: 4, table: 'garden', id: 7, before: '{"owner":"Ada"}', after: '{"owner":"Bo"}' },
    ])
    db.close()
  })
})

describe('every table that undo reaches', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-recorded-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('is one of the database, told apart by its key, with all of its columns where its rows come and go', () => {
    const db = openDatabase(join(folder, 'a.sqlite'))
    for (const [table, { id, columns, rows, images }] of Object.entries(historyTables)) {
      const found = columnsOf(db, table)
      const names = found.map(({ name }) => name)
      expect(found.filter(({ pk }) => pk === 1)).toMatchObject([{ name: id, type: 'INTEGER' }])
      expect(names).toEqual(expect.arrayContaining([...columns, ...images]))
      if (rows === 'come-and-go') expect(new Set([id, ...columns])).toEqual(new Set(names))
    }
    db.close()
  })

  test('is recorded by triggers, and no table is recorded that undo does not reach', () => {
    const db = openDatabase(join(folder, 'b.sqlite'))
    const sql = "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%INSERT INTO history_change%'"
    expect(new Set(db.prepare<[], string>(sql).pluck().all())).toEqual(new Set(Object.keys(historyTables)))
    db.close()
  })
})
