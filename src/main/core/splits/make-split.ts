import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { StudioError } from '../../contract/errors.ts'
import type { RunClass, SplitShares } from '../../contract/runs.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { assignParts, countUnits, fewestUnits } from './assign-parts.ts'
import { readGroupedImages, type GroupedImage } from './grouped-images.ts'
import {
  findSplit,
  insertSplit,
  readPreviousParts,
  readSplitClasses,
  readSplitMembers,
  sharesText,
  type SplitMember,
} from './split-rows.ts'

export interface SplitSettings {
  readonly seed: number
  readonly shares: SplitShares
}

export interface SplitPlan {
  /** In the order of the class list; positions in it are the class indices of a run. */
  readonly classes: readonly RunClass[]
  /** In order of image hash. */
  readonly members: readonly SplitMember[]
}

/** A frozen split: its classes keep their names, its members their class and part. */
export interface Split extends SplitPlan {
  readonly id: number
}

/**
 * What `makeSplit` would freeze now; nothing is written.
 * @throws NO_LABELS, ONE_CLASS_ONLY, CLASS_WITHOUT_IMAGES (delete the class or label images of it), or TOO_FEW_IMAGES: fewer than
 * three images of a class, where images that look nearly the same count as one.
 */
export function planSplit(db: Database, { seed, shares }: SplitSettings): SplitPlan {
  const classes = readClassNames(db)
  const images = readGroupedImages(db)
  refuseTooLittle(classes, images)
  const previous = readPreviousParts(db, seed, shares)
  const parts = assignParts(
    images.map((image) => ({ ...image, previous: previous.get(image.imageId) ?? null })),
    { seed, shares },
  )
  return { classes, members: images.map(({ imageId, hash, classId }, index) => ({ imageId, hash, classId, part: parts[index]! })) }
}

/**
 * Freezes the images labelled now, outside the trash, into train, validation and test (`assignParts` says how). The same seed, shares,
 * classes and labels give the split that is there already. Throws what `planSplit` throws.
 */
export function makeSplit(db: Database, { clock, ...settings }: SplitSettings & { readonly clock: () => number }): Split {
  return db
    .transaction(() => {
      const plan = planSplit(db, settings)
      const membershipHash = hashOf(settings, plan)
      const row = { ...settings, membershipHash, createdAtMs: clock() }
      return { id: findSplit(db, membershipHash) ?? insertSplit(db, row, plan.classes, plan.members), ...plan }
    })
    .immediate()
}

/** A split as it was frozen. `id` is one that the database refers to. */
export function readSplit(db: Database, id: number): Split {
  return { id, classes: readSplitClasses(db, id), members: readSplitMembers(db, id) }
}

function refuseTooLittle(classes: readonly RunClass[], images: readonly GroupedImage[]): void {
  const byClass = Map.groupBy(images, (image) => image.classId)
  if (images.length === 0) throw new StudioError('NO_LABELS', {})
  if (classes.length === 1) throw new StudioError('ONE_CLASS_ONLY', { class: classes[0]!.name })
  const units = countUnits(images)
  const counted = classes.map(({ id, name }) => ({ name, count: units.get(id) ?? 0, images: byClass.get(id)?.length ?? 0 }))
  for (const { name, images: own } of counted) if (own === 0) throw new StudioError('CLASS_WITHOUT_IMAGES', { class: name })
  const [first, ...others] = counted.filter(({ count }) => count < fewestUnits)
  if (first === undefined) return
  const { name, count, images: own } = first
  const more = { others: others.map((each) => each.name), classes: classes.length }
  throw new StudioError('TOO_FEW_IMAGES', { class: name, count, needed: fewestUnits, images: own, ...more })
}

/** SHA-256, hex, over everything that a split freezes. */
function hashOf({ seed, shares }: SplitSettings, { classes, members }: SplitPlan): string {
  const hash = createHash('sha256').update(`${seed}\n${sharesText(shares)}\n`)
  for (const { id, name, colour } of classes) hash.update(`${JSON.stringify([id, name, colour])}\n`)
  for (const member of members) hash.update(`${member.hash} ${member.classId} ${member.part}\n`)
  return hash.digest('hex')
}
