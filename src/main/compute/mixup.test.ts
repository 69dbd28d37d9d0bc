import { expect, test } from 'vitest'
import { drawBeta, drawMix, mixRows } from './mixup.ts'
import { makeRandom } from './random.ts'

// Beta(a, a): mean 1/2, variance 1 / (4 (2 a + 1)).
test.each([0.05, 0.2, 0.4, 1])('shares are drawn from Beta(%f, %f)', (alpha) => {
  const random = makeRandom(7)
  const drawn = Array.from({ length: 20_000 }, () => drawBeta(alpha, random))
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length
  const variance = drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / drawn.length
  expect(mean).toBeGreaterThan(0.49)
  expect(mean).toBeLessThan(0.51)
  expect(variance * 4 * (2 * alpha + 1)).toBeGreaterThan(0.97)
  expect(variance * 4 * (2 * alpha + 1)).toBeLessThan(1.03)
  expect(drawn.every((each) => each >= 0 && each <= 1)).toBe(true)
})

test('every row of a batch is the partner of one, and the same seed mixes alike', () => {
  const mix = drawMix(10, 0.4, makeRandom(3))!
  expect([...mix.partners].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(drawMix(10, 0.4, makeRandom(3))).toEqual(mix)
  expect(drawMix(10, 0, makeRandom(3))).toBe(null)
})

test('a row becomes its share of itself and the rest of its partner', () => {
  expect([...mixRows(Float32Array.of(1, 2, 11, 22), { partners: Int32Array.of(1, 0), share: 0.75 })]).toEqual([3.5, 7, 8.5, 17])
})
