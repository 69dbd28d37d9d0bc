import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { makeRandom } from '../random.ts'
import { forecastGain, type CurvePoint } from './forecast-gain.ts'

const units = 400
const slope = { mean: 0.8, deviation: 0.3 }
const logOdds = (error: number) => Math.log(error / (1 - error))
const errorAt = (odds: number) => 1 / (1 + Math.exp(-odds))

/** Units of which a share is wrong. */
const point = (photos: number, error: number): CurvePoint => ({
  photos,
  right: Float64Array.from({ length: units }, (_, unit) => (unit < Math.round(error * units) ? 0 : 1)),
})
/** A curve whose errors fall by `steepness` in log odds for each e-fold of photos, and are `error` with 40. */
const curve = (error: number, steepness: number) =>
  [10, 20, 30, 40].map((photos) => point(photos, errorAt(logOdds(error) - steepness * Math.log(photos / 40))))
const forecast = (points: readonly CurvePoint[], to = 80) => forecastGain(points, { from: 40, to, slope, random: makeRandom(1) })

describe('the forecast of a gain', () => {
  test.prop([fc.double({ min: 0.1, max: 0.5, noNaN: true }), fc.double({ min: 0.4, max: 1.2, noNaN: true })], { numRuns: 30 })(
    'goes on along a straight line of log odds over the logarithm of the number of photos',
    (error, steepness) => {
      const { now, gain, low, high } = forecast(curve(error, steepness))
      const truth = error - errorAt(logOdds(error) - steepness * Math.LN2)
      expect(now).toBeCloseTo(1 - error, 1)
      // What is expected of a slope draws the one that is measured a little to itself.
      expect(Math.abs(gain - truth)).toBeLessThan(0.03)
      expect(low).toBeLessThan(truth)
      expect(high).toBeGreaterThan(truth)
    },
  )

  test('is larger the more photos come, and none where none come', () => {
    const points = curve(0.3, 0.8)
    const gains = [40, 50, 80, 160].map((to) => forecast(points, to).gain)
    expect(gains[0]).toBeCloseTo(0, 12)
    expect(gains).toEqual(gains.toSorted((a, b) => a - b))
  })

  test('is surer the more photos were answered', () => {
    const widthOf = (points: readonly CurvePoint[]) => {
      const { low, high } = forecast(points)
      return high - low
    }
    const few = curve(0.3, 0.8).map(({ photos, right }) => ({ photos, right: right.filter((_, unit) => unit % 20 === 0) }))
    expect(widthOf(few)).toBeGreaterThan(widthOf(curve(0.3, 0.8)))
  })

  test('of a curve that does not fall is small, and its interval holds that nothing is gained', () => {
    const { gain, low, high } = forecast([10, 20, 30, 40].map((photos) => point(photos, 0.3)))
    expect(gain).toBeLessThan(0.04)
    expect(low).toBeLessThan(0.01)
    expect(high).toBeGreaterThan(0)
  })

  test('never promises more right answers than there are photos', () => {
    for (const error of [0, 0.01, 0.5, 1]) {
      const { now, gain, low, high } = forecast([10, 20, 30, 40].map((photos) => point(photos, error)))
      for (const value of [now, gain, low, high]) expect(value).toSatisfy(Number.isFinite)
      expect(low <= gain && gain <= high && now + high <= 1).toBe(true)
    }
  })
})
