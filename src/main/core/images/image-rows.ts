import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { Image, TakenTime } from '../../contract/images.ts'
import type { PictureMeasure, PreparedImage } from '../../contract/worker/image-tasks.ts'
import { prepared } from '../db/prepared.ts'
import { setMeasure } from '../health/measure-rows.ts'
import { isErased } from './erased-rows.ts'
import { foldImageName, imageNameOrder } from './image-name.ts'

export interface NewImage extends Omit<PreparedImage, 'pixelHash' | 'taken' | 'measure'> {
  /** Absent: not known. */
  readonly pixelHash?: string | null
  /** Absent: not known. */
  readonly taken?: TakenTime | null
  /** Absent: not known yet. */
  readonly measure?: PictureMeasure
  /** Where the file lay when it was imported. */
  readonly sourcePath: string
  readonly importId: number
  readonly importedAtMs: number
}

/** An image as far as an import needs to know it. */
export interface KnownImage {
  readonly id: number
  readonly name: string
  readonly isTrashed: boolean
  /** Deleted for good; it is trashed too. */
  readonly isErased: boolean
}

/** Answers the id of the row. */
export function insertImage(db: Database, image: NewImage): number {
  const sql = `INSERT INTO image
    (hash, name, folded_name, name_order, source_path, format, width_px, height_px, size_bytes, perceptual_hash, pixel_hash, taken_at_ms,
      taken_offset_minutes, import_id, imported_at_ms)
    VALUES (@hash, @name, @foldedName, @nameOrder, @sourcePath, @format, @widthPx, @heightPx, @sizeBytes, @perceptualHash, @pixelHash, @takenAtMs,
      @takenOffsetMinutes, @importId, @importedAtMs)`
  const row = rowOf(image)
  const id = Number(prepared<[typeof row]>(db, sql).run(row).lastInsertRowid)
  if (image.measure !== undefined) setMeasure(db, id, image.measure)
  return id
}

/** Fills the row of an image that was deleted for good and is imported again. It lies in the trash until it is taken out of there. */
export function refillImage(db: Database, id: number, image: NewImage): void {
  const sql = `UPDATE image SET name = @name, folded_name = @foldedName, name_order = @nameOrder, source_path = @sourcePath, format = @format,
    width_px = @widthPx, height_px = @heightPx, size_bytes = @sizeBytes, perceptual_hash = @perceptualHash, pixel_hash = @pixelHash,
    taken_at_ms = @takenAtMs, taken_offset_minutes = @takenOffsetMinutes, import_id = @importId, imported_at_ms = @importedAtMs WHERE id = @id`
  const row = { ...rowOf(image), id }
  prepared<[typeof row]>(db, sql).run(row)
  prepared<[number]>(db, 'DELETE FROM erased_image WHERE image_id = ?').run(id)
  if (image.measure !== undefined) setMeasure(db, id, image.measure)
}

function rowOf({ taken, measure: _measure, pixelHash = null, ...image }: NewImage) {
  const { atMs: takenAtMs, offsetMinutes: takenOffsetMinutes } = taken ?? { atMs: null, offsetMinutes: null }
  return {
    ...image,
    pixelHash,
    foldedName: foldImageName(image.name),
    nameOrder: imageNameOrder(image.name),
    takenAtMs,
    takenOffsetMinutes,
  }
}

export function hasImage(db: Database, hash: string): boolean {
  return prepared<[string]>(db, 'SELECT 1 FROM image WHERE hash = ?').get(hash) !== undefined
}

export function findImage(db: Database, hash: string): KnownImage | null {
  const sql = 'SELECT id, name, trashed_at_ms AS trashedAtMs FROM image WHERE hash = ?'
  const row = prepared<[string], { id: number; name: string; trashedAtMs: number | null }>(db, sql).get(hash)
  if (row === undefined) return null
  return { id: row.id, name: row.name, isTrashed: row.trashedAtMs !== null, isErased: isErased(db, row.id) }
}

/** Where the original lay at import, and what it was called; null for an unknown hash. */
export function findOriginal(db: Database, hash: string): { readonly name: string; readonly sourcePath: string } | null {
  const sql = 'SELECT name, source_path AS sourcePath FROM image WHERE hash = ?'
  return prepared<[string], { name: string; sourcePath: string }>(db, sql).get(hash) ?? null
}

/** What is known of an image besides what every list shows. */
export interface ImageOrigin {
  readonly id: number
  readonly importedAtMs: number
  readonly sourcePath: string
  readonly isTrashed: boolean
  readonly taken: TakenTime | null
}

interface OriginRow extends Omit<ImageOrigin, 'isTrashed' | 'taken'> {
  readonly isTrashed: 0 | 1
  readonly takenAtMs: number | null
  readonly takenOffsetMinutes: number | null
}

/** Throws `IMAGE_NOT_FOUND`. */
export function readOrigin(db: Database, hash: string): ImageOrigin {
  const sql = `SELECT id, imported_at_ms AS importedAtMs, source_path AS sourcePath, trashed_at_ms IS NOT NULL AS isTrashed,
      taken_at_ms AS takenAtMs, taken_offset_minutes AS takenOffsetMinutes FROM image WHERE hash = ?`
  const found = prepared<[string], OriginRow>(db, sql).get(hash)
  if (found === undefined) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  const { takenAtMs, takenOffsetMinutes, ...row } = found
  const taken = takenAtMs === null ? null : { atMs: takenAtMs, offsetMinutes: takenOffsetMinutes }
  return { ...row, isTrashed: row.isTrashed === 1, taken }
}

const imageColumns = `image.hash, image.name, image.format, image.width_px AS widthPx, image.height_px AS heightPx,
  image.size_bytes AS sizeBytes, label.class_id AS classId, label.source AS labelSource, image.group_id AS groupId, image.note`

/** One image, also from the trash. Throws `IMAGE_NOT_FOUND`. */
export function readImage(db: Database, hash: string): Image {
  const sql = `SELECT ${imageColumns} FROM image LEFT JOIN label ON label.image_id = image.id WHERE image.hash = ?`
  const image = prepared<[string], Image>(db, sql).get(hash)
  if (image === undefined) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  return image
}

/** Images by their ids, in the order of `ids`. */
export function readImagesById(db: Database, ids: Uint32Array): Image[] {
  const sql = `SELECT ${imageColumns} FROM json_each(?) AS wanted CROSS JOIN image ON image.id = wanted.value
    LEFT JOIN label ON label.image_id = image.id ORDER BY wanted.key`
  return prepared<[string], Image>(db, sql).all(JSON.stringify([...ids]))
}

export function readHashesById(db: Database, ids: Uint32Array): string[] {
  const sql = 'SELECT image.hash FROM json_each(?) AS wanted CROSS JOIN image ON image.id = wanted.value ORDER BY wanted.key'
  return prepared<[string], string>(db, sql)
    .pluck()
    .all(JSON.stringify([...ids]))
}

/** The others of an image's group, in order of import, without those in the trash. */
export function readLookAlikes(db: Database, { hash, groupId }: Pick<Image, 'hash' | 'groupId'>): Image[] {
  const sql = `SELECT ${imageColumns} FROM image LEFT JOIN label ON label.image_id = image.id
    WHERE image.group_id = ? AND image.hash <> ? AND image.trashed_at_ms IS NULL ORDER BY image.id`
  return prepared<[number | null, string], Image>(db, sql).all(groupId, hash)
}

/** Answers whether that is another note than before. Inside `recordStep` only. */
export function setNote(db: Database, hash: string, note: string): boolean {
  return prepared<[string, string, string]>(db, 'UPDATE image SET note = ? WHERE hash = ? AND note <> ?').run(note, hash, note).changes > 0
}

/**
 * Puts images into the trash (`trashedAtMs`) or back (null) and answers how many were not there already; nothing brings back what was
 * deleted for good. Inside `recordStep` only.
 * Throws `IMAGE_NOT_FOUND`.
 */
export function setTrashed(db: Database, hashes: readonly string[], trashedAtMs: number | null): number {
  const sql = `UPDATE image SET trashed_at_ms = @at WHERE hash = @hash AND (trashed_at_ms IS NULL) = (@at IS NOT NULL)
    AND id NOT IN (SELECT image_id FROM erased_image)`
  const update = prepared<[{ at: number | null; hash: string }]>(db, sql)
  let changed = 0
  for (const hash of hashes) {
    const { changes } = update.run({ at: trashedAtMs, hash })
    if (changes === 0 && !hasImage(db, hash)) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
    changed += changes
  }
  return changed
}
