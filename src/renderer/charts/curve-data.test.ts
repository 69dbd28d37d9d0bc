import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { EpochReport } from '../../main/contract/runs.ts'
import { curveColumns, curveRange, nearestValue, reportAt, type CurveRun } from './curve-data.ts'

const epoch = (number: number, validationAccuracy = 0.7): EpochReport => ({
  epoch: number,
  trainLoss: 0.4,
  trainAccuracy: 0.8,
  validationLoss: 0.5,
  validationAccuracy,
  durationMs: 1,
})
const run = (id: string, ...epochs: EpochReport[]): CurveRun => ({ id, name: id, colour: 'black', epochs, bestEpoch: null })

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

describe('columns', () => {
  test('are epochs, validation, training', () => {
    expect(curveColumns([run('a', epoch(1))], 'accuracy', true)).toEqual([[1], [0.7], [0.8]])
    expect(curveColumns([run('a', epoch(1))], 'loss', true)).toEqual([[1], [0.5], [0.4]])
    expect(curveColumns([run('a', epoch(1))], 'loss', false)).toEqual([[1], [0.5]])
  })
  test('of several runs share one axis: a run that ended earlier, or has not begun, has nothing there', () => {
    expect(curveColumns([run('a', epoch(1, 0.1)), run('b', epoch(1, 0.2), epoch(2, 0.3)), run('c')], 'accuracy', false)).toEqual([
      [1, 2],
      [0.1, null],
      [0.2, 0.3],
      [null, null],
    ])
  })
  property.prop([fc.array(fc.nat(30), { maxLength: 8 })])('hold every epoch of every run in its place', (lengths) => {
    const runs = lengths.map((length, at) => run(String(at), ...Array.from({ length }, (_, index) => epoch(index + 1, at + index / 100))))
    const [axis, ...columns] = curveColumns(runs, 'accuracy', false)
    expect(axis).toHaveLength(Math.max(0, ...lengths))
    columns.forEach((column, at) => {
      expect(column).toHaveLength(axis.length)
      expect(column.filter((value) => value !== null)).toEqual(runs[at]?.epochs.map(({ validationAccuracy }) => validationAccuracy))
    })
  })
})

test('the report of an epoch is found by its number', () => {
  const two = run('a', epoch(1, 0.1), epoch(2, 0.2))
  expect(reportAt(two, 2)?.validationAccuracy).toBe(0.2)
  expect([reportAt(two, 3), reportAt(two, null)]).toEqual([null, null])
})

test('the nearest curve stands out, unless all are too far away', () => {
  expect(nearestValue([0.5, null, 0.8], 0.75, 0.1)).toBe(2)
  expect(nearestValue([0.5, null, 0.8], 0.65, 0.1)).toBeNull()
})
