import type { Database } from 'better-sqlite3'
import type { Class } from '../../contract/labels.ts'
import { prepared } from '../db/prepared.ts'

/** So many classes have a digit by their place, from 1 on; 0 takes a label away. */
const digitKeys = 9

/** The classes in use, in order, with the images outside the trash that carry them. */
export function readClasses(db: Database): Class[] {
  // Both counts come from an index alone; CROSS JOIN keeps the few images in the trash as the outer loop.
  const sql = `SELECT id, name, colour, key AS boundKey, COALESCE(labelled.count, 0) - COALESCE(in_trash.count, 0) AS images FROM class
    LEFT JOIN (SELECT class_id, COUNT(*) AS count FROM label GROUP BY class_id) AS labelled ON labelled.class_id = class.id
    LEFT JOIN (
      SELECT label.class_id, COUNT(*) AS count FROM image CROSS JOIN label ON label.image_id = image.id
      WHERE image.trashed_at_ms IS NOT NULL GROUP BY label.class_id
    ) AS in_trash ON in_trash.class_id = class.id
    WHERE deleted_at_ms IS NULL ORDER BY position, id`
  const rows = prepared<[], Omit<Class, 'position' | 'key'>>(db, sql).all()
  const bound = new Set(rows.map(({ boundKey }) => boundKey))
  return rows.map((row, position) => {
    const digit = position < digitKeys && !bound.has(String(position + 1)) ? String(position + 1) : null
    return { ...row, position, key: row.boundKey ?? digit }
  })
}

/** The same without counting images; in order. */
export function readClassNames(db: Database): Pick<Class, 'id' | 'name' | 'colour'>[] {
  const sql = 'SELECT id, name, colour FROM class WHERE deleted_at_ms IS NULL ORDER BY position, id'
  return prepared<[], Pick<Class, 'id' | 'name' | 'colour'>>(db, sql).all()
}

/** Null for an id that no class in use has. */
export function findClassName(db: Database, id: number): string | null {
  const sql = 'SELECT name FROM class WHERE id = ? AND deleted_at_ms IS NULL'
  return prepared<[number], string>(db, sql).pluck().get(id) ?? null
}

export interface DeletedClass {
  readonly id: number
  readonly name: string
}

/** Newest first. */
export function readDeletedClasses(db: Database): DeletedClass[] {
  const sql = 'SELECT id, name FROM class WHERE deleted_at_ms IS NOT NULL ORDER BY deleted_at_ms DESC, id DESC'
  return prepared<[], DeletedClass>(db, sql).all()
}

export interface ClassRow {
  readonly name: string
  readonly colour: string
  readonly position: number
}

export function insertClass(db: Database, { name, colour, position }: ClassRow): number {
  const sql = 'INSERT INTO class (name, colour, position) VALUES (?, ?, ?)'
  return Number(prepared<[string, string, number]>(db, sql).run(name, colour, position).lastInsertRowid)
}

export function reviveClass(db: Database, id: number, { name, colour, position }: ClassRow): void {
  const sql = 'UPDATE class SET name = ?, colour = ?, position = ?, key = NULL, deleted_at_ms = NULL WHERE id = ?'
  prepared<[string, string, number, number]>(db, sql).run(name, colour, position, id)
}

/** The position behind the last class in use. */
export function nextPosition(db: Database): number {
  const sql = 'SELECT COALESCE(MAX(position) + 1, 0) AS next FROM class WHERE deleted_at_ms IS NULL'
  return prepared<[], { next: number }>(db, sql).get()!.next
}

export function setClassName(db: Database, id: number, name: string): void {
  prepared<[string, number, string]>(db, 'UPDATE class SET name = ? WHERE id = ? AND name COLLATE BINARY <> ?').run(name, id, name)
}

export function setClassColour(db: Database, id: number, colour: string): void {
  prepared<[string, number, string]>(db, 'UPDATE class SET colour = ? WHERE id = ? AND colour <> ?').run(colour, id, colour)
}

export function setClassPosition(db: Database, id: number, position: number): void {
  prepared<[number, number, number]>(db, 'UPDATE class SET position = ? WHERE id = ? AND position <> ?').run(position, id, position)
}

export function setClassKey(db: Database, id: number, key: string | null): void {
  prepared<[string | null, number]>(db, 'UPDATE class SET key = ? WHERE id = ?').run(key, id)
}

export function markClassDeleted(db: Database, id: number, atMs: number): void {
  prepared<[number, number]>(db, 'UPDATE class SET deleted_at_ms = ? WHERE id = ?').run(atMs, id)
}
