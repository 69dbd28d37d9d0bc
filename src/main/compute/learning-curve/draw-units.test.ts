import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { drawUnits } from './draw-units.ts'

const hash = (id: number) => createHash('sha256').update(String(id)).digest('hex')
/** Twenty photos of two classes; of the first class three look nearly the same. */
const rows = Array.from({ length: 20 }, (_, id) => ({ hash: hash(id), classIndex: id % 2, groupId: [0, 2, 4].includes(id) ? 1 : null }))

test('photos that look nearly the same are one, and the order of what is asked changes nothing', () => {
  const wanted = { classCount: 2, perClass: 100, seed: 3 }
  const { drawn, unitsOfClass } = drawUnits(rows, wanted)
  expect(unitsOfClass).toEqual([8, 10])
  expect(drawn).toHaveLength(18)
  expect(drawn.filter(({ groupId }) => groupId === 1)).toHaveLength(1)
  expect(drawUnits(rows.toReversed(), wanted)).toEqual({ drawn, unitsOfClass })
})

test('of a class with more than are wanted so many are drawn, others by another seed', () => {
  const draw = (seed: number) => drawUnits(rows, { classCount: 2, perClass: 4, seed })
  const { drawn, unitsOfClass } = draw(1)
  expect(unitsOfClass).toEqual([8, 10])
  for (const classIndex of [0, 1]) expect(drawn.filter((row) => row.classIndex === classIndex)).toHaveLength(4)
  expect(draw(1)).toEqual(draw(1))
  expect(draw(2)).not.toEqual(draw(1))
})
