import { expect, test } from 'vitest'
import { doubtWords } from './doubts.ts'

test('a list says how old it is and how much was labelled since', () => {
  const check = { atMs: 0, backbone: 'b', images: 300, estimatedWrong: 4, listed: 3, leftOut: [], labelsSince: 34 }
  expect(doubtWords.from(check, 12 * 60_000)).toBe('From 12 min ago, 34 labels since')
  expect(doubtWords.from({ ...check, labelsSince: 0 }, 0)).toBe('From just now')
  expect([doubtWords.leftOut(['jar']), doubtWords.leftOut(['jar', 'can'])]).toEqual([
    'jar has too few photos to be looked at.',
    'jar and can have too few photos to be looked at.',
  ])
})

test('an end says what it cannot see', () => {
  expect([doubtWords.noneText(0), doubtWords.noneText(2), doubtWords.doneTitle(24)]).toEqual([
    'Every label is what photos that look like it are called. A wrong label that looks right is not found this way.',
    'Every label is what photos that look like it are called. About 2 more may be wrong that cannot be told from right ones.',
    'You have decided all 24',
  ])
})
