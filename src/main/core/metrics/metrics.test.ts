import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { classScores } from './class-scores.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { wilsonInterval } from './wilson-interval.ts'

describe('the Wilson interval', () => {
  // statsmodels 0.15.0, proportion_confint(right, n, 0.05, 'wilson'): right, n, low, high.
  const reference: readonly (readonly [number, number, number, number])[] = [
    [0, 1, 0.0, 0.7934506856227627],
    [1, 1, 0.2065493143772374, 1.0],
    [0, 10, 0.0, 0.27753279986288926],
    [10, 10, 0.7224672001371106, 1.0],
    [5, 10, 0.23659309051256394, 0.7634069094874361],
    [44, 45, 0.8843331823158511, 0.9960664011171665],
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [97, 100, 0.9154806357094724, 0.9897454759759611],
    [9700, 10000, 0.9664718461488765, 0.9731671953826874],
    [999999, 1000000, 0.9999943350881957, 0.9999998234754233],
  ]
  for (const [right, n, low, high] of reference) {
    test(`of ${right} of ${n} is that of statsmodels`, () => {
      const interval = wilsonInterval(right, n)
      expect(interval.low).toBeCloseTo(low, 14)
      expect(interval.high).toBeCloseTo(high, 14)
      expect(interval).toMatchObject({ accuracy: right / n, n })
    })
  }

  test.prop([fc.integer({ min: 1, max: 1_000_000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))])(
    'holds the proportion, lies in 0..1 and mirrors',
    ([right, n]) => {
      const { accuracy, low, high } = wilsonInterval(right, n)
      expect(0 <= low && low <= accuracy && accuracy <= high && high <= 1).toBe(true)
      const mirrored = wilsonInterval(n - right, n)
      expect(mirrored.low).toBeCloseTo(1 - high, 12)
      expect(mirrored.high).toBeCloseTo(1 - low, 12)
    },
  )

  test('of nothing, or of what are no counts, is refused', () => {
    for (const [right, n] of [
      [0, 0],
      [3, 2],
      [-1, 2],
      [0.5, 2],
    ] as const) {
      expect(() => wilsonInterval(right, n)).toThrow(RangeError)
    }
  })
})

describe('confusion matrix and class scores', () => {
  const labels = [2, 2, 2, 2, 2, 2, 2, 0, 0, 1, 1, 2, 2, 0, 1, 2, 0, 2, 0, 1, 2, 1, 1, 1, 2, 1, 2, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2]
  const names = ['a', 'b', 'c', 'd']
  // scikit-learn 1.9.1: confusion_matrix and precision_recall_fscore_support(zero_division=nan), labels=[0, 1, 2, 3]; nan is null here.
  const reference = [
    {
      of: 'a class without images',
      predicted: [3, 2, 1, 3, 2, 3, 3, 0, 2, 1, 1, 3, 3, 0, 3, 3, 0, 3, 3, 1, 3, 2, 1, 1, 1, 3, 3, 1, 1, 0, 2, 2, 2, 3, 3, 3, 3, 2, 1, 3],
      confusion: [3, 0, 1, 1, 0, 8, 1, 2, 1, 2, 6, 15, 0, 0, 0, 0],
      precision: [0.75, 0.8, 0.75, 0.0],
      recall: [0.6, 0.7272727272727273, 0.25, null],
      f1: [0.6666666666666666, 0.7619047619047619, 0.375, 0.0],
    },
    {
      of: 'a class that was never predicted',
      predicted: [3, 2, 0, 3, 2, 3, 3, 0, 2, 0, 0, 3, 3, 0, 3, 3, 0, 3, 3, 0, 3, 2, 0, 0, 0, 3, 3, 0, 0, 0, 2, 2, 2, 3, 3, 3, 3, 2, 0, 3],
      confusion: [3, 0, 1, 1, 8, 0, 1, 2, 3, 0, 6, 15, 0, 0, 0, 0],
      precision: [0.21428571428571427, null, 0.75, 0.0],
      recall: [0.6, 0.0, 0.25, null],
      f1: [0.3157894736842105, 0.0, 0.375, 0.0],
    },
  ]
  for (const { of, predicted, confusion, precision, recall, f1 } of reference) {
    test(`are those of scikit-learn with ${of}`, () => {
      const counts = confusionMatrix(labels, predicted, 4)
      expect([...counts]).toEqual(confusion)
      const scores = classScores(counts, names)
      const close = (values: (number | null)[]) => values.map((value) => (value === null ? null : expect.closeTo(value, 14)))
      expect(scores.map((score) => score.precision)).toEqual(close(precision))
      expect(scores.map((score) => score.recall)).toEqual(close(recall))
      expect(scores.map((score) => score.f1)).toEqual(close(f1))
      expect(scores.map((score) => score.n)).toEqual([5, 11, 24, 0])
    })
  }

  test('precision and recall have the interval of their counts', () => {
    const [first] = classScores(confusionMatrix([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 0, 1], 2), ['a', 'b'])
    expect(first).toMatchObject({ recallInterval: wilsonInterval(3, 4), precisionInterval: wilsonInterval(3, 4), n: 4 })
  })

  test('a class that neither has images nor was predicted has no score at all', () => {
    const [, second] = classScores(confusionMatrix([0], [0], 2), ['a', 'b'])
    expect(second).toEqual({ class: 'b', precision: null, recall: null, f1: null, n: 0, precisionInterval: null, recallInterval: null })
  })

  test('what is no class, and lists that do not fit together, are refused', () => {
    expect(() => confusionMatrix([0], [2], 2)).toThrow('class index 2 of 2 classes')
    expect(() => confusionMatrix([-1], [0], 2)).toThrow(RangeError)
    expect(() => confusionMatrix([0, 1], [0], 2)).toThrow('2 labels, but 1 predictions')
    expect(() => classScores([1, 2, 3], ['a', 'b'])).toThrow(RangeError)
  })
})
