import { describe, expect, test } from 'vitest'
import { meanInterval, studentT } from './mean-interval.ts'

describe('the interval of a mean', () => {
  // scipy 1.17, stats.t.ppf(0.975, freedom).
  test.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [4, 2.7764451051977934],
    [5, 2.5705818356363146],
    [9, 2.262157162798205],
    [29, 2.045229642132703],
    [100, 1.9839715185235518],
  ])('uses the t of scipy for %i degrees of freedom', (freedom, t) => expect(studentT(freedom)).toBeCloseTo(t, 9))

  test('is that of scipy: mean, sample deviation, stats.t.interval', () => {
    const { mean, deviation, low, high } = meanInterval([0.91, 0.93, 0.925, 0.94, 0.915])
    expect(mean).toBeCloseTo(0.924, 14)
    expect(deviation).toBeCloseTo(0.011937336386313294, 14)
    expect(low).toBeCloseTo(0.909177839174667, 12)
    expect(high).toBeCloseTo(0.9388221608253331, 12)
  })

  test('is not known of one number', () => expect(() => meanInterval([0.5])).toThrow(RangeError))
})
