import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'
import type { HashedImage } from './near-duplicates.ts'

// None of these tells of images that were deleted for good.
const columns = 'image.id, image.perceptual_hash AS perceptualHash, image.pixel_hash AS pixelHash, image.group_id AS groupId'
const isThere = 'image.id NOT IN (SELECT image_id FROM erased_image)'
const uncompared = "SELECT ? UNION SELECT id FROM import WHERE is_compared = 0 AND state IN ('interrupted', 'failed')"

/** Images of `importId`, and of imports that ended before theirs were compared; in order of import. */
export function readUncompared(db: Database, importId: number): HashedImage[] {
  const sql = `SELECT ${columns} FROM image WHERE import_id IN (${uncompared}) AND ${isThere} ORDER BY image.id`
  return prepared<[number], HashedImage>(db, sql).all(importId)
}

/** All others, in order of import. */
export function readCompared(db: Database, importId: number): HashedImage[] {
  const sql = `SELECT ${columns} FROM image WHERE import_id NOT IN (${uncompared}) AND ${isThere} ORDER BY image.id`
  return prepared<[number], HashedImage>(db, sql).all(importId)
}

/** What `readUncompared` answers has been compared. */
export function markCompared(db: Database, importId: number): void {
  prepared<[number]>(db, `UPDATE import SET is_compared = 1 WHERE id IN (${uncompared})`).run(importId)
}

/** Images one of whose words of the perceptual hash is among those of the same place in `words`: four lists of four hex digits each. */
export function readSharingWords(db: Database, words: readonly (readonly string[])[]): HashedImage[] {
  return words.flatMap((list, place) => {
    const sql = `SELECT ${columns} FROM json_each(?) AS word CROSS JOIN image ON substr(image.perceptual_hash, ${place * 4 + 1}, 4) = word.value
      WHERE ${isThere}`
    return prepared<[string], HashedImage>(db, sql).all(JSON.stringify(list))
  })
}

/** Images with one of these pixel hashes. */
export function readEqualPixels(db: Database, pixelHashes: readonly string[]): HashedImage[] {
  const sql = `SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN image ON image.pixel_hash = wanted.value WHERE ${isThere}`
  return prepared<[string], HashedImage>(db, sql).all(JSON.stringify(pixelHashes))
}

/** Every image of these groups. */
export function readMembers(db: Database, groupIds: readonly number[]): HashedImage[] {
  const sql = `SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN image ON image.group_id = wanted.value WHERE ${isThere}`
  return prepared<[string], HashedImage>(db, sql).all(JSON.stringify(groupIds))
}

export function setGroups(db: Database, groupOfImage: ReadonlyMap<number, number>): void {
  const update = prepared<[number, number]>(db, 'UPDATE image SET group_id = ? WHERE id = ?')
  db.transaction(() => {
    for (const [id, groupId] of groupOfImage) update.run(groupId, id)
  }).immediate()
}

/** Images of an import that share a group with another one. */
export function countGrouped(db: Database, importId: number): number {
  const sql = 'SELECT COUNT(*) AS count FROM image WHERE import_id = ? AND group_id IS NOT NULL'
  return prepared<[number], { count: number }>(db, sql).get(importId)!.count
}

/** Makes the images of an import one group, with every group that one of them is in. */
export function joinImport(db: Database, importId: number): void {
  const sql = 'SELECT id, group_id AS groupId FROM image WHERE import_id = ? ORDER BY id'
  const members = prepared<[number], { id: number; groupId: number | null }>(db, sql).all(importId)
  const [first] = members
  if (first === undefined || members.length < 2) return
  const groups = members.flatMap(({ groupId }) => groupId ?? [])
  const joined = Math.min(...groups, first.id)
  const update = 'UPDATE image SET group_id = ? WHERE import_id = ? OR group_id IN (SELECT value FROM json_each(?))'
  prepared<[number, number, string]>(db, update).run(joined, importId, JSON.stringify(groups))
}
