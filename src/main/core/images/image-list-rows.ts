import type { Database } from 'better-sqlite3'
import type { Part } from '../../contract/ids.ts'
import type { ImageOrder } from '../../contract/images.ts'
import { prepared } from '../db/prepared.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { foldImageName } from './image-name.ts'

// Each of these reads an index alone, which is several times as fast as the wide rows of images; ids are numbered in order of import.

/** Of every image there ever was, in order of import. */
export function readImageIds(db: Database): Uint32Array {
  // The narrowest index is read, in its own order.
  return idsOf(db, 'SELECT id FROM image').sort()
}

/** Every image that has not been deleted for good, in order of import, also those in the trash. */
export function readComparable(db: Database): { readonly id: number; readonly hash: string }[] {
  const sql = 'SELECT id, hash FROM image WHERE id NOT IN (SELECT image_id FROM erased_image) ORDER BY id'
  return prepared<[], { id: number; hash: string }>(db, sql).all()
}

/** The class of every image outside the trash, by its hash; 0 for those without one. */
export function readClassOfHash(db: Database): Map<string, number> {
  const sql = `SELECT image.hash, COALESCE(label.class_id, 0) AS classId FROM image LEFT JOIN label ON label.image_id = image.id
    WHERE image.trashed_at_ms IS NULL`
  return new Map(
    prepared<[], { hash: string; classId: number }>(db, sql)
      .all()
      .map(({ hash, classId }) => [hash, classId]),
  )
}

/** Hashes of the images outside the trash, in order of import. */
export function readShownHashes(db: Database): string[] {
  return prepared<[], string>(db, 'SELECT hash FROM image WHERE trashed_at_ms IS NULL ORDER BY id').pluck().all()
}

/** The id of the image that came last, 0 where there is none. */
export function newestImageId(db: Database): number {
  return prepared<[], number>(db, 'SELECT COALESCE(MAX(id), 0) FROM image').pluck().get()!
}

export function readTrashedIds(db: Database): Uint32Array {
  return idsOf(db, 'SELECT id FROM image WHERE trashed_at_ms IS NOT NULL')
}

export function readLabelledIds(db: Database): Uint32Array {
  return idsOf(db, 'SELECT image_id FROM label')
}

/** In order of import. */
export function readIdsOfClass(db: Database, classId: number): Uint32Array {
  return idsOf(db, 'SELECT image_id FROM label WHERE class_id = ? ORDER BY image_id', classId)
}

export function readIdsOfPart(db: Database, splitId: number, part: Part): Uint32Array {
  return idsOf(db, 'SELECT image_id FROM split_member WHERE split_id = ? AND part = ?', splitId, part)
}

/** Images whose short side has from `min` to `max` px, both included. */
export function readIdsOfShortSide(db: Database, { min, max }: { readonly min: number; readonly max: number }): Uint32Array {
  return idsOf(db, 'SELECT id FROM image WHERE min(width_px, height_px) BETWEEN ? AND ?', min, max)
}

/** Images with `text`, which is not empty, in their names or notes, whatever the case. */
export function readIdsOfText(db: Database, text: string): Uint32Array {
  const folded = foldImageName(text)
  const named = idsOf(db, 'SELECT id FROM image WHERE instr(folded_name, ?) > 0', folded)
  const notes = prepared<[], { id: number; note: string }>(db, `SELECT id, note FROM image WHERE note <> ''`).all()
  const noted = notes.filter(({ note }) => foldImageName(note).includes(folded)).map(({ id }) => id)
  return noted.length === 0 ? named : Uint32Array.from(new Set([...named, ...noted]))
}

export function readNotedIds(db: Database): Uint32Array {
  return idsOf(db, `SELECT id FROM image WHERE note <> ''`)
}

type Order<By extends ImageOrder['by']> = ImageOrder & { readonly by: By }

/** Every image, by what never changes of one; ties in order of import. */
export function readIdsByOrigin(db: Database, { by, descending }: Order<'imported' | 'name' | 'size'>): Uint32Array {
  if (by === 'imported') return descending ? readImageIds(db).reverse() : readImageIds(db)
  const columns = by === 'name' ? ['name_order', 'folded_name'] : ['min(width_px, height_px)', 'max(width_px, height_px)']
  const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')
  return idsOf(db, `SELECT id FROM image ORDER BY ${order}, id`)
}

/** Every image that has a label, by the place of its class in the list or the time of the label; ties in order of import. */
export function readIdsByLabel(db: Database, { by, descending }: Order<'class' | 'labelled'>): Uint32Array {
  if (by === 'labelled') return idsOf(db, `SELECT image_id FROM label ORDER BY set_at_ms ${descending ? 'DESC' : 'ASC'}, image_id`)
  const classes = readClassNames(db)
  if (descending) classes.reverse()
  const parts = classes.map(({ id }) => readIdsOfClass(db, id))
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Another value after any change of the database, also by another process. */
export function readChangeCount(db: Database): string {
  const own = prepared<[], number>(db, 'SELECT total_changes()').pluck().get()
  return `${own} ${String(db.pragma('data_version', { simple: true }))}`
}

function idsOf(db: Database, sql: string, ...values: readonly unknown[]): Uint32Array {
  return Uint32Array.from(
    prepared<unknown[], number>(db, sql)
      .pluck()
      .all(...values),
  )
}
