import { fc, test } from '@fast-check/vitest'
import { createHash } from 'node:crypto'
import { describe, expect } from 'vitest'
import type { Part } from '../../contract/ids.ts'
import type { SplitShares } from '../../contract/runs.ts'
import { assignParts, countUnits, fewestUnits, type ImageToAssign } from './assign-parts.ts'

const parts: readonly Part[] = ['train', 'validation', 'test']
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const shares: fc.Arbitrary<SplitShares> = fc
  .tuple(fc.integer({ min: 5, max: 40 }), fc.integer({ min: 5, max: 40 }))
  .map(([validation, testing]) => ({ train: (100 - validation - testing) / 100, validation: validation / 100, test: testing / 100 }))

/** Up to 4 classes and 6 groups; `grouped` false: no groups. */
const imageSets = ({ grouped, mayMix = false }: { grouped: boolean; mayMix?: boolean }) =>
  fc
    .array(fc.record({ classId: fc.integer({ min: 1, max: 4 }), group: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 2 }) }), {
      minLength: 1,
      maxLength: 80,
    })
    .map((images) =>
      images.map(({ classId, group }, index): ImageToAssign => {
        const groupId = grouped && group !== null ? (mayMix ? group : group * 10 + classId) : null
        return { hash: sha256(`image ${index}`), classId, groupId, previous: null }
      }),
    )

function remember(images: readonly ImageToAssign[], assigned: readonly Part[]): ImageToAssign[] {
  return images.map((image, index) => ({ ...image, previous: assigned[index]! }))
}

function partsOfClasses(images: readonly ImageToAssign[], assigned: readonly Part[]): Map<number, Set<Part>> {
  const found = new Map<number, Set<Part>>()
  images.forEach(({ classId }, index) => found.set(classId, (found.get(classId) ?? new Set()).add(assigned[index]!)))
  return found
}

describe('a split', () => {
  test.prop([imageSets({ grouped: false }), seeds, shares])(
    'is stratified: every part of a class is within one image of its share, or holds the one image that it needs',
    (images, seed, wanted) => {
      const assigned = assignParts(images, { seed, shares: wanted })
      for (const [classId, own] of Map.groupBy(images.keys(), (index) => images[index]!.classId)) {
        const counts = Object.fromEntries(parts.map((part) => [part, own.filter((index) => assigned[index] === part).length]))
        const lifted = parts.filter((part) => wanted[part] * own.length < 1).length
        for (const part of parts) {
          const off = counts[part]! - wanted[part] * own.length
          if (own.length >= fewestUnits) expect(Math.abs(off), `class ${classId}, ${part}`).toBeLessThan(1 + lifted)
        }
      }
    },
  )

  test('of many images has the shares that were asked for, over all classes together', () => {
    const images = Array.from({ length: 6 * 10 }, (_, index) => ({
      hash: sha256(`${index}`),
      classId: 1 + (index % 6),
      groupId: null,
      previous: null,
    }))
    const assigned = assignParts(images, { seed: 1, shares: { train: 0.7, validation: 0.15, test: 0.15 } })
    expect(parts.map((part) => assigned.filter((each) => each === part).length)).toEqual([42, 9, 9])
  })

  test.prop([imageSets({ grouped: true, mayMix: true }), seeds, shares, fc.infiniteStream(fc.nat())])(
    'depends on the seed and the images alone, not on their order',
    (images, seed, wanted, random) => {
      const settings = { seed, shares: wanted }
      const assigned = new Map(assignParts(images, settings).map((part, index) => [images[index]!.hash, part]))
      const shuffled = images
        .map((image) => ({ image, at: random.next().value }))
        .sort((first, second) => first.at - second.at)
        .map(({ image }) => image)
      expect(assignParts(shuffled, settings)).toEqual(shuffled.map((image) => assigned.get(image.hash)))
    },
  )

  test('is another one with another seed', () => {
    const images = Array.from({ length: 60 }, (_, index) => ({ hash: sha256(`${index}`), classId: 1, groupId: null, previous: null }))
    const settings = { train: 0.7, validation: 0.15, test: 0.15 }
    expect(assignParts(images, { seed: 1, shares: settings })).not.toEqual(assignParts(images, { seed: 2, shares: settings }))
  })

  test.prop([imageSets({ grouped: true }), fc.array(fc.nat({ max: 4 }), { maxLength: 40 }), seeds, shares])(
    'is sticky: when the set grows, every image keeps its part',
    (images, added, seed, wanted) => {
      const settings = { seed, shares: wanted }
      const assigned = assignParts(images, settings)
      const fresh = added.map((group, index): ImageToAssign => {
        const classId = 1 + (index % 4)
        return { hash: sha256(`added ${index}`), classId, groupId: group === 0 ? null : group * 10 + classId, previous: null }
      })
      const grown = assignParts([...remember(images, assigned), ...fresh], settings)
      expect(grown.slice(0, images.length)).toEqual(assigned)
    },
  )

  test.prop([imageSets({ grouped: true }), fc.infiniteStream(fc.boolean()), seeds, shares])(
    'is sticky: when images are taken away, an image moves only into a part that its class would miss',
    (images, keep, seed, wanted) => {
      const settings = { seed, shares: wanted }
      const left = remember(images, assignParts(images, settings)).filter(() => keep.next().value)
      const assigned = assignParts(left, settings)
      const before = partsOfClasses(
        left,
        left.map((image) => image.previous!),
      )
      left.forEach(({ previous, classId }, index) => {
        if (assigned[index] !== previous) expect(before.get(classId)).not.toContain(assigned[index])
      })
    },
  )

  test.prop([imageSets({ grouped: true, mayMix: true }), seeds, shares, fc.infiniteStream(fc.constantFrom(null, ...parts))])(
    'keeps the images of a group in one part, also where an older split had torn them apart',
    (images, seed, wanted, previous) => {
      const remembered = images.map((image) => ({ ...image, previous: previous.next().value }))
      const assigned = assignParts(remembered, { seed, shares: wanted })
      const groups = new Map<number, Part>()
      images.forEach(({ groupId }, index) => {
        if (groupId === null) return
        expect(assigned[index]).toBe(groups.get(groupId) ?? assigned[index])
        groups.set(groupId, assigned[index]!)
      })
    },
  )

  test.prop([imageSets({ grouped: true }), seeds, shares, fc.infiniteStream(fc.constantFrom(null, ...parts))])(
    'has every class with three images or groups in every part, whatever an older split said',
    (images, seed, wanted, previous) => {
      const remembered = images.map((image) => ({ ...image, previous: previous.next().value }))
      const found = partsOfClasses(images, assignParts(remembered, { seed, shares: wanted }))
      for (const [classId, units] of countUnits(images)) if (units >= fewestUnits) expect(found.get(classId)?.size).toBe(3)
    },
  )

  test('puts one of two images into train and one into test, and a single one into train', () => {
    const image = (index: number, classId: number) => ({ hash: sha256(`${index}`), classId, groupId: null, previous: null })
    const assigned = assignParts([image(1, 1), image(2, 1), image(3, 2)], { seed: 1, shares: { train: 0.3, validation: 0.5, test: 0.2 } })
    expect(assigned.slice(0, 2).sort()).toEqual(['test', 'train'])
    expect(assigned[2]).toBe('train')
  })

  test('lets a group that was torn apart come together where most of it was, and of equals in test', () => {
    const image = (index: number, previous: Part | null) => ({ hash: sha256(`${index}`), classId: 1, groupId: 7, previous })
    const settings = { seed: 1, shares: { train: 0.7, validation: 0.15, test: 0.15 } }
    expect(assignParts([image(1, 'train'), image(2, 'test'), image(3, 'train')], settings)).toEqual(['train', 'train', 'train'])
    expect(assignParts([image(1, 'train'), image(2, 'test'), image(3, null)], settings)).toEqual(['test', 'test', 'test'])
  })
})
