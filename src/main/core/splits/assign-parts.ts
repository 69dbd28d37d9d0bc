import { createHash } from 'node:crypto'
import type { Part } from '../../contract/ids.ts'
import type { SplitShares } from '../../contract/runs.ts'

export interface ImageToAssign {
  readonly hash: string
  readonly classId: number
  /** Images of one group look nearly the same; null: an image of its own. */
  readonly groupId: number | null
  /** The part it had in the newest split of the same seed and shares; null when there was none. */
  readonly previous: Part | null
}

/** What goes to a part as one: an image, or all images of a group. */
interface Unit {
  /** The smallest hash of its images. */
  readonly key: string
  /** The class most of its images have; of two the smaller id. */
  readonly classId: number
  readonly size: number
  readonly previous: Part | null
  readonly images: readonly number[]
}

/** How far each part is behind its share, in images; negative: it has too many. */
type Deficits = Record<Part, number>

const parts: readonly Part[] = ['train', 'validation', 'test']
/** A part that would stay empty is filled in this order; a group that was torn apart by an older split comes together in it. */
const byNeed: readonly Part[] = ['test', 'validation', 'train']

/** So many units (images or groups) of its own a class needs to be in every part. */
export const fewestUnits = parts.length

/**
 * Assigns images to train, validation and test. Returns the part of each image, in the order of `images`.
 *
 * - Stratified: every class is divided by `shares`. Of images without group and without earlier part, each part of a class gets its
 *   share to within one image (more only where a part would be empty); ties between classes even out over the whole set.
 * - Seeded: the order in which images are drawn is SHA-256 of seed and image hash, so neither the order of `images` nor their number
 *   matters to it.
 * - Sticky: an image keeps its previous part, whatever was added, relabelled or taken away; new ones make up for the difference.
 * - Group-aware: the images of a group stay in one part. A group counts for the class that most of its images have.
 * - Every class with three units or more has at least one in every part. This alone is stronger than sticky: where the last test image
 *   of a class was taken away and no new one came, one moves there. A class with two new units has one in train and one in test; a new single
 *   one goes to train.
 * - A group whose images had several parts (it became a group later) takes the one that most of them had; of equal ones test before
 *   validation before train, so that test images stay comparable.
 */
export function assignParts(images: readonly ImageToAssign[], { seed, shares }: { seed: number; shares: SplitShares }): Part[] {
  const byClass = Map.groupBy(unitsOf(images), (unit) => unit.classId)
  const assigned = new Array<Part>(images.length)
  const overall: Deficits = { train: 0, validation: 0, test: 0 }
  for (const classId of [...byClass.keys()].sort((first, second) => first - second)) {
    const units = inDrawOrder(byClass.get(classId)!, seed)
    for (const [unit, part] of assignClass(units, shares, overall)) for (const index of unit.images) assigned[index] = part
  }
  return assigned
}

/** Images and groups that count for each class, by its id. */
export function countUnits(images: readonly Omit<ImageToAssign, 'previous'>[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { classId } of unitsOf(images.map((image) => ({ ...image, previous: null })))) {
    counts.set(classId, (counts.get(classId) ?? 0) + 1)
  }
  return counts
}

function unitsOf(images: readonly ImageToAssign[]): Unit[] {
  const members = new Map<string | number, number[]>()
  images.forEach(({ hash, groupId }, index) => {
    const known = members.get(groupId ?? hash)
    if (known === undefined) members.set(groupId ?? hash, [index])
    else known.push(index)
  })
  return [...members.values()].map((indices) => {
    const own = indices.map((index) => images[index]!)
    return {
      key: own.reduce((smallest, { hash }) => (hash < smallest ? hash : smallest), own[0]!.hash),
      classId: mostFrequent(own.map((image) => image.classId).sort((first, second) => first - second))!,
      size: own.length,
      previous: mostFrequent(byNeed.flatMap((part) => own.flatMap(({ previous }) => (previous === part ? [part] : [])))),
      images: indices,
    }
  })
}

/** Of equally frequent values the one that comes first; null of none. */
function mostFrequent<T>(values: readonly T[]): T | null {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: T | null = null
  for (const [value, count] of counts) if (best === null || count > counts.get(best)!) best = value
  return best
}

/** Larger units first, because the small ones after them even out what they leave; within a size by SHA-256 of seed and key. */
function inDrawOrder(units: readonly Unit[], seed: number): Unit[] {
  return units
    .map((unit) => ({ unit, draw: createHash('sha256').update(`${seed} ${unit.key}`).digest('hex') }))
    .sort((first, second) => second.unit.size - first.unit.size || (first.draw < second.draw ? -1 : 1))
    .map(({ unit }) => unit)
}

/** Assigns the units of one class, in draw order, and adds what it leaves over to `overall`. */
function assignClass(units: readonly Unit[], shares: SplitShares, overall: Deficits): Map<Unit, Part> {
  const size = units.reduce((sum, unit) => sum + unit.size, 0)
  const deficits: Deficits = { train: shares.train * size, validation: shares.validation * size, test: shares.test * size }
  const assigned = new Map<Unit, Part>()
  const put = (unit: Unit, part: Part) => {
    const old = assigned.get(unit)
    if (old !== undefined) deficits[old] += unit.size
    assigned.set(unit, part)
    deficits[part] -= unit.size
  }
  const isEmpty = (part: Part) => ![...assigned.values()].includes(part)

  for (const unit of units) if (unit.previous !== null) put(unit, unit.previous)
  const fresh = units.filter((unit) => unit.previous === null)
  const required: readonly Part[] = units.length >= fewestUnits ? byNeed : units.length === 2 ? ['test', 'train'] : ['train']
  for (const part of required.filter(isEmpty)) if (fresh.length > 0) put(takeSmallest(fresh), part)
  for (const unit of fresh) put(unit, furthestBehind(deficits, overall))
  if (units.length >= fewestUnits) for (const part of parts.filter(isEmpty)) put(spareUnit(assigned, deficits), part)

  for (const part of parts) overall[part] += deficits[part]
  return assigned
}

/** Takes the first of the smallest units out of `fresh`, which is in draw order. */
function takeSmallest(fresh: Unit[]): Unit {
  const smallest = fresh.at(-1)!.size
  return fresh.splice(
    fresh.findIndex((unit) => unit.size === smallest),
    1,
  )[0]!
}

function furthestBehind(deficits: Deficits, overall: Deficits): Part {
  return parts.reduce((best, part) => {
    const ahead = deficits[part] - deficits[best]
    // Shares are decimal fractions: 0.15 * 10 and 0.15 * 10 must count as equal however they were summed.
    const isTie = Math.abs(ahead) < 1e-9
    return (isTie ? overall[part] - overall[best] > 1e-9 : ahead > 0) ? part : best
  })
}

/** The smallest unit of a part that has several, of the part with most beyond its share. */
function spareUnit(assigned: ReadonlyMap<Unit, Part>, deficits: Deficits): Unit {
  const byPart = Map.groupBy(assigned.keys(), (unit) => assigned.get(unit)!)
  const donors = [...byPart].filter(([, units]) => units.length > 1).sort(([first], [second]) => deficits[first] - deficits[second])
  return donors[0]![1].at(-1)!
}
