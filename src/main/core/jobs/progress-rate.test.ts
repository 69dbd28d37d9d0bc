import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { measure, perSecond, startMeter } from './progress-rate.ts'

/** A meter that saw `rates` (units a second), one after the other, `everyMs` apart. */
function after(rates: readonly number[], everyMs: number): number | null {
  let done = 0
  let meter = startMeter(0, 0)
  rates.forEach((rate, index) => {
    done += (rate * everyMs) / 1000
    meter = measure(meter, done, (index + 1) * everyMs)
  })
  return perSecond(meter)
}

describe('the rate of a job', () => {
  test('is unknown at first', () => {
    expect(perSecond(startMeter(0, 0))).toBeNull()
    expect(after([100], 400)).toBeNull()
  })

  property.prop([fc.double({ min: 0.1, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 30, max: 200 })])(
    'is exact from the first answer on when the speed is steady',
    (rate, everyMs, samples) => {
      const found = after(new Array<number>(samples).fill(rate), everyMs)
      if (found !== null) expect(found / rate).toBeCloseTo(1, 6)
    },
  )

  property.prop([fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 10, maxLength: 100 })])(
    'lies between the slowest and the fastest speed seen',
    (rates) => {
      const found = after(rates, 500)!
      expect(found).toBeGreaterThanOrEqual(Math.min(...rates) * 0.999999)
      expect(found).toBeLessThanOrEqual(Math.max(...rates) * 1.000001)
    },
  )

  test('follows a change of speed', () => {
    const found = after([...new Array<number>(100).fill(200), ...new Array<number>(40).fill(50)], 250)!
    expect(found).toBeGreaterThan(50)
    expect(found).toBeLessThan(70)
  })

  test('starts anew when the count or the clock steps back', () => {
    const meter = measure(startMeter(0, 0), 100, 1000)
    expect(perSecond(meter)).toBeCloseTo(100)
    expect(perSecond(measure(meter, 50, 2000))).toBeNull()
    expect(perSecond(measure(meter, 150, 500))).toBeNull()
  })
})
