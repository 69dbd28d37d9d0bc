import { expect, test } from 'vitest'
import { mixedFloor } from './mixed-floor.ts'

// scipy 1.17: digamma(2 a + 1) - digamma(a + 1), which the mean entropy of two million draws of Beta(a, a) agrees with to 3e-4.
test.each([
  [0.1, 0.13471504381888832],
  [0.2, 0.22765535200707213],
  [0.4, 0.3463759778789778],
  [1, 0.5],
])('mixed by Beta(%f, %f) labels of two classes keep as much entropy as scipy says', (alpha, entropy) => {
  // Of two classes of the same size every second partner is of the other one.
  expect(mixedFloor(alpha, [30, 30])).toBeCloseTo(entropy / 2, 9)
  expect(mixedFloor(alpha, [20, 0])).toBe(0)
  expect(mixedFloor(0, [30, 30])).toBe(0)
})
