import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

export interface ProjectRow {
  readonly name: string
  /** The folder's own name when `name` was given. */
  readonly folder: string
  readonly createdAtMs: number
}

export function insertProject(db: Database, row: ProjectRow): void {
  prepared<[string, string, number]>(db, 'INSERT INTO project (id, name, folder, created_at_ms) VALUES (1, ?, ?, ?)').run(
    row.name,
    row.folder,
    row.createdAtMs,
  )
}

export function readProject(db: Database): ProjectRow | null {
  const sql = 'SELECT name, folder, created_at_ms AS createdAtMs FROM project'
  return prepared<[], ProjectRow>(db, sql).get() ?? null
}

export function nameProject(db: Database, name: string, folder: string): void {
  prepared<[string, string]>(db, 'UPDATE project SET name = ?, folder = ?').run(name, folder)
}

export interface ProjectCounts {
  readonly images: number
  readonly labelled: number
  readonly classes: number
  readonly runs: number
  readonly exports: number
}

/** Images and labels outside the trash, classes in use, runs in any state, exports. */
export function countProject(db: Database): ProjectCounts {
  const sql = `SELECT
    (SELECT COUNT(*) FROM image) - (SELECT COUNT(*) FROM image WHERE trashed_at_ms IS NOT NULL) AS images,
    (SELECT COUNT(*) FROM label)
      - (SELECT COUNT(*) FROM image CROSS JOIN label ON label.image_id = image.id WHERE image.trashed_at_ms IS NOT NULL) AS labelled,
    (SELECT COUNT(*) FROM class WHERE deleted_at_ms IS NULL) AS classes,
    (SELECT COUNT(*) FROM run) AS runs,
    (SELECT COUNT(*) FROM export) AS exports`
  return prepared<[], ProjectCounts>(db, sql).get()!
}

/** What a process that was killed left as running is interrupted since now; trainings rest until somebody lets them go on. */
export function interruptUnfinished(db: Database, nowMs: number): void {
  db.transaction(() => {
    prepared<[number]>(
      db,
      "UPDATE run SET state = 'queued', paused_at_ms = COALESCE(paused_at_ms, ?) WHERE state IN ('queued', 'running')",
    ).run(nowMs)
    prepared<[number]>(db, "UPDATE import SET state = 'interrupted', ended_at_ms = ? WHERE state = 'running'").run(nowMs)
  }).immediate()
}

/** For a project's card: its images, and up to four of them, of different classes as far as there are. */
export function readCard(db: Database): { readonly images: number; readonly hashes: readonly string[] } {
  const sql = `WITH first_of_class AS (SELECT MIN(label.image_id) AS id FROM class JOIN label ON label.class_id = class.id
      WHERE class.deleted_at_ms IS NULL GROUP BY class.id ORDER BY class.position LIMIT 4),
    first_images AS (SELECT id FROM image WHERE trashed_at_ms IS NULL ORDER BY id LIMIT 4)
    SELECT hash FROM image WHERE trashed_at_ms IS NULL AND id IN (SELECT id FROM first_of_class UNION SELECT id FROM first_images)
    ORDER BY id IN (SELECT id FROM first_of_class) DESC, id LIMIT 4`
  const rows = prepared<[], { hash: string }>(db, sql).all()
  return { images: countProject(db).images, hashes: rows.map((row) => row.hash) }
}

/** Folders and zip files of the exports, absolute paths on the machine that wrote them. */
export function readExportPlaces(db: Database): string[] {
  const sql = `SELECT json_extract(proof, '$.folder') AS folder, json_extract(proof, '$.zip') AS zip FROM export`
  return prepared<[], { folder: string | null; zip: string | null }>(db, sql)
    .all()
    .flatMap(({ folder, zip }) => [folder, zip].filter((place) => place !== null))
}
