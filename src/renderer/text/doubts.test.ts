import { expect, test } from 'vitest'
import { doubtWords, frequencyText } from './doubts.ts'

test('a probability is told as people count, and never as certain', () => {
  expect([0.02, 0.44, 0.86, 0.949, 0.951, 0.987, 0.9999, 1].map(frequencyText)).toEqual([
    '1 in 10',
    '4 in 10',
    '9 in 10',
    '9 in 10',
    '95 in 100',
    '99 in 100',
    '99 in 100',
    '99 in 100',
  ])
})

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
    'Every label is what photos that look like it are called.',
    'Every label is what photos that look like it are called. About 2 more may be wrong that cannot be told from right ones.',
    'You have decided all 24',
  ])
})
