import { expect, test } from 'vitest'
import { labelPace } from './labelling-pace.ts'

const every = (ms: number, count: number) => Array.from({ length: count }, (_, index) => index * ms)

test('a label every two seconds is 30 a minute, and 60 photos take two minutes', () => {
  expect(labelPace(every(2000, 10), 60)).toEqual({ perMinute: 30, secondsLeft: 120 })
})

test('a few labels say nothing about a pace, and nothing left takes no time', () => {
  expect(labelPace(every(2000, 4), 60)).toBe(null)
  expect(labelPace(every(2000, 5), 0)?.secondsLeft).toBe(null)
})

test('a long pause is not labelling', () => {
  const times = [...every(1000, 20), ...every(1000, 20).map((ms) => ms + 3_600_000)]
  expect(labelPace(times, 10)?.perMinute).toBeGreaterThan(35)
})
