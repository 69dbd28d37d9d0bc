import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Evaluation, Prediction } from '../../main/contract/runs.ts'
import { compareSettings, disagreementOf, photosToSettle, scaleAround } from './run-differences.ts'
import { runForTests } from './run-for-tests.ts'

describe('what differs', () => {
  test('only settings with different values are told, with the value of every run', () => {
    const { differs, same } = compareSettings([
      runForTests(1, {}, { epochs: 10 }),
      runForTests(2, {}, { epochs: 30 }),
      runForTests(3, {}, { epochs: 30, seed: 7 }),
    ])
    expect(differs).toEqual([
      { setting: 'recipe', values: ['Custom', 'Quick', 'Quick'] },
      { setting: 'epochs', values: [10, 30, 30] },
      { setting: 'seed', values: [1, 1, 7] },
    ])
    expect(same).toEqual([
      'backbone',
      'learns',
      'patience',
      'learningRate',
      'schedule',
      'batchSize',
      'optimiser',
      'weightDecay',
      'labelSmoothing',
      'classWeights',
      'dropout',
      'augmentation',
      'shares',
      'split',
      'engine',
    ])
  })

  test('every setting of how steps are chosen is told', () => {
    const recipe = {
      schedule: 'cosine',
      optimiser: 'adamw',
      weightDecay: 0.01,
      labelSmoothing: 0.1,
      classWeights: 'sampled',
      dropout: 0.2,
    } as const
    expect(compareSettings([runForTests(1), runForTests(2, {}, recipe)]).differs).toEqual([
      { setting: 'recipe', values: ['Quick', 'Custom'] },
      { setting: 'schedule', values: ['constant', 'cosine'] },
      { setting: 'optimiser', values: ['adam', 'adamw'] },
      { setting: 'weightDecay', values: [0, 0.01] },
      { setting: 'labelSmoothing', values: [0, 0.1] },
      { setting: 'classWeights', values: ['none', 'sampled'] },
      { setting: 'dropout', values: [0, 0.2] },
    ])
  })

  test('other weights are told only where the network is the same, and an engine that is not known yet is no other one', () => {
    const settings = (...runs: Parameters<typeof compareSettings>[0]) => compareSettings(runs).differs.map(({ setting }) => setting)
    const base = runForTests(1)
    expect([
      settings(base, runForTests(2, { backboneHash: 'other' }, { backbone: 'mobilenet-v2-035' })),
      settings(base, runForTests(2, { backboneHash: 'other' })),
      settings(base, runForTests(2, { state: 'queued', engine: null })),
    ]).toEqual([['backbone'], ['weights'], []])
  })
})

describe('how many test photos would settle it', () => {
  const settled = (onlyFirst: number, onlySecond: number, n: number) => photosToSettle({ onlyFirst, onlySecond, n, p: 0.5 })

  test('nothing is forecast where there is no difference, where it is settled, or where nobody has so many photos', () => {
    expect([settled(4, 4, 50), photosToSettle({ onlyFirst: 1, onlySecond: 20, n: 50, p: 0.001 }), settled(5000, 5001, 100_000)]).toEqual([
      null,
      null,
      null,
    ])
  })

  property.prop([fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 500 })])(
    'at that many photos the corrected chi-squared reaches its critical value',
    (onlyFirst, onlySecond, spare) => {
      const n = onlyFirst + onlySecond + spare
      const photos = settled(onlyFirst, onlySecond, n)
      if (photos === null || photos === n + 1) return
      const statistic = (of: number): number => {
        const [first, second] = [(onlyFirst * of) / n, (onlySecond * of) / n]
        return (Math.abs(first - second) - 1) ** 2 / (first + second)
      }
      expect(statistic(photos)).toBeGreaterThanOrEqual(3.84)
      expect(statistic(photos - 1)).toBeLessThan(3.8411)
    },
  )
})

test('runs disagree on a photo where one alone was right, or where both were wrong with other classes', () => {
  const mistake = (hash: string, predicted: string): Prediction => ({
    hash,
    name: `${hash}.jpg`,
    label: 'cat',
    predicted,
    probability: 0.9,
  })
  const evaluation = (splitId: number, ...mistakes: Prediction[]) =>
    ({ run: runForTests(splitId, { splitId }), mistakes }) as unknown as Evaluation
  const first = evaluation(1, mistake('a', 'dog'), mistake('b', 'dog'), mistake('c', 'dog'))
  const second = evaluation(1, mistake('b', 'dog'), mistake('c', 'owl'), mistake('d', 'owl'))
  expect(disagreementOf(first, second)).toEqual({
    onlyFirst: [mistake('d', 'owl')],
    onlySecond: [mistake('a', 'dog')],
    bothWrong: [[mistake('c', 'dog'), mistake('c', 'owl')]],
  })
  expect(disagreementOf(first, evaluation(2, mistake('d', 'owl')))).toBeNull()
})

test('one scale holds all intervals, in whole tenths and never too narrow', () => {
  expect([
    scaleAround([
      { low: 0.83, high: 0.97 },
      { low: 0.71, high: 0.9 },
    ]),
    scaleAround([{ low: 0.95, high: 0.99 }]),
    scaleAround([{ low: 0.01, high: 0.04 }]),
    scaleAround([{ low: 0.41, high: 0.48 }]),
  ]).toEqual([
    [0.7, 1],
    [0.8, 1],
    [0, 0.2],
    [0.3, 0.5],
  ])
})
