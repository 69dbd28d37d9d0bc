import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { balancedWeights } from './balanced-weights.ts'

test('the weights are those of scikit-learn', () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 1, 1, 2, 2]) and, where y has no 1, with classes=[0, 2].
  const first = balancedWeights(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 2, 2), 3)
  for (const [index, weight] of [0.75, 1, 1.5].entries()) expect(first[index]).toBeCloseTo(weight, 12)
  expect(balancedWeights(Int32Array.of(0, 0, 0, 2), 3)).toEqual([4 / 6, 0, 2])
})

property.prop([fc.array(fc.nat(6), { minLength: 1, maxLength: 60 })])('all classes weigh the same, and a row 1 on average', (labels) => {
  const weights = balancedWeights(Int32Array.from(labels), 7)
  const sums = new Map<number, number>()
  for (const label of labels) sums.set(label, (sums.get(label) ?? 0) + weights[label]!)
  for (const sum of sums.values()) expect(sum).toBeCloseTo(labels.length / sums.size, 9)
})
