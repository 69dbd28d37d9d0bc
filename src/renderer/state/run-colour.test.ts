import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { coloursTogether, runColour } from './run-colour.ts'

test('a run keeps its colour beside others, unless it looks like one that was there first', () => {
  expect(coloursTogether([1, 2, 3])).toEqual(new Map([1, 2, 3].map((number) => [number, runColour(number)])))
  const clash = coloursTogether([1, 7])
  expect(clash.get(1)).toBe(runColour(1))
  expect(clash.get(7)).not.toBe(runColour(7))
})

property.prop([fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 50 })])(
  'every run that is shown together with others has a colour of its own',
  (numbers) => {
    const colours = coloursTogether(numbers)
    expect([...colours.keys()]).toEqual(numbers)
    expect(new Set(colours.values()).size).toBe(numbers.length)
  },
)
