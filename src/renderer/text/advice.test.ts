import { describe, expect, test } from 'vitest'
import type { BackboneScore } from '../../main/contract/adviser.ts'
import { adviceWords } from './advice.ts'

const score = (backbone: string, accuracy: number, p: number | null, photosPerSecond: number | null = null): BackboneScore => ({
  ...{ backbone, p, photosPerSecond, logEvidence: 0.1 },
  ...{ probe: { accuracy, low: accuracy - 0.04, high: accuracy + 0.03, n: 300 }, neighbours: { accuracy, low: 0, high: 1, n: 300 } },
})
const names: Readonly<Record<string, string>> = { lite0: 'Balanced', v2: 'Fast', v1: 'Classic' }
const said = (...scores: readonly BackboneScore[]) => adviceWords.said({ scores: [...scores] }, (id) => names[id]!)

describe('the advice', () => {
  test('names the best where the others are certainly worse', () => {
    expect(said(score('lite0', 0.93, null), score('v2', 0.8, 0.001))).toBe(
      'Balanced suits your photos best: about 93 of 100 right, and the others certainly fewer.',
    )
  })
  test('does not call worse what may be as good, and names it where it is much faster', () => {
    expect(said(score('lite0', 0.93, null, 100), score('v2', 0.92, 0.6, 310), score('v1', 0.8, 0.001, 150))).toBe(
      'Balanced gets most right, about 93 of 100; that Fast is worse is not certain. Fast is 3.1 times as fast.',
    )
    expect(said(score('lite0', 0.93, null), score('v2', 0.92, 0.6), score('v1', 0.92, 0.3))).toBe(
      'Balanced gets most right, about 93 of 100; that Fast and Classic are worse is not certain.',
    )
  })
  test('of one network alone says what is to be expected', () => {
    expect(said(score('lite0', 0.93, null))).toBe('Balanced should get about 93 of 100 right.')
  })
})
