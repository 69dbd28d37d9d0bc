import type { Database } from 'better-sqlite3'
import type { Part } from '../../contract/ids.ts'
import type { RunClass, SplitShares } from '../../contract/runs.ts'
import { prepared } from '../db/prepared.ts'

/** One image of a split, with the class that it had when the split was frozen. */
export interface SplitMember {
  readonly imageId: number
  readonly hash: string
  readonly classId: number
  readonly part: Part
}

export interface LabelledImageRow {
  readonly imageId: number
  readonly hash: string
  readonly classId: number
}

/** Images with a label, outside the trash; in order of hash, so that the order of import changes nothing. */
export function readLabelledImages(db: Database): LabelledImageRow[] {
  const sql = `SELECT image.id AS imageId, image.hash, label.class_id AS classId
    FROM label JOIN image ON image.id = label.image_id JOIN class ON class.id = label.class_id
    WHERE image.trashed_at_ms IS NULL AND class.deleted_at_ms IS NULL ORDER BY image.hash`
  return prepared<[], LabelledImageRow>(db, sql).all()
}

/** The part of each image, by its id, in the newest split of this seed and these shares that holds it. */
export function readPreviousParts(db: Database, seed: number, shares: SplitShares): Map<number, Part> {
  // With MAX as the only aggregate, SQLite takes the other columns from the row that holds the maximum.
  const sql = `SELECT image_id AS imageId, part, MAX(split_id) FROM split_member
    WHERE split_id IN (SELECT id FROM split WHERE seed = ? AND shares = ?) GROUP BY image_id`
  const rows = prepared<[number, string], { imageId: number; part: Part }>(db, sql).all(seed, sharesText(shares))
  return new Map(rows.map(({ imageId, part }) => [imageId, part]))
}

export function findSplit(db: Database, membershipHash: string): number | null {
  const sql = 'SELECT id FROM split WHERE membership_hash = ?'
  return prepared<[string], { id: number }>(db, sql).get(membershipHash)?.id ?? null
}

export interface SplitRow {
  readonly seed: number
  readonly shares: SplitShares
  readonly membershipHash: string
  readonly createdAtMs: number
}

/** Writes a split with its classes and members and returns its id. To be called within a transaction. */
export function insertSplit(db: Database, row: SplitRow, classes: readonly RunClass[], members: readonly SplitMember[]): number {
  const { lastInsertRowid } = prepared<[number, string, string, number]>(
    db,
    'INSERT INTO split (seed, shares, membership_hash, created_at_ms) VALUES (?, ?, ?, ?)',
  ).run(row.seed, sharesText(row.shares), row.membershipHash, row.createdAtMs)
  const id = Number(lastInsertRowid)
  const addClass = prepared<[number, number, number, string, string]>(
    db,
    'INSERT INTO split_class (split_id, class_id, position, name, colour) VALUES (?, ?, ?, ?, ?)',
  )
  classes.forEach((each, position) => addClass.run(id, each.id, position, each.name, each.colour))
  const addMember = prepared<[number, number, number, string]>(
    db,
    'INSERT INTO split_member (split_id, image_id, class_id, part) VALUES (?, ?, ?, ?)',
  )
  for (const member of members) addMember.run(id, member.imageId, member.classId, member.part)
  return id
}

/** The classes of a split in its order, as they were called then. */
export function readSplitClasses(db: Database, id: number): RunClass[] {
  const sql = 'SELECT class_id AS id, name, colour FROM split_class WHERE split_id = ? ORDER BY position'
  return prepared<[number], RunClass>(db, sql).all(id)
}

/** In order of hash. */
export function readSplitMembers(db: Database, id: number): SplitMember[] {
  const sql = `SELECT image_id AS imageId, image.hash, class_id AS classId, part
    FROM split_member JOIN image ON image.id = split_member.image_id WHERE split_id = ? ORDER BY image.hash`
  return prepared<[number], SplitMember>(db, sql).all(id)
}

/** One text for equal shares. */
export function sharesText({ train, validation, test }: SplitShares): string {
  return JSON.stringify({ train, validation, test })
}
