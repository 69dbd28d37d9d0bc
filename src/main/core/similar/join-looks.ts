import { findBursts, isBurstTime } from './find-bursts.ts'

/** An image as far as groups go. */
export interface Look {
  readonly id: number
  /** Of the import's comparison of hashes. */
  readonly groupId: number | null
  readonly takenAtMs: number | null
  readonly perceptualHash: string
}

/** A pair whose features were found to be close; `similarity` is their cosine. */
export interface Likeness {
  readonly imageId: number
  readonly otherId: number
  readonly similarity: number
}

/**
 * From this cosine on two photos are one picture; from the lower one on they are perhaps. Measured with EfficientNet-Lite0 and MobileNetV2 0.35 on 620
 * photos (191,890 pairs) and 210 of them in ten variants: docs/benchmarks.md.
 */
export const sameFrom = 0.94
export const perhapsFrom = 0.88

export interface JoinedLooks {
  /** The group of every image that is in one, which is called after its lowest id. These stay in one part of a split. */
  readonly sure: ReadonlyMap<number, number>
  /** Groups of images that are perhaps the same, of different sure groups. */
  readonly perhaps: ReadonlyMap<number, number>
  /** Sure groups that hold nearly the same picture, and those that hold a burst. */
  readonly same: ReadonlySet<number>
  readonly bursts: ReadonlySet<number>
}

/** Joins what hashes, features and times say of images into groups. */
export function joinLooks(looks: readonly Look[], likenesses: readonly Likeness[]): JoinedLooks {
  const takenAt = new Map(looks.map(({ id, takenAtMs }) => [id, takenAtMs]))
  const isBurst = ({ imageId, otherId }: Likeness): boolean => isBurstTime(takenAt.get(imageId) ?? null, takenAt.get(otherId) ?? null)
  const known = likenesses.filter(({ imageId, otherId }) => takenAt.has(imageId) && takenAt.has(otherId))
  const same: Pair[] = [...hashPairs(looks), ...known.filter(({ similarity }) => similarity >= sameFrom).map(pairOf)]
  const taken = looks.flatMap(({ takenAtMs, ...look }) => (takenAtMs === null ? [] : [{ ...look, takenAtMs }]))
  const close = known.filter(({ similarity }) => similarity >= perhapsFrom && similarity < sameFrom)
  const bursts: Pair[] = [...findBursts(taken), ...close.filter(isBurst).map(pairOf)]
  const sure = groupsOf([...same, ...bursts])
  const groupOf = (id: number): number => sure.get(id) ?? id
  return {
    sure,
    perhaps: groupsOf(close.map(pairOf).filter(([one, other]) => groupOf(one) !== groupOf(other))),
    same: new Set(same.map(([one]) => groupOf(one))),
    bursts: new Set(bursts.map(([one]) => groupOf(one))),
  }
}

type Pair = readonly [number, number]
const pairOf = ({ imageId, otherId }: Likeness): Pair => [imageId, otherId]

/** Each image of a group with its first one. */
function hashPairs(looks: readonly Look[]): Pair[] {
  const first = new Map<number, number>()
  return looks.flatMap(({ id, groupId }): Pair[] => {
    if (groupId === null) return []
    const before = first.get(groupId)
    if (before === undefined) first.set(groupId, id)
    return before === undefined ? [] : [[before, id]]
  })
}

/** The lowest id that each one is joined with, also through others. Ids that are joined with none are left out. */
function groupsOf(pairs: readonly Pair[]): Map<number, number> {
  const parent = new Map<number, number>()
  const rootOf = (id: number): number => {
    let root = id
    for (let above = parent.get(root); above !== undefined && above !== root; above = parent.get(root)) root = above
    for (let at = id; at !== root;) {
      const above = parent.get(at) ?? root
      parent.set(at, root)
      at = above
    }
    return root
  }
  for (const [one, other] of pairs) {
    const [first, second] = [rootOf(one), rootOf(other)]
    parent.set(Math.max(first, second), Math.min(first, second))
    parent.set(Math.min(first, second), Math.min(first, second))
  }
  return new Map([...parent.keys()].map((id) => [id, rootOf(id)]))
}
