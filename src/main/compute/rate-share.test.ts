import { describe, expect, test } from 'vitest'
import { rateShare } from './rate-share.ts'

describe('the share of the learning rate', () => {
  test('is all of it at every step where it is constant', () => {
    expect([0, 0.3, 0.99].map((position) => rateShare('constant', position))).toEqual([1, 1, 1])
  })

  test('falls along half a cosine', () => {
    // cos(60 degrees) = 1/2, cos(90 degrees) = 0.
    const expected = [
      [0, 1],
      [1 / 3, 0.75],
      [1 / 2, 0.5],
      [2 / 3, 0.25],
      [1, 0],
    ] as const
    for (const [position, share] of expected) expect(rateShare('cosine', position)).toBeCloseTo(share, 12)
  })

  test('of one cycle goes up from a 25th for a quarter of the way, and then down to a 100,000th', () => {
    const expected = [
      [0, 0.04],
      [0.125, 0.52],
      [0.25, 1],
      [0.5, 0.7500025],
      [0.625, 0.500005],
      [0.75, 0.2500075],
      [1, 0.00001],
    ] as const
    for (const [position, share] of expected) expect(rateShare('one-cycle', position)).toBeCloseTo(share, 12)
  })
})
