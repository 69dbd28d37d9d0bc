import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { mostProbable } from '../training/evaluate-run.ts'
import { meanLoss, temper } from './temper.ts'

const softmax = (logits: readonly number[]): Float32Array => {
  const exponentials = logits.map((each) => Math.exp(each - Math.max(...logits)))
  const sum = exponentials.reduce((all, each) => all + each, 0)
  return Float32Array.from(exponentials, (each) => each / sum)
}
const someLogits = fc.array(
  fc.oneof(
    fc.double({ min: -12, max: 12, noNaN: true }),
    fc.integer({ min: -100, max: 100 }).map((each) => each * 1e-7),
  ),
  { minLength: 2, maxLength: 8 },
)

test.prop([someLogits, fc.double({ min: 0.1, max: 10, noNaN: true })])(
  'what a temperature makes of probabilities is the softmax of the logits divided by it, and the likeliest class stays',
  (logits, temperature) => {
    const before = softmax(logits)
    const after = temper(before, temperature)
    const expected = softmax(logits.map((each) => each / temperature))
    for (const [index, each] of after.entries()) expect(each).toBeCloseTo(expected[index]!, 4)
    expect(after.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5)
    expect(mostProbable(after)).toBe(mostProbable(before))
  },
)

test('a temperature of 1 leaves every bit', () => {
  const before = Float32Array.of(0.1, 0.2, 0.7)
  expect(temper(before, 1)).toBe(before)
})

test('the mean loss is that of the class that is right, and of nothing is nothing', () => {
  expect(meanLoss([Float32Array.of(0.25, 0.75), Float32Array.of(0.5, 0.5)], [1, 0])).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6)
  expect(meanLoss([Float32Array.of(1, 0)], [1])).toBeCloseTo(126 * Math.log(2), 6)
  expect(meanLoss([], [])).toBeNull()
})
