import type { Database } from 'better-sqlite3'
import { BackboneId } from '../../contract/backbones.ts'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import { prepared } from '../db/prepared.ts'
import { eraseImages } from '../images/erased-rows.ts'
import { unrecorded } from '../history/history-rows.ts'

export interface SchemaRow {
  readonly type: string
  readonly name: string
  readonly tableName: string
  /** Null for what SQLite makes by itself. */
  readonly sql: string | null
}

export function readSchema(db: Database): SchemaRow[] {
  const sql = 'SELECT type, name, tbl_name AS tableName, sql FROM sqlite_schema ORDER BY type, name'
  return prepared<[], SchemaRow>(db, sql).all()
}

/** A row that refers to none, in words; null where there is none. */
export function findBrokenReference(db: Database): string | null {
  const [found] = db.pragma('foreign_key_check') as { table: string; parent: string }[]
  return found === undefined ? null : `a row of ${found.table} refers to none of ${found.parent}`
}

const viewsSince = 8

/** A row that this program never writes and that leads elsewhere, or cannot be shown, in words; null where there is none. `version`: of the schema. */
export function findForeignRow(db: Database, version: number): string | null {
  const first = (sql: string): string | undefined => prepared<[], string>(db, sql).pluck().get()
  const told = (what: string, value: string): string => `${what} ${JSON.stringify(value.slice(0, 80))}`
  const hash = first("SELECT hash FROM image WHERE hash GLOB '*[^0-9a-f]*' LIMIT 1")
  if (hash !== undefined) return told('a photo with the hash', hash)
  const look = first("SELECT perceptual_hash FROM image WHERE perceptual_hash GLOB '*[^0-9a-f]*' LIMIT 1")
  if (look !== undefined) return told('a photo that looks like', look)
  const run = first("SELECT id FROM run WHERE id = '' OR length(id) > 40 OR id GLOB '*[^A-Za-z0-9_-]*' LIMIT 1")
  if (run !== undefined) return told('a run with the id', run)
  const backbones = prepared<[], string>(db, 'SELECT DISTINCT backbone_id FROM run').pluck().all()
  const backbone = backbones.find((id) => !BackboneId.safeParse(id).success)
  if (backbone !== undefined) return told('a run on the network', backbone)
  const project = first('SELECT name FROM project')
  if (project === undefined) return 'no project'
  if (/[/\\\p{Cc}]|^\.*$/u.test(project)) return told('a project with the name', project)
  return version < viewsSince ? null : findForeignView(db)
}

function findForeignView(db: Database): string | null {
  const sql = 'SELECT name, filter, image_order AS "order" FROM saved_view'
  const views = prepared<[], { name: string; filter: string; order: string }>(db, sql).all()
  const odd = views.find(
    ({ filter, order }) => !ImageFilter.safeParse(JSON.parse(filter)).success || !ImageOrder.safeParse(JSON.parse(order)).success,
  )
  return odd === undefined ? null : `the view ${JSON.stringify(odd.name.slice(0, 80))}`
}

export interface HeldPhoto {
  readonly id: number
  readonly hash: string
}

/** Photos whose copies belong to a database: all but those that were deleted for good, in order of their hashes. */
export function readHeldPhotos(db: Database): HeldPhoto[] {
  const sql = 'SELECT id, hash FROM image WHERE id NOT IN (SELECT image_id FROM erased_image) ORDER BY hash'
  return prepared<[], HeldPhoto>(db, sql).all()
}

/** Folders of networks that belong to a database: those that its runs have trained, and those of one's own that they start from. */
export function readNetworkNames(db: Database): Set<string> {
  return new Set(prepared<[], string>(db, 'SELECT id FROM run UNION SELECT backbone_id FROM run').pluck().all())
}

/** Deletes photos for good in a database of its own, wherever they are in it. */
export function erasePhotos(db: Database, imageIds: readonly number[], atMs: number): void {
  const trash = `UPDATE image SET trashed_at_ms = ? WHERE trashed_at_ms IS NULL AND id IN (SELECT value FROM json_each(?))`
  db.transaction(() => {
    unrecorded(db, () => prepared<[number, string]>(db, trash).run(atMs, JSON.stringify(imageIds)))
    eraseImages(db, imageIds, atMs)
  }).immediate()
}
