import type { Database } from 'better-sqlite3'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, parse } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { first } from './migrations/0001-first.ts'
import { runNotes } from './migrations/0002-run-notes.ts'
import { findImages } from './migrations/0003-find-images.ts'
import { erasedImages } from './migrations/0004-erased-images.ts'
import { noSpeeds } from './migrations/0005-no-speeds.ts'
import { trainedNetworks } from './migrations/0006-trained-networks.ts'
import { widerHistory } from './migrations/0007-wider-history.ts'
import { notesAndViews } from './migrations/0008-notes-and-views.ts'
import { findLookAlikes } from './migrations/0009-find-look-alikes.ts'
import { takenAt } from './migrations/0010-taken-at.ts'
import { lookAlikes } from './migrations/0011-look-alikes.ts'
import { labelsOfFiles } from './migrations/0012-labels-of-files.ts'
import { labelDoubts } from './migrations/0013-label-doubts.ts'
import { classKeys } from './migrations/0014-class-keys.ts'
import { chosenImages } from './migrations/0015-chosen-images.ts'
import { imageMeasures } from './migrations/0016-image-measures.ts'
import { imagesThatCome } from './migrations/0017-images-that-come.ts'
import { equalPixels } from './migrations/0018-equal-pixels.ts'
import { learningCurves } from './migrations/0019-learning-curves.ts'
import { backboneScores } from './migrations/0020-backbone-scores.ts'
import { temperedRuns } from './migrations/0021-tempered-runs.ts'
import { foreignPhotos } from './migrations/0022-foreign-photos.ts'
import { pausedRuns } from './migrations/0023-paused-runs.ts'

export interface Migration {
  /** 1, 2, 3 ... without gaps; `user_version` of a database that has it. */
  readonly version: number
  readonly sql: string
  /** Gives the connection the functions that `sql` calls. */
  readonly teach?: (db: Database) => void
}

export const migrations: readonly Migration[] = [
  { version: 1, sql: first },
  { version: 2, sql: runNotes },
  { version: 3, ...findImages },
  { version: 4, sql: erasedImages },
  { version: 5, sql: noSpeeds },
  { version: 6, sql: trainedNetworks },
  { version: 7, sql: widerHistory },
  { version: 8, sql: notesAndViews },
  { version: 9, sql: findLookAlikes },
  { version: 10, sql: takenAt },
  { version: 11, sql: lookAlikes },
  { version: 12, sql: labelsOfFiles },
  { version: 13, sql: labelDoubts },
  { version: 14, sql: classKeys },
  { version: 15, sql: chosenImages },
  { version: 16, sql: imageMeasures },
  { version: 17, sql: imagesThatCome },
  { version: 18, sql: equalPixels },
  { version: 19, sql: learningCurves },
  { version: 20, sql: backboneScores },
  { version: 21, sql: temperedRuns },
  { version: 22, sql: foreignPhotos },
  { version: 23, sql: pausedRuns },
]

/** `GRFT`: tells a project's database from any other SQLite file. */
const applicationId = 0x47524654

export interface MigrateOptions {
  /** Where the copy made before the first pending migration goes. */
  readonly backupDir: string
  readonly migrations?: readonly Migration[]
}

/**
 * Brings a database to the newest version, one transaction for each migration. Before the first pending migration of a database
 * that has content, a copy named `NAME-version-N.EXT` is written to `backupDir`.
 * @throws PROJECT_TOO_NEW when a newer studio has written it, PROJECT_DAMAGED when it is another program's database.
 */
export function migrate(db: Database, { backupDir, migrations: known = migrations }: MigrateOptions): void {
  const { version, empty } = requireKnown(db, known.length)
  const pending = known.slice(version)
  if (pending.length > 0 && !empty) backUp(db, version, backupDir)
  for (const migration of pending) {
    migration.teach?.(db)
    db.transaction(() => {
      db.exec(migration.sql)
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${migration.version}`)
    }).immediate()
  }
}

/**
 * Which version a database has, and whether it holds nothing at all. Reads only. `supported`: the newest version that is known here.
 * @throws PROJECT_TOO_NEW when a newer studio has written it, PROJECT_DAMAGED when it is another program's database.
 */
export function requireKnown(db: Database, supported = migrations.length): { readonly version: number; readonly empty: boolean } {
  const version = db.pragma('user_version', { simple: true }) as number
  const path = dirname(db.name)
  const empty = version === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
  if (!empty && db.pragma('application_id', { simple: true }) !== applicationId) {
    throw new StudioError('PROJECT_DAMAGED', { path, reason: `${basename(db.name)} is not a database of this studio` })
  }
  if (version > supported) throw new StudioError('PROJECT_TOO_NEW', { path, version, supported })
  return { version, empty }
}

const unfinishedEnding = '.unfinished'

/** Whether `name` is that of a copy which was made of the database `file` before a migration, also of one that was cut off. */
export function isBackupOf(file: string, name: string): boolean {
  const version = /-version-(\d+)/.exec(name)?.[1]
  if (version === undefined) return false
  const backup = backupName(file, Number(version))
  return name === backup || name === `${backup}${unfinishedEnding}`
}

function backupName(file: string, version: number): string {
  const { name, ext } = parse(file)
  return `${name}-version-${version}${ext}`
}

function backUp(db: Database, version: number, backupDir: string): void {
  mkdirSync(backupDir, { recursive: true })
  const file = join(backupDir, backupName(db.name, version))
  // Under another name first: a copy that was cut off must not pass for a good one.
  const unfinished = `${file}${unfinishedEnding}`
  rmSync(unfinished, { force: true })
  db.prepare('VACUUM INTO ?').run(unfinished)
  renameSync(unfinished, file)
}
