import { expect, test } from 'vitest'
import { cutForBlocks } from './training-source.ts'

const cuts = ['stem', 'block0', 'block1', 'block2', 'head']

test.each([
  [1, 'block1'],
  [2, 'block0'],
  [3, 'stem'],
  [4, 'pixels'],
  [100, 'pixels'],
])('the last %i blocks of three learn from %s on', (blocks, cut) => {
  expect(cutForBlocks(cuts, blocks)).toBe(cut)
})

test('a network without a cut at its stem learns as a whole where all blocks do', () => {
  expect(cutForBlocks(['block0', 'block1'], 2)).toBe('pixels')
})
