import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import { recordStep } from '../history/record-step.ts'
import { findImageId } from '../labels/label-rows.ts'
import { setFine } from './measure-rows.ts'

export interface FineMark {
  readonly hashes: readonly string[]
  readonly isFine: boolean
  readonly atMs: number
}

/** Says of images that they are fine, or takes that back, as one step. Answers how many that changed. @throws IMAGE_NOT_FOUND; nothing is changed then. */
export function markFine(db: Database, { hashes, isFine, atMs }: FineMark): number {
  const details = (changed: number) => ({ images: changed, fine: isFine ? 1 : 0 })
  return recordStep(db, { action: 'image-fine', details, atMs }, () => {
    let changed = 0
    for (const hash of hashes) {
      const id = findImageId(db, hash)
      if (id === null) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
      if (setFine(db, id, isFine ? atMs : null)) changed++
    }
    return changed
  }).result
}
