import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { curveRange, curveRows } from './curve-options.ts'

property.prop([fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })])(
  'every accuracy lies within the axis, which always ends at 100 %',
  (one, other) => {
    const [low, high] = curveRange('accuracy', Math.min(one, other), Math.max(one, other))
    expect(high).toBe(1)
    expect(low).toBeLessThanOrEqual(Math.min(one, other))
    expect(low).toBeGreaterThanOrEqual(0)
  },
)

test('a loss axis begins at zero, so that its height can be judged', () => {
  expect(curveRange('loss', 0.4, 1.2)[0]).toBe(0)
  expect(curveRange('loss', 0, 0)).toEqual([0, 1])
})

test('columns are epochs, validation, training', () => {
  const epoch = { epoch: 1, trainLoss: 0.4, trainAccuracy: 0.8, validationLoss: 0.5, validationAccuracy: 0.7, durationMs: 1 }
  expect(curveRows([epoch], 'accuracy')).toEqual([[1], [0.7], [0.8]])
  expect(curveRows([epoch], 'loss')).toEqual([[1], [0.5], [0.4]])
})
