import BetterSqlite, { type Database } from 'better-sqlite3'
import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { diskError } from '../project/disk-errors.ts'
import { migrate, requireKnown } from './migrate.ts'

/**
 * Opens a project's database, makes it when there is none, and migrates it. The caller closes it.
 * `backupDir` (default: `backups` beside the file) takes the copy made before a migration.
 * @throws PROJECT_DAMAGED for a file that is no database or fails SQLite's quick check, PROJECT_TOO_NEW, NOT_WRITABLE, DISK_FULL.
 */
export function openDatabase(file: string, { backupDir = join(dirname(file), 'backups') }: { readonly backupDir?: string } = {}): Database {
  let db: Database | null = null
  try {
    const existed = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0
    db = new BetterSqlite(file)
    configure(db)
    if (existed) check(db)
    migrate(db, { backupDir })
    return db
  } catch (error) {
    db?.close()
    throw asProjectError(error, file)
  }
}

/** Looks whether `openDatabase` would take the file, and changes nothing in it. @throws PROJECT_DAMAGED, PROJECT_TOO_NEW, NOT_WRITABLE. */
export function requireKnownDatabase(file: string): void {
  let db: Database | null = null
  try {
    db = new BetterSqlite(file, { readonly: true, fileMustExist: true })
    requireKnown(db)
  } catch (error) {
    throw asProjectError(error, file)
  } finally {
    db?.close()
  }
}

function configure(db: Database): void {
  // A second door may read for the start page while this one writes; five seconds outlast any of its reads.
  db.pragma('busy_timeout = 5000')
  db.pragma('journal_mode = WAL')
  // An answer is given only after the commit is on the disk: in WAL mode NORMAL would lose the last ones in a power cut.
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  // The triggers of the history must see the rows that a REPLACE takes away.
  db.pragma('recursive_triggers = ON')
  db.pragma('trusted_schema = OFF')
  // What is deleted is written over: a photo that is deleted for good leaves its name and notes in no empty place of the file.
  db.pragma('secure_delete = ON')
}

function check(db: Database): void {
  const found = db.pragma('quick_check(1)', { simple: true })
  if (found !== 'ok') throw new StudioError('PROJECT_DAMAGED', { path: dirname(db.name), reason: String(found) })
}

function asProjectError(error: unknown, file: string): unknown {
  if (error instanceof BetterSqlite.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code)) {
    return new StudioError('PROJECT_DAMAGED', { path: dirname(file), reason: `${basename(file)}: ${error.message}` }, { cause: error })
  }
  return diskError(error, dirname(file))
}
