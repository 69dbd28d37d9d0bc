import type { Database } from 'better-sqlite3'
import type { LookAlikeKind } from '../../contract/look-alikes.ts'
import { prepared } from '../db/prepared.ts'
import type { Likeness, Look } from './join-looks.ts'

/** Every image that may be in a group, also those in the trash, through which others may belong together. */
export function readLooks(db: Database): Look[] {
  const sql = `SELECT id, group_id AS groupId, taken_at_ms AS takenAtMs, perceptual_hash AS perceptualHash FROM image
    WHERE (group_id IS NOT NULL OR taken_at_ms IS NOT NULL OR id IN (SELECT image_id FROM likeness UNION SELECT other_id FROM likeness))
      AND id NOT IN (SELECT image_id FROM erased_image)`
  return prepared<[], Look>(db, sql).all()
}

export function readLikenesses(db: Database): Likeness[] {
  const sql = 'SELECT image_id AS imageId, other_id AS otherId, similarity FROM likeness'
  return prepared<[], Likeness>(db, sql).all()
}

/** What was compared last, and how many images outside the trash have come since; null: nothing yet. */
export function readComparison(db: Database): { readonly atMs: number; readonly added: number } | null {
  const sql = `SELECT compared_at_ms AS atMs,
    (SELECT COUNT(*) FROM image WHERE id > newest_image AND trashed_at_ms IS NULL) AS added FROM comparison`
  return prepared<[], { atMs: number; added: number }>(db, sql).get() ?? null
}

/** Takes the place of what an earlier comparison found, without images that were deleted for good meanwhile. In one transaction. */
export function writeComparison(
  db: Database,
  likenesses: readonly Likeness[],
  { atMs, newestImage }: { readonly atMs: number; readonly newestImage: number },
): void {
  const insert = prepared<[Likeness]>(
    db,
    `INSERT INTO likeness (image_id, other_id, similarity) SELECT @imageId, @otherId, @similarity
     WHERE NOT EXISTS (SELECT 1 FROM erased_image WHERE erased_image.image_id IN (@imageId, @otherId))`,
  )
  db.transaction(() => {
    prepared(db, 'DELETE FROM likeness').run()
    for (const likeness of likenesses) insert.run(likeness)
    const sql = 'INSERT OR REPLACE INTO comparison (id, compared_at_ms, newest_image) VALUES (1, ?, ?)'
    prepared<[number, number]>(db, sql).run(atMs, newestImage)
  }).immediate()
}

/** Which images are kept with which, by their ids. */
export function readKept(db: Database, kind: LookAlikeKind): Map<number, number> {
  const column = kind === 'sure' ? 'sure_with' : 'perhaps_with'
  const sql = `SELECT image_id AS id, ${column} AS keptWith FROM kept_look_alike WHERE ${column} IS NOT NULL`
  return new Map(
    prepared<[], { id: number; keptWith: number }>(db, sql)
      .all()
      .map(({ id, keptWith }) => [id, keptWith]),
  )
}

/** Keeps images with each other. Inside `recordStep` only. */
export function keepTogether(db: Database, kind: LookAlikeKind, ids: readonly number[]): void {
  const column = kind === 'sure' ? 'sure_with' : 'perhaps_with'
  const sql = `INSERT INTO kept_look_alike (image_id, ${column}) VALUES (?, ?) ON CONFLICT (image_id) DO UPDATE SET ${column} = excluded.${column}`
  const write = prepared<[number, number]>(db, sql)
  const keptWith = Math.min(...ids)
  for (const id of ids) write.run(id, keptWith)
}
