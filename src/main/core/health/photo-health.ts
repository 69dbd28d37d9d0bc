import type { Database } from 'better-sqlite3'
import { PhotoFlaw, type Image } from '../../contract/images.ts'
import { listImages } from '../images/list-images.ts'
import { countUnmeasured, readFineIds } from './measure-rows.ts'

const examplesShown = 4

export interface PhotoHealth {
  readonly flaws: { flaw: PhotoFlaw; images: number; examples: Image[] }[]
  readonly fine: number
  readonly unmeasured: number
}

/** Images with each fault, counted as the filter that shows them counts, with the first ones of each. */
export function photoHealth(db: Database): PhotoHealth {
  const order = { by: 'imported', descending: false } as const
  const flaws = PhotoFlaw.options.map((flaw) => {
    const { total, images } = listImages(db, { filter: { trashed: false, flaw }, order, offset: 0, limit: examplesShown })
    return { flaw, images: total, examples: images }
  })
  return { flaws, fine: readFineIds(db).length, unmeasured: countUnmeasured(db) }
}
