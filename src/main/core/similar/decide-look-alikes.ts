import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { Image } from '../../contract/images.ts'
import type { LookAlikeKind } from '../../contract/look-alikes.ts'
import { recordStep } from '../history/record-step.ts'
import { readImage, setTrashed } from '../images/image-rows.ts'
import { findImageId, setLabel } from '../labels/label-rows.ts'
import { keepTogether } from './likeness-rows.ts'
import { describeGroup, shownGroups } from './look-alike-groups.ts'

/** One image that stays and those that go. */
interface Choice {
  readonly keep: Image
  readonly remove: readonly Image[]
}

/** Keeps one image of a group and moves the others into the trash, as one step. Answers how many. Throws `IMAGE_NOT_FOUND`. */
export function keepOne(db: Database, { keep, remove }: { keep: string; remove: readonly string[] }, atMs: number): number {
  const others = remove.filter((hash) => hash !== keep)
  const choice = { keep: readImage(db, keep), remove: others.map((hash) => readImage(db, hash)) }
  return decide(db, [choice], atMs)
}

/** Keeps the best image of every group that nobody has decided about, as one step. */
export function keepBest(db: Database, kind: LookAlikeKind, atMs: number): { groups: number; removed: number } {
  const choices = shownGroups(db)[kind].map((group): Choice => {
    const [keep, ...remove] = describeGroup(db, group).images
    return { keep: keep!, remove }
  })
  return { groups: choices.length, removed: decide(db, choices, atMs) }
}

function decide(db: Database, choices: readonly Choice[], atMs: number): number {
  const details = (images: number) => ({ images, groups: choices.length })
  const { result } = recordStep(db, { action: 'look-alikes-keep-best', details, atMs }, () => {
    for (const { keep, remove } of choices) passLabelOn(db, keep, remove, atMs)
    const removed = choices.flatMap(({ remove }) => remove.map(({ hash }) => hash))
    return setTrashed(db, [...new Set(removed)], atMs)
  })
  return result
}

/** What people have decided about the picture is not lost with its smaller copies. */
function passLabelOn(db: Database, keep: Image, remove: readonly Image[], atMs: number): void {
  const labels = new Set(remove.flatMap(({ classId }) => classId ?? []))
  const [classId] = labels
  const keptId = findImageId(db, keep.hash)
  if (keep.classId === null && keptId !== null && labels.size === 1 && classId !== undefined) setLabel(db, keptId, classId, 'person', atMs)
}

/** Keeps all of a group, as one step. Throws `IMAGE_NOT_FOUND`. */
export function keepAll(db: Database, kind: LookAlikeKind, hashes: readonly string[], atMs: number): number {
  const ids = hashes.map((hash) => {
    const id = findImageId(db, hash)
    if (id === null) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
    return id
  })
  recordStep(db, { action: 'look-alikes-keep-all', details: { images: ids.length }, atMs }, () => keepTogether(db, kind, ids))
  return ids.length
}
