import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  agoText,
  bytesText,
  countOf,
  countText,
  durationText,
  forecastText,
  frequencies,
  frequencyText,
  percentText,
  rateText,
  timeLeftText,
} from './numbers.ts'

describe('counts', () => {
  test('thousands are separated', () => expect(countText(12345)).toBe('12,345'))
  test('one is singular, none and many are plural', () => {
    expect([countOf(1, 'photo'), countOf(0, 'photo'), countOf(2, 'class', 'classes')]).toEqual(['1 photo', '0 photos', '2 classes'])
  })
})

describe('percents', () => {
  test('one decimal unless told otherwise', () => expect([percentText(0.9272), percentText(0.5, 0)]).toEqual(['92.7 %', '50 %']))
  property.prop([fc.double({ min: 0, max: 0.999999, noNaN: true }), fc.integer({ min: 0, max: 2 })])(
    'only an exact 1 reads as 100 %',
    (share, digits) => {
      expect(parseFloat(percentText(share, digits))).toBeLessThan(100)
    },
  )
  test('an exact 1 reads as 100 %', () => expect(percentText(1, 0)).toBe('100 %'))
})

describe('sizes and times', () => {
  test('bytes take the unit that keeps them short', () => {
    expect([512, 1, 1500, 13_500_000, 999_600, 274_000_000_000].map(bytesText)).toEqual([
      '512 bytes',
      '1 byte',
      '1.5 KB',
      '14 MB',
      '1.0 MB',
      '274 GB',
    ])
  })
  test('durations grow coarser as they grow longer', () => {
    expect([0.05, 1.42, 12.4, 59.7, 192, 3600, 7500].map(durationText)).toEqual([
      'less than a second',
      '1.4 s',
      '12 s',
      '1 min',
      '3 min 12 s',
      '1 h',
      '2 h 5 min',
    ])
  })
  test('time left does not flicker', () => {
    expect([0.2, 3.2, 42, 70, 250, 3500, 8000].map(timeLeftText)).toEqual([
      'a moment left',
      '3 s left',
      '40 s left',
      'about a minute left',
      'about 4 min left',
      'about an hour left',
      'about 2 h left',
    ])
  })
  test('a forecast always says about', () => {
    for (const seconds of [0, 4, 33, 80, 500, 4000, 90_000]) expect(forecastText(seconds)).toMatch(/^about /)
  })
  test('slow work is counted by the minute', () =>
    expect([rateText(212.4), rateText(3.44), rateText(0.5)]).toEqual(['212 a second', '3.4 a second', '30 a minute']))
  test('the past is told from now', () => {
    const now = Date.UTC(2026, 10, 23, 12)
    const hour = 3_600_000
    expect([now, now - 5 * 60_000, now - 3 * hour, now - 30 * hour, now - 150 * hour].map((at) => agoText(at, now))).toEqual([
      'just now',
      '5 min ago',
      '3 h ago',
      'yesterday',
      '6 days ago',
    ])
  })
})

describe('natural frequencies', () => {
  test('51 of 55 reads as people say it, with the exact figures beside it', () => {
    expect(frequencies({ accuracy: 51 / 55, low: 0.827, high: 0.971, n: 55 }, 'test')).toEqual({
      sentence: 'about 93 right, somewhere from 83 to 97',
      counted: '51 of 55 test photos right',
      exact: '92.7 %, 95 % interval 82.7 to 97.1',
    })
  })
  property.prop([fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true })])(
    'the sentence is within half a photo of 100 of the interval',
    (n, share) => {
      const accuracy = Math.round(share * n) / n
      const low = accuracy * 0.9
      const high = Math.min(1, accuracy + 0.05)
      const bounds = /from (\d+) to (\d+)/.exec(frequencies({ accuracy, low, high, n }, 'test').sentence)
      if (bounds === null) return
      expect(Math.abs(Number(bounds[1]) - low * 100)).toBeLessThanOrEqual(0.5 + 1e-9)
      expect(Math.abs(Number(bounds[2]) - high * 100)).toBeLessThanOrEqual(0.5 + 1e-9)
    },
  )
})

test('a probability is told as people count, never as more than it is, and never as certain', () => {
  expect([0.02, 0.44, 0.7, 0.899, 0.9, 0.949, 0.95, 0.987, 0.9999, 1].map(frequencyText)).toEqual([
    'less than 1 in 10',
    '4 in 10',
    '7 in 10',
    '8 in 10',
    '9 in 10',
    '9 in 10',
    '95 in 100',
    '98 in 100',
    '99 in 100',
    '99 in 100',
  ])
})
