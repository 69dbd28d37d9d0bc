import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { moveBeside, moveBy } from './class-order.ts'

test('a class is dropped before or behind another one', () => {
  expect([moveBeside([1, 2, 3, 4], 4, 2, 'before'), moveBeside([1, 2, 3, 4], 1, 3, 'behind')]).toEqual([
    [1, 4, 2, 3],
    [2, 3, 1, 4],
  ])
})

test('the first class cannot go up, nor the last one down', () => {
  expect([moveBy([1, 2, 3], 1, -1), moveBy([1, 2, 3], 3, 1), moveBy([1, 2, 3], 2, 1)]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 3, 2],
  ])
})

test.prop([fc.uniqueArray(fc.nat(50), { minLength: 1 }), fc.nat(50), fc.nat(50), fc.constantFrom<'before' | 'behind'>('before', 'behind')])(
  'however classes are moved, each is in the list once, and the others keep their order',
  (ids, id, target, side) => {
    const moved = moveBeside(ids, id, target, side)
    expect([...moved].sort()).toEqual([...ids].sort())
    expect(moved.filter((each) => each !== id)).toEqual(ids.filter((each) => each !== id))
  },
)
