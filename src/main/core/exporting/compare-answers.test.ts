import { expect, test } from 'vitest'
import { compareAnswers } from './compare-answers.ts'

const pair = (studio: number[], exported: number[]) => ({ studio: Float32Array.from(studio), exported: Float32Array.from(exported) })

test('equal answers agree without a difference', () => {
  expect(compareAnswers([pair([0.75, 0.25], [0.75, 0.25])], 1e-3)).toEqual({ images: 1, agree: 1, maxDifference: 0, contradictions: 0 })
})

test('the largest difference of any probability of any image is found', () => {
  const { maxDifference, agree } = compareAnswers([pair([0.75, 0.25], [0.75, 0.25]), pair([0.5, 0.375, 0.125], [0.5, 0.25, 0.25])], 1e-3)
  expect(maxDifference).toBe(0.125)
  expect(agree).toBe(2)
})

test('another class is a contradiction, unless the studio itself saw a tie', () => {
  expect(compareAnswers([pair([0.6, 0.4], [0.4, 0.6])], 1e-3)).toMatchObject({ agree: 0, contradictions: 1 })
  expect(compareAnswers([pair([0.50001, 0.49999], [0.49999, 0.50001])], 1e-3)).toMatchObject({ agree: 0, contradictions: 0 })
})

test('an answer that is no number, or for another number of classes, agrees in nothing', () => {
  expect(compareAnswers([pair([0.6, 0.4], [NaN, NaN])], 1e-3).maxDifference).toBe(Infinity)
  expect(compareAnswers([pair([0.6, 0.4], [0.6, 0.3, 0.1])], 1e-3).maxDifference).toBe(Infinity)
})
