import type { Database } from 'better-sqlite3'
import type { Image } from '../../contract/images.ts'
import type { LookAlikeGroup, LookAlikeKind } from '../../contract/look-alikes.ts'
import { readChangeCount, readTrashedIds } from '../images/image-list-rows.ts'
import { readImagesById } from '../images/image-rows.ts'
import { joinLooks, type JoinedLooks, type Look } from './join-looks.ts'
import { readKept, readLikenesses, readLooks } from './likeness-rows.ts'

/** A group that is shown: its images outside the trash, in order of import. */
interface ShownGroup {
  readonly id: number
  readonly imageIds: readonly number[]
  readonly reasons: LookAlikeGroup['reasons']
  readonly burstSeconds: number | null
}
type ShownGroups = Readonly<Record<LookAlikeKind, readonly ShownGroup[]>>

/** Good until anything in the database changes. */
const keptOf = new WeakMap<Database, { readonly changes: string; readonly groups: ShownGroups }>()

/** For splits: the group of every image that has to stay with others, called after the lowest id in it. */
export function readSureGroups(db: Database): ReadonlyMap<number, number> {
  return joinLooks(readLooks(db), readLikenesses(db)).sure
}

/** Groups that nobody has decided about, those with most images first. */
export function shownGroups(db: Database): ShownGroups {
  const changes = readChangeCount(db)
  const kept = keptOf.get(db)
  if (kept?.changes === changes) return kept.groups
  const looks = readLooks(db)
  const joined = joinLooks(looks, readLikenesses(db))
  const trashed = new Set(readTrashedIds(db))
  const groups = { sure: groupsOf(db, 'sure', { looks, joined, trashed }), perhaps: groupsOf(db, 'perhaps', { looks, joined, trashed }) }
  if (!db.inTransaction) keptOf.set(db, { changes, groups })
  return groups
}

interface Found {
  readonly looks: readonly Look[]
  readonly joined: JoinedLooks
  readonly trashed: ReadonlySet<number>
}

function groupsOf(db: Database, kind: LookAlikeKind, { looks, joined, trashed }: Found): ShownGroup[] {
  const members = Map.groupBy(
    looks.filter(({ id }) => joined[kind].has(id) && !trashed.has(id)),
    ({ id }) => joined[kind].get(id)!,
  )
  const kept = readKept(db, kind)
  const isDecided = (own: readonly Look[]): boolean => {
    const keptWith = new Set(own.map(({ id }) => kept.get(id)))
    return keptWith.size === 1 && !keptWith.has(undefined)
  }
  return [...members]
    .filter(([, own]) => own.length > 1 && !isDecided(own))
    .map(([id, own]) => ({
      id,
      imageIds: own.map((look) => look.id).sort((one, other) => one - other),
      reasons: reasonsOf(kind, id, joined),
      burstSeconds: kind === 'sure' && joined.bursts.has(id) ? secondsOf(own) : null,
    }))
    .sort((one, other) => other.imageIds.length - one.imageIds.length || one.id - other.id)
}

function reasonsOf(kind: LookAlikeKind, id: number, { same, bursts }: JoinedLooks): LookAlikeGroup['reasons'] {
  if (kind === 'perhaps') return ['perhaps']
  return [...(same.has(id) ? (['same'] as const) : []), ...(bursts.has(id) ? (['burst'] as const) : [])]
}

function secondsOf(looks: readonly Look[]): number | null {
  const times = looks.flatMap(({ takenAtMs }) => takenAtMs ?? [])
  return times.length < 2 ? null : (Math.max(...times) - Math.min(...times)) / 1000
}

/** A group with its images, the best one first. */
export function describeGroup(db: Database, { id, imageIds, reasons, burstSeconds }: ShownGroup): LookAlikeGroup {
  const images = readImagesById(db, Uint32Array.from(imageIds))
  return { id, reasons: [...reasons], burstSeconds, images: bestFirst(images) }
}

/** The largest picture, of equal ones the largest file, which is compressed least; the others in order of import. */
export function bestFirst(images: readonly Image[]): Image[] {
  const isBetter = (one: Image, other: Image): boolean => {
    const pixels = one.widthPx * one.heightPx - other.widthPx * other.heightPx
    return pixels > 0 || (pixels === 0 && one.sizeBytes > other.sizeBytes)
  }
  const best = images.reduce((found, each) => (isBetter(each, found) ? each : found))
  return [best, ...images.filter((image) => image !== best)]
}
