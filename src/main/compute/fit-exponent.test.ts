import { expect, test } from 'vitest'
import { fitExponent, raise } from './fit-exponent.ts'
import { makeRandom } from './random.ts'

test('probabilities that say too little or too much come to say how often the class is right', () => {
  const random = makeRandom(5)
  const rows = 4000
  const classes = new Int32Array(rows)
  // 0.8 of the rows are of the class that has 0.6: the exponent is the one that makes 0.8 of 0.6.
  const probabilities = new Float64Array(rows * 2)
  for (let row = 0; row < rows; row++) {
    classes[row] = random() < 0.8 ? 0 : 1
    probabilities.set([0.6, 0.4], row * 2)
  }
  raise(probabilities, 2, fitExponent(probabilities, classes, { classCount: 2, from: 0.1, to: 20 }))
  const share = classes.filter((each) => each === 0).length / rows
  expect(probabilities[0]).toBeCloseTo(share, 2)
  expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 12)
})

test('the exponent stays in its range, and it takes evidence to move it away from 1', () => {
  // Of ten rows that are said to be right nine times in ten, half are.
  const classes = Int32Array.from({ length: 10 }, (_, row) => row % 2)
  const probabilities = Float32Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 0.9 : 0.1))
  const range = { classCount: 2, from: 0.25, to: 1 }
  expect(fitExponent(probabilities, classes, range)).toBeCloseTo(0.25, 3)
  // d/ds of 10 (log(0.9^s + 0.1^s) - s (log 0.9 + log 0.1) / 2) + 5 ln(s)^2 is 0 there.
  const exponent = fitExponent(probabilities, classes, { ...range, from: 0.01, trust: 5 })
  const slope = (at: number): number => {
    const [one, other] = [0.9 ** at, 0.1 ** at]
    return (10 * (one * Math.log(0.9) + other * Math.log(0.1))) / (one + other) - 5 * Math.log(0.09) + (10 * Math.log(at)) / at
  }
  expect(Math.abs(slope(exponent))).toBeLessThan(0.05)
  // Where all are right it may not become surer than it is.
  expect(fitExponent(probabilities, new Int32Array(10), range)).toBe(1)
})
