import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'
import { foldImageName, imageNameOrder } from './image-name.ts'

/** An image of the project as a file of labels may call it. */
export interface NamedImage {
  readonly id: number
  readonly hash: string
  readonly sourcePath: string
}

/** The images that are called so, whatever the case; without the trash. */
export function findImagesNamed(db: Database, name: string): NamedImage[] {
  // By both, because the index is over both.
  const sql = `SELECT id, hash, source_path AS sourcePath FROM image
    WHERE name_order = ? AND folded_name = ? AND trashed_at_ms IS NULL ORDER BY id`
  return prepared<[string, string], NamedImage>(db, sql).all(imageNameOrder(name), foldImageName(name))
}
