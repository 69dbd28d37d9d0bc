import type { Database } from 'better-sqlite3'
import type { PhotoChoice, PhotoExportSize } from '../../contract/photo-export.ts'
import { prepared } from '../db/prepared.ts'
import { listHashes } from '../images/list-images.ts'

/** A photo on its way out of a project. */
export interface PhotoToWrite {
  readonly id: number
  readonly hash: string
  /** File name at import. */
  readonly name: string
  /** Where its file lay at import. */
  readonly sourcePath: string
  readonly format: string
  /** Size of the original, orientation applied. */
  readonly widthPx: number
  readonly heightPx: number
  readonly sizeBytes: number
  /** The name of its class; null where it has none. */
  readonly className: string | null
}

/** Outside the trash, so it may hold fewer than the choice names. */
const chosenImages = `FROM json_each(?) AS wanted CROSS JOIN image ON image.hash = wanted.value
  LEFT JOIN label ON label.image_id = image.id LEFT JOIN class ON class.id = label.class_id
  WHERE image.trashed_at_ms IS NULL`

/** The photos of a choice, each once, in its order; those of a filter in order of import. Throws `RUN_NOT_FOUND` for a part of no run. */
export function readPhotosToWrite(db: Database, choice: PhotoChoice): PhotoToWrite[] {
  const sql = `SELECT image.id, image.hash, image.name, image.source_path AS sourcePath, image.format, image.width_px AS widthPx,
    image.height_px AS heightPx, image.size_bytes AS sizeBytes, class.name AS className ${chosenImages} ORDER BY wanted.key`
  return prepared<[string], PhotoToWrite>(db, sql).all(hashesOf(db, choice))
}

/** Throws as `readPhotosToWrite` does. */
export function measurePhotosToWrite(db: Database, choice: PhotoChoice): PhotoExportSize {
  const sql = `SELECT class.id IS NOT NULL AS isLabelled, COUNT(*) AS images, SUM(image.size_bytes) AS bytes ${chosenImages} GROUP BY isLabelled`
  const rows = prepared<[string], { isLabelled: 0 | 1; images: number; bytes: number }>(db, sql).all(hashesOf(db, choice))
  const of = (isLabelled: 0 | 1): PhotoExportSize['labelled'] => {
    const { images = 0, bytes = 0 } = rows.find((row) => row.isLabelled === isLabelled) ?? {}
    return { images, bytes }
  }
  return { labelled: of(1), unlabelled: of(0) }
}

function hashesOf(db: Database, choice: PhotoChoice): string {
  if (choice.kind === 'hashes') return JSON.stringify([...new Set(choice.hashes)])
  const everything = { order: { by: 'imported', descending: false }, offset: 0, limit: Number.MAX_SAFE_INTEGER } as const
  return JSON.stringify(listHashes(db, { filter: { ...choice.filter, trashed: false }, ...everything }))
}
