import { expect, test } from 'vitest'
import { recipesToCompare } from './run-actions.ts'
import { runForTests } from './run-for-tests.ts'

test('a run is trained again on the photos of the other one, with everything else as it was', () => {
  const base = runForTests(1, {}, { seed: 3, epochs: 10 })
  const other = runForTests(2, {}, { seed: 8, epochs: 50 })
  expect(recipesToCompare(base, other)).toEqual([{ ...other.recipe, splitSeed: 3 }])
  expect(recipesToCompare(runForTests(1, {}, { seed: 3, splitSeed: 5 }), other)).toEqual([{ ...other.recipe, splitSeed: 5 }])
})

test('other shares are another drawing of the photos too', () => {
  const shares = { train: 0.6, validation: 0.15, test: 0.25 }
  const other = runForTests(2)
  expect(recipesToCompare(runForTests(1, {}, { shares }), other)).toEqual([{ ...other.recipe, splitSeed: 1, shares }])
})

test('where photos were drawn alike but have changed since, both are trained again', () => {
  const base = runForTests(1, {}, { seed: 3 })
  const other = runForTests(2, {}, { seed: 8, splitSeed: 3 })
  expect(recipesToCompare(base, other)).toEqual([base.recipe, other.recipe])
})
