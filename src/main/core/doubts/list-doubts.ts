import type { Database } from 'better-sqlite3'
import type { Doubt, LabelCheck } from '../../contract/doubts.ts'
import { StudioError } from '../../contract/errors.ts'
import { recordStep } from '../history/record-step.ts'
import { readImagesById } from '../images/image-rows.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { findImageId, findLabelName } from '../labels/label-rows.ts'
import { countDoubts, countLabelsSince, countOpenDoubts, keepLabel, readLabelCheck, readOpenDoubts } from './doubt-rows.ts'

/** The last check and what is left of it. Classes that are gone are not named. */
export function listDoubts(db: Database, limit: number): { check: LabelCheck | null; left: number; doubts: Doubt[] } {
  const check = describeCheck(db)
  if (check === null) return { check, left: 0, doubts: [] }
  const rows = readOpenDoubts(db, limit)
  const images = readImagesById(
    db,
    Uint32Array.from(rows, ({ imageId }) => imageId),
  )
  return {
    check,
    left: countOpenDoubts(db),
    doubts: rows.map(({ likelyId, certainty }, place) => ({ image: images[place]!, likelyId, certainty })),
  }
}

function describeCheck(db: Database): LabelCheck | null {
  const row = readLabelCheck(db)
  if (row === null) return null
  const names = new Map(readClassNames(db).map(({ id, name }) => [id, name]))
  return {
    atMs: row.checkedAtMs,
    backbone: row.backbone,
    images: row.images,
    estimatedWrong: row.estimatedWrong,
    listed: countDoubts(db),
    leftOut: row.leftOut.flatMap((id) => names.get(id) ?? []),
    labelsSince: countLabelsSince(db, row.checkedAtMs),
  }
}

/** Keeps the labels that images have, as one step of the history. Answers how many were not kept before. @throws IMAGE_NOT_FOUND */
export function keepLabels(db: Database, hashes: readonly string[], atMs: number): number {
  const kept = new Set<string>()
  const details = (images: number) => {
    const [name] = kept
    return kept.size === 1 && name !== undefined ? { class: name, images } : { images }
  }
  const { result } = recordStep(db, { action: 'label-keep', details, atMs }, () => {
    let changed = 0
    for (const hash of hashes) {
      const imageId = findImageId(db, hash)
      if (imageId === null) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
      if (!keepLabel(db, imageId, atMs)) continue
      kept.add(findLabelName(db, imageId) ?? '')
      changed++
    }
    return changed
  })
  return result
}
