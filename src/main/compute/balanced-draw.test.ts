import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { drawBalanced } from './balanced-draw.ts'
import { makeRandom } from './random.ts'

property.prop([fc.array(fc.nat(6), { minLength: 1, maxLength: 60 }), fc.nat(1000)])(
  'as many rows as there are, all classes as frequent, and no row more often than another of its class by more than one',
  (labels, seed) => {
    const classes = Int32Array.from(labels)
    const drawn = drawBalanced(classes, 7, makeRandom(seed))
    expect(drawn).toHaveLength(labels.length)
    const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts)
    const present = [...new Set(labels)]
    expect(spread(present.map((own) => drawn.filter((row) => classes[row] === own).length))).toBeLessThanOrEqual(1)
    for (const own of present) {
      const rows = labels.flatMap((label, row) => (label === own ? [row] : []))
      expect(spread(rows.map((row) => drawn.filter((each) => each === row).length))).toBeLessThanOrEqual(1)
    }
  },
)

test('the same seed draws the same rows, and the next epoch others, so that all rows of a frequent class come in the end', () => {
  const classes = Int32Array.from({ length: 40 }, (_, row) => (row < 36 ? 0 : 1))
  const random = makeRandom(1)
  const epochs = Array.from({ length: 12 }, () => drawBalanced(classes, 2, random))
  expect(drawBalanced(classes, 2, makeRandom(1))).toEqual(epochs[0])
  expect(epochs[1]).not.toEqual(epochs[0])
  expect(new Set(epochs.flatMap((rows) => [...rows])).size).toBe(40)
})
