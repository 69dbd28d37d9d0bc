import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { groupNearDuplicates, type HashedImage } from './near-duplicates.ts'

/** A hash with much in it: its rows differ in many bits. */
const telling = 0x692969cf997a734an
const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0')
const flip = (hash: bigint, ...bits: number[]): bigint => bits.reduce((found, bit) => found ^ (1n << BigInt(bit)), hash)
const image = (id: number, hash: bigint, groupId: number | null = null, pixelHash: string | null = null): HashedImage => ({
  id,
  perceptualHash: hex(hash),
  pixelHash,
  groupId,
})

const anyHash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const someBits = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 4 })

describe('near-identical images', () => {
  test('share a group called after the first of them; others stay alone', () => {
    const fresh = [image(3, telling), image(4, flip(telling, 1, 20, 40)), image(5, flip(telling, 2, 4, 8, 16, 32, 50, 60, 63))]
    expect(groupNearDuplicates([], fresh)).toEqual(
      new Map([
        [3, 3],
        [4, 3],
      ]),
    )
  })

  test('join the group that is there, and make one of two groups that they belong to both', () => {
    const existing = [
      image(1, telling, 1),
      image(2, flip(telling, 0), 1),
      image(7, flip(telling, 10, 20, 30, 40, 50, 60), 7),
      image(8, flip(telling, 10, 20, 30, 40, 50, 60, 63), 7),
      image(9, 0x0f0f1e3c78a5c3d2n),
    ]
    expect(groupNearDuplicates(existing, [image(10, flip(telling, 10, 20, 30))])).toEqual(
      new Map([
        [7, 1],
        [8, 1],
        [10, 1],
      ]),
    )
    expect(groupNearDuplicates(existing, [])).toEqual(new Map())
  })

  test('plain pictures, and things on plain backgrounds, are not taken for each other', () => {
    const can = 0x16161e161616160en
    const otherCan = 0x160616060616160en
    expect(groupNearDuplicates([], [image(1, 0n), image(2, 0n), image(3, can), image(4, otherCan), image(5, can)])).toEqual(new Map())
  })

  test('plain pictures are taken for each other where they are equal to the last pixel', () => {
    const fresh = [image(1, 0n, null, 'a'), image(2, 0n, null, 'b'), image(3, 0n, null, 'a'), image(4, 0n), image(5, 0n)]
    expect(groupNearDuplicates([], fresh)).toEqual(
      new Map([
        [1, 1],
        [3, 1],
      ]),
    )
    expect(groupNearDuplicates([image(1, 0n, 1, 'a'), image(2, 0n, 1, 'b')], [image(3, telling, null, 'b')])).toEqual(new Map([[3, 1]]))
  })

  property.prop([fc.array(fc.tuple(anyHash, someBits), { maxLength: 20 }), fc.integer({ min: 0, max: 40 })])(
    'are found the same, whether they come in one import or in two',
    (seeds, cut) => {
      const hashes = seeds.flatMap(([hash, bits]) => [hash, flip(hash, ...bits)])
      const all = hashes.map((hash, index) => image(index + 1, hash))
      const atOnce = groupNearDuplicates([], all)
      const first = groupNearDuplicates([], all.slice(0, cut))
      const existing = all.slice(0, cut).map((each) => ({ ...each, groupId: first.get(each.id) ?? null }))
      const second = groupNearDuplicates(existing, all.slice(cut))
      const inTwo = new Map([...first, ...second])
      expect([...inTwo].toSorted()).toEqual([...atOnce].toSorted())
    },
  )

  property.prop([fc.array(fc.tuple(anyHash, someBits), { minLength: 1, maxLength: 30 })])(
    'are those that comparing every pair finds',
    (seeds) => {
      const all = seeds.flatMap(([hash, bits]) => [hash, flip(hash, ...bits)]).map((hash, index) => image(index + 1, hash))
      const groups = groupNearDuplicates([], all)
      for (const [index, one] of all.entries()) {
        for (const other of all.slice(0, index)) {
          const near = groupNearDuplicates([], [one, other]).size > 0
          if (near) expect(groups.get(one.id)).toBe(groups.get(other.id) ?? 'in no group')
        }
        const alone = all.every((other) => other === one || groupNearDuplicates([], [one, other]).size === 0)
        expect(groups.has(one.id)).toBe(!alone)
      }
    },
  )

  test('a hundred thousand different pictures are compared without comparing every pair', () => {
    let state = 1
    const random = (): bigint => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return BigInt(state >>> 0)
    }
    const all = Array.from({ length: 100_000 }, (_, index) => image(index + 1, (random() << 32n) | (random() ^ (random() >> 7n))))
    const copies = all.slice(0, 100).map((each, index) => ({ ...each, id: 200_000 + index }))
    const groups = groupNearDuplicates(all, copies)
    expect(groups.size).toBeGreaterThan(150)
  })
})
