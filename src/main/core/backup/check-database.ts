import BetterSqlite, { type Database } from 'better-sqlite3'
import { statSync } from 'node:fs'
import { StudioError, type ErrorDetails } from '../../contract/errors.ts'
import { migrate, migrations, requireKnown } from '../db/migrate.ts'
import { databaseName } from './backup-manifest.ts'
import { findForeignRow, findBrokenReference, readSchema, type SchemaRow } from './database-rows.ts'

/**
 * Looks through the database of a backup before a project is made of it, and changes nothing in it. It comes from elsewhere: it has to be whole, of a
 * version that is known here, and made of exactly the tables, indexes and triggers that the migrations up to its version make. No trigger, view or
 * generated column of somebody else is ever run, since the schema is compared as text before any row is read. What becomes a part of a path, the hash
 * of a photo or the id of a run, has to be one. `backup`: the file that the error names.
 * @throws BACKUP_DAMAGED
 */
export function checkDatabase(file: string, backup: string): void {
  const refuse = (reason: ErrorDetails<'BACKUP_DAMAGED'>['reason'], detail?: string): StudioError =>
    new StudioError('BACKUP_DAMAGED', { path: backup, reason, file: databaseName, ...(detail === undefined ? {} : { detail }) })
  let db: Database | null = null
  try {
    db = new BetterSqlite(file, { readonly: true, fileMustExist: true })
    for (const guard of ['trusted_schema = OFF', 'cell_size_check = ON', 'query_only = ON', 'foreign_keys = ON']) db.pragma(guard)
    const { version, empty } = requireKnown(db)
    if (empty) throw refuse('database-broken', 'it is empty')
    const pages = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }))
    if (pages !== statSync(file).size) throw refuse('database-broken', `it says that it has ${pages} bytes, and has ${statSync(file).size}`)
    const foreign = findForeign(readSchema(db), schemaOf(version))
    if (foreign !== null) throw refuse('database-foreign', foreign)
    const problem = String(db.pragma('integrity_check(1)', { simple: true }))
    if (problem !== 'ok') throw refuse('database-broken', problem.split('\n')[0])
    const broken = findBrokenReference(db)
    if (broken !== null) throw refuse('database-broken', broken)
    const row = findForeignRow(db, version)
    if (row !== null) throw refuse('database-foreign', row)
  } catch (error) {
    if (error instanceof StudioError && error.code === 'PROJECT_TOO_NEW') throw refuse('newer')
    if (error instanceof StudioError && error.code === 'PROJECT_DAMAGED') throw refuse('database-broken', 'it is no database of Graft')
    if (error instanceof BetterSqlite.SqliteError && /^SQLITE_(NOTADB|CORRUPT|ERROR|TOOBIG)/.test(error.code))
      throw refuse('database-broken', error.message)
    throw error
  } finally {
    db?.close()
  }
}

/** What the migrations up to `version` make. */
function schemaOf(version: number): readonly SchemaRow[] {
  const db = new BetterSqlite(':memory:')
  try {
    migrate(db, { backupDir: '', migrations: migrations.slice(0, version) })
    return readSchema(db)
  } finally {
    db.close()
  }
}

/** The first part of the schema that is another one than wanted, in words; null where there is none. Statistics that SQLite keeps for itself count for nothing. */
function findForeign(found: readonly SchemaRow[], wanted: readonly SchemaRow[]): string | null {
  const textOf = ({ sql }: SchemaRow): string => (sql ?? '').replace(/\s+/g, ' ').trim()
  const keyOf = ({ type, name, tableName }: SchemaRow): string => JSON.stringify([type, name, tableName])
  const expected = new Map(wanted.map((row) => [keyOf(row), textOf(row)]))
  for (const row of found) {
    if (row.type === 'table' && /^sqlite_stat\d$/.test(row.name)) continue
    if (expected.get(keyOf(row)) !== textOf(row)) return `the ${row.type} ${row.name.slice(0, 80)}`
    expected.delete(keyOf(row))
  }
  const [missing] = expected.keys()
  return missing === undefined ? null : `without the ${(JSON.parse(missing) as string[]).slice(0, 2).join(' ')}`
}
