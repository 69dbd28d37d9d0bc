import type { Database } from 'better-sqlite3'
import { readSureGroups } from '../similar/look-alike-groups.ts'
import { readLabelledImages, type LabelledImageRow } from './split-rows.ts'

export interface GroupedImage extends LabelledImageRow {
  /** Those with the same one stay together; null: it stands alone. */
  readonly groupId: number | null
}

/**
 * Images with a label, outside the trash, in order of hash, with their groups: nearly the same pictures, and those of one burst, as they are known
 * now. An import knows less than a comparison that came later. Whatever learns from some labels and is judged by others divides these.
 */
export function readGroupedImages(db: Database): GroupedImage[] {
  const groups = readSureGroups(db)
  return readLabelledImages(db).map((image) => ({ ...image, groupId: groups.get(image.imageId) ?? null }))
}
