import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

/** What the last check was made from and what came of it, as its row holds it. */
export interface LabelCheckRow {
  readonly checkedAtMs: number
  readonly backbone: string
  /** Images whose labels were checked. */
  readonly images: number
  readonly estimatedWrong: number
  /** Ids of the classes that had too few images. */
  readonly leftOut: readonly number[]
}

export interface DoubtRow {
  readonly imageId: number
  /** Of the image, when it was checked. */
  readonly classId: number
  readonly likelyId: number
  readonly certainty: number
}

/** Null before the first check. */
export function readLabelCheck(db: Database): LabelCheckRow | null {
  const sql = `SELECT checked_at_ms AS checkedAtMs, backbone_id AS backbone, images, estimated_wrong AS estimatedWrong, left_out AS leftOut
    FROM label_check`
  const row = prepared<[], Omit<LabelCheckRow, 'leftOut'> & { leftOut: string }>(db, sql).get()
  return row === undefined ? null : { ...row, leftOut: JSON.parse(row.leftOut) as number[] }
}

/** Puts a check in the place of the one before, in one transaction. `doubts`: most certain first; those whose label was kept are left out. */
export function writeLabelCheck(db: Database, check: LabelCheckRow, doubts: readonly DoubtRow[]): void {
  const insertCheck = prepared<[{ readonly leftOut: string } & Omit<LabelCheckRow, 'leftOut'>]>(
    db,
    `INSERT INTO label_check (id, checked_at_ms, backbone_id, images, estimated_wrong, left_out)
     VALUES (1, @checkedAtMs, @backbone, @images, @estimatedWrong, @leftOut)`,
  )
  const insertDoubt = prepared<[DoubtRow & { readonly place: number }]>(
    db,
    `INSERT INTO label_doubt (image_id, class_id, likely_id, place, certainty)
     SELECT @imageId, @classId, @likelyId, @place, @certainty
     WHERE NOT EXISTS (SELECT 1 FROM kept_label WHERE image_id = @imageId AND class_id = @classId)`,
  )
  db.transaction(() => {
    prepared(db, 'DELETE FROM label_doubt').run()
    prepared(db, 'DELETE FROM label_check').run()
    insertCheck.run({ ...check, leftOut: JSON.stringify(check.leftOut) })
    doubts.forEach((doubt, place) => insertDoubt.run({ ...doubt, place }))
  }).immediate()
}

/** Of doubts that a person has still to decide: the image is called as it was, is not in the trash, and its label was not kept. */
const openDoubts = `FROM label_doubt AS doubt
  JOIN label ON label.image_id = doubt.image_id AND label.class_id = doubt.class_id
  JOIN image ON image.id = doubt.image_id AND image.trashed_at_ms IS NULL
  JOIN class AS likely ON likely.id = doubt.likely_id AND likely.deleted_at_ms IS NULL
  LEFT JOIN kept_label AS kept ON kept.image_id = doubt.image_id AND kept.class_id = doubt.class_id
  WHERE kept.image_id IS NULL`

/** Most certain first, at most `limit`. */
export function readOpenDoubts(db: Database, limit: number): DoubtRow[] {
  const sql = `SELECT doubt.image_id AS imageId, doubt.class_id AS classId, likely_id AS likelyId, certainty ${openDoubts} ORDER BY place LIMIT ?`
  return prepared<[number], DoubtRow>(db, sql).all(limit)
}

export function countOpenDoubts(db: Database): number {
  return prepared<[], number>(db, `SELECT COUNT(*) ${openDoubts}`).pluck().get() ?? 0
}

/** All that the last check has listed, decided or not. */
export function countDoubts(db: Database): number {
  return prepared<[], number>(db, 'SELECT COUNT(*) FROM label_doubt').pluck().get() ?? 0
}

/** Labels that were given after `atMs`. */
export function countLabelsSince(db: Database, atMs: number): number {
  return prepared<[number], number>(db, 'SELECT COUNT(*) FROM label WHERE set_at_ms > ?').pluck().get(atMs) ?? 0
}

/** Keeps the label that an image has; answers whether it has one that was not kept before. Inside `recordStep` only. */
export function keepLabel(db: Database, imageId: number, atMs: number): boolean {
  const sql = `INSERT INTO kept_label (image_id, class_id, kept_at_ms) SELECT image_id, class_id, ? FROM label WHERE image_id = ?
    ON CONFLICT (image_id) DO UPDATE SET class_id = excluded.class_id, kept_at_ms = excluded.kept_at_ms
    WHERE kept_label.class_id <> excluded.class_id`
  return prepared<[number, number]>(db, sql).run(atMs, imageId).changes > 0
}

/** Images of a class outside the trash, the newest labels first, at most `limit`. */
export function readImagesOfClass(db: Database, classId: number, limit: number): { readonly id: number; readonly hash: string }[] {
  const sql = `SELECT image.id, image.hash FROM label JOIN image ON image.id = label.image_id
    WHERE label.class_id = ? AND image.trashed_at_ms IS NULL ORDER BY label.set_at_ms DESC, image.id LIMIT ?`
  return prepared<[number, number], { id: number; hash: string }>(db, sql).all(classId, limit)
}

/** Ids of images that the last check has listed and nobody has decided. */
export function readDoubtedImages(db: Database): Set<number> {
  return new Set(prepared<[], number>(db, `SELECT doubt.image_id ${openDoubts}`).pluck().all())
}
