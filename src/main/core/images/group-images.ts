import type { Database } from 'better-sqlite3'
import { setImmediate as turn } from 'node:timers/promises'
import {
  countGrouped,
  markCompared,
  readCompared,
  readEqualPixels,
  readMembers,
  readSharingWords,
  readUncompared,
  setGroups,
} from './look-alike-rows.ts'
import { groupNearDuplicates, looksAlike, nearWords, type HashedImage } from './near-duplicates.ts'

/** Above so many new images, comparing all with all in memory is faster than looking each of them up (0.2 ms among 100,000). */
const lookedUpAtMost = 2000
/** Images looked up, or compared, before other work gets a turn: some hundredths and some tenths of a second. */
const lookedUpAtOnce = 200
const comparedAtOnce = 20_000

/**
 * Groups the images of an import, and those of imports that were cut off before, with each other and with all others. Answers how many of
 * the import look nearly the same as another one. What a few images cost does not depend on how many there are; both ways find the same.
 */
export async function groupImages(db: Database, importId: number, { lookUpAtMost = lookedUpAtMost } = {}): Promise<number> {
  const fresh = readUncompared(db, importId)
  if (fresh.length <= lookUpAtMost) await groupByLookUp(db, fresh)
  else await groupInMemory(db, readCompared(db, importId), fresh)
  markCompared(db, importId)
  return countGrouped(db, importId)
}

async function groupByLookUp(db: Database, fresh: readonly HashedImage[]): Promise<void> {
  const changed = new Map<number, number>()
  for (let from = 0; from < fresh.length; from += lookedUpAtOnce) {
    if (from > 0) await turn()
    const part = fresh.slice(from, from + lookedUpAtOnce).map((image) => ({ ...image, groupId: changed.get(image.id) ?? image.groupId }))
    const changes = groupNearDuplicates(whatTouches(db, part), part)
    setGroups(db, changes)
    for (const [id, groupId] of changes) changed.set(id, groupId)
  }
}

/** All other images that may come into a group with one of `part`: those that look like one or have its pixels, with the groups that any of them is in. */
function whatTouches(db: Database, part: readonly HashedImage[]): HashedImage[] {
  const touching = new Map<number, HashedImage>()
  const groups = new Set<number>()
  for (const { perceptualHash, groupId } of part) {
    if (groupId !== null) groups.add(groupId)
    for (const other of readSharingWords(db, nearWords(perceptualHash))) {
      if (!looksAlike(perceptualHash, other.perceptualHash)) continue
      touching.set(other.id, other)
      if (other.groupId !== null) groups.add(other.groupId)
    }
  }
  for (const other of readEqualPixels(db, [...new Set(part.flatMap(({ pixelHash }) => pixelHash ?? []))])) {
    touching.set(other.id, other)
    if (other.groupId !== null) groups.add(other.groupId)
  }
  for (const member of readMembers(db, [...groups])) touching.set(member.id, member)
  for (const { id } of part) touching.delete(id)
  return [...touching.values()].sort((one, other) => one.id - other.id)
}

async function groupInMemory(db: Database, existing: HashedImage[], fresh: readonly HashedImage[]): Promise<void> {
  for (let from = 0; from < fresh.length; from += comparedAtOnce) {
    await turn()
    const part = fresh.slice(from, from + comparedAtOnce)
    const changes = groupNearDuplicates(existing, part)
    setGroups(db, changes)
    for (const [at, image] of existing.entries()) {
      const groupId = changes.get(image.id)
      if (groupId !== undefined) existing[at] = { ...image, groupId }
    }
    for (const image of part) existing.push({ ...image, groupId: changes.get(image.id) ?? image.groupId })
  }
}
