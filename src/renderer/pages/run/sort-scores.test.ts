import { expect, test } from 'vitest'
import { nextOrder, sortScores } from './sort-scores.ts'

const score = (name: string, recall: number | null) => ({
  class: name,
  precision: null,
  recall,
  f1: null,
  n: 3,
  precisionInterval: null,
  recallInterval: null,
})

test('a class without a value comes last, whichever way the table is sorted', () => {
  const scores = [score('b', null), score('c', 0.2), score('a', 0.9)]
  const names = (descending: boolean) => sortScores(scores, { by: 'recall', descending }).map((each) => each.class)
  expect([names(false), names(true)]).toEqual([
    ['c', 'a', 'b'],
    ['a', 'c', 'b'],
  ])
  expect(sortScores(scores, { by: 'precision', descending: true }).map((each) => each.class)).toEqual(['b', 'c', 'a'])
})

test('a heading sorts by the least first, and the other way round when it is pressed again', () => {
  const first = nextOrder(null, 'f1')
  expect([first, nextOrder(first, 'f1'), nextOrder(first, 'class')]).toEqual([
    { by: 'f1', descending: false },
    { by: 'f1', descending: true },
    { by: 'class', descending: false },
  ])
})
