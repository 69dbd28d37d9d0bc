import { fc, test } from '@fast-check/vitest'
import { expect, test as plain } from 'vitest'
import type { Part } from '../../contract/ids.ts'
import { assignParts } from '../splits/assign-parts.ts'
import { findBursts } from './find-bursts.ts'
import { joinLooks, perhapsFrom, sameFrom, type Likeness, type Look } from './join-looks.ts'

const hashes = ['0f0f0f0f0f0f0f0f', '0f0f0f0f0f0f0f0e', 'f0f0f0f0f0f0f0f0', 'a5a5a5a55a5a5a5a'] as const
const looks = (count: number): fc.Arbitrary<Look[]> =>
  fc.tuple(
    ...Array.from({ length: count }, (_, index) =>
      fc.record({
        id: fc.constant(index + 1),
        groupId: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 2 }),
        takenAtMs: fc.option(fc.integer({ min: 0, max: 60_000 })),
        perceptualHash: fc.constantFrom(...hashes),
      }),
    ),
  )
const likenesses = (count: number): fc.Arbitrary<Likeness[]> =>
  fc.array(
    fc
      .record({
        one: fc.integer({ min: 1, max: count }),
        by: fc.integer({ min: 1, max: count - 1 }),
        similarity: fc.double({ min: 0.8, max: 1, noNaN: true }),
      })
      .map(({ one, by, similarity }) => {
        const other = ((one - 1 + by) % count) + 1
        return { imageId: Math.min(one, other), otherId: Math.max(one, other), similarity }
      }),
    { maxLength: 12 },
  )
const count = 24
const shares = { train: 0.7, validation: 0.15, test: 0.15 }
const hashOf = (id: number): string => id.toString(16).padStart(64, '0')

function split(all: readonly Look[], found: readonly Likeness[], previous: ReadonlyMap<number, Part> = new Map()): Map<number, Part> {
  const { sure } = joinLooks(all, found)
  const images = all.map(({ id }) => ({
    hash: hashOf(id),
    classId: (id % 3) + 1,
    groupId: sure.get(id) ?? null,
    previous: previous.get(id) ?? null,
  }))
  return new Map(assignParts(images, { seed: 1, shares }).map((part, index) => [all[index]!.id, part]))
}

/** Every two images that have to stay together, found by looking at each pair by itself. */
function mustStay(all: readonly Look[], found: readonly Likeness[]): [number, number][] {
  const near = (one: Look, other: Look) =>
    one.takenAtMs !== null && other.takenAtMs !== null && Math.abs(one.takenAtMs - other.takenAtMs) <= 3000
  const bits = (one: string, other: string) => (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length
  return all.flatMap((one) =>
    all.flatMap((other): [number, number][] => {
      if (one.id >= other.id) return []
      const likeness = found
        .filter(({ imageId, otherId }) => imageId === one.id && otherId === other.id)
        .map(({ similarity }) => similarity)
      const holds =
        (one.groupId !== null && one.groupId === other.groupId) ||
        likeness.some((each) => each >= sameFrom) ||
        (near(one, other) && (bits(one.perceptualHash, other.perceptualHash) <= 18 || likeness.some((each) => each >= perhapsFrom)))
      return holds ? [[one.id, other.id]] : []
    }),
  )
}

test.prop([looks(count), likenesses(count)])('no group and no burst is ever split between learning, tuning and test', (all, found) => {
  const parts = split(all, found)
  for (const [one, other] of mustStay(all, found)) expect(parts.get(one)).toBe(parts.get(other))
})

test.prop([looks(count), likenesses(count), likenesses(count)])(
  'nor is one that has grown since an earlier split, where its photos lay in different parts',
  (all, found, later) => {
    const before = split(all, found)
    const after = split(all, [...found, ...later], before)
    for (const [one, other] of mustStay(all, [...found, ...later])) expect(after.get(one)).toBe(after.get(other))
  },
)

test.prop([looks(count), likenesses(count)])(
  'what is only perhaps the same is in no sure group together, and groups are called after their lowest image',
  (all, found) => {
    const { sure, perhaps, same, bursts } = joinLooks(all, found)
    for (const groups of [sure, perhaps])
      for (const [id, group] of groups) {
        expect(group).toBeLessThanOrEqual(id)
        expect(groups.get(group)).toBe(group)
      }
    for (const group of new Set(sure.values())) expect(same.has(group) || bursts.has(group)).toBe(true)
  },
)

plain('a burst goes on from photo to photo, and ends where the scene changes or nobody has pressed for three seconds', () => {
  const [scene, almost, other] = hashes
  const look = (id: number, seconds: number, perceptualHash: string) => ({ id, takenAtMs: seconds * 1000, perceptualHash })
  expect(findBursts([look(1, 0, scene), look(2, 2, almost), look(3, 5, scene), look(4, 9, scene), look(5, 9.5, other)])).toEqual([
    [1, 2],
    [2, 3],
  ])
})

plain('a hundred thousand photos of one time are looked through in proportion to their number', () => {
  const all = Array.from({ length: 100_000 }, (_, id) => ({ id, takenAtMs: 0, perceptualHash: hashes[id % 4]! }))
  const pairs = findBursts(all)
  expect(pairs.length).toBeLessThanOrEqual(100_000 * 40)
})
