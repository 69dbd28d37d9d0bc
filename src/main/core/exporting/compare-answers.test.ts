import { expect, test } from 'vitest'
import { compareAnswers } from './compare-answers.ts'

const pair = (studio: number[], exported: number[], isRefused = false) => ({
  ...{ studio: Float32Array.from(studio), exported: Float32Array.from(exported) },
  isRefused,
})
const always = { tieWithin: 1e-3, answerFrom: 0 }

test('equal answers agree without a difference', () => {
  expect(compareAnswers([pair([0.75, 0.25], [0.75, 0.25])], always)).toEqual({
    images: 1,
    agree: 1,
    refused: 0,
    maxDifference: 0,
    contradictions: 0,
  })
})

test('the largest difference of any probability of any image is found', () => {
  const { maxDifference, agree } = compareAnswers([pair([0.75, 0.25], [0.75, 0.25]), pair([0.5, 0.375, 0.125], [0.5, 0.25, 0.25])], always)
  expect(maxDifference).toBe(0.125)
  expect(agree).toBe(2)
})

test('another class is a contradiction, unless the studio itself saw a tie', () => {
  expect(compareAnswers([pair([0.6, 0.4], [0.4, 0.6])], always)).toMatchObject({ agree: 0, contradictions: 1 })
  expect(compareAnswers([pair([0.50001, 0.49999], [0.49999, 0.50001])], always)).toMatchObject({ agree: 0, contradictions: 0 })
})

test('an answer that is no number, or for another number of classes, agrees in nothing', () => {
  expect(compareAnswers([pair([0.6, 0.4], [NaN, NaN])], always).maxDifference).toBe(Infinity)
  expect(compareAnswers([pair([0.6, 0.4], [0.6, 0.3, 0.1])], always).maxDifference).toBe(Infinity)
})

test('none of these of one alone is a contradiction, unless the studio itself was at its threshold', () => {
  const from80 = { tieWithin: 1e-3, answerFrom: 0.8 }
  const same = [0.75, 0.25]
  expect(compareAnswers([pair(same, same, true), pair([0.9, 0.1], [0.9, 0.1])], from80)).toMatchObject({ refused: 1, contradictions: 0 })
  expect(compareAnswers([pair(same, same)], from80)).toMatchObject({ refused: 0, contradictions: 1 })
  expect(compareAnswers([pair([0.9, 0.1], [0.9, 0.1], true)], from80)).toMatchObject({ refused: 0, contradictions: 1 })
  expect(compareAnswers([pair([0.8005, 0.1995], [0.7999, 0.2001], true)], from80)).toMatchObject({ refused: 0, contradictions: 0 })
})
