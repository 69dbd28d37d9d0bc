import { expect, test } from 'vitest'
import { affordableBatch } from './affordable-batch.ts'
import { makeScratchNetwork } from './scratch-network.ts'

const gigabyte = 1024 ** 3

test('a batch is bounded by what comes out of every op of one picture, five times, in half of the memory', () => {
  // 32 x 32 x 32, 16 x 16 x 64 and 8 x 8 x 128 values, and 128 of the pool: 57,472 of four bytes.
  expect(affordableBatch(makeScratchNetwork(64, 1), 'pixels', gigabyte)).toBe(Math.floor(gigabyte / 2 / (57_472 * 4 * 5)))
  expect(affordableBatch(makeScratchNetwork(64, 1), 'pixels', 1000)).toBe(1)
})
