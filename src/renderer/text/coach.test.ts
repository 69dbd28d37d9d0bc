import { describe, expect, test } from 'vitest'
import type { Coach, CoachFinding } from '../../main/contract/coach.ts'
import type { EpochReport } from '../../main/contract/runs.ts'
import { runForTests } from '../state/run-for-tests.ts'
import { classOf, coachWords, rateText } from './coach.ts'

const half = { accuracy: 0.5, low: 0.2, high: 0.8, n: 4 }
const findings: readonly CoachFinding[] = [
  { kind: 'no-better-than-majority', right: { ...half, n: 60 }, class: 'cat', majorityShare: 0.55, step: { kind: 'check-labels' } },
  {
    ...{ kind: 'rate-too-high', learningRate: 0.1, advised: 0.001, diverged: false },
    step: { kind: 'train', changes: { learningRate: 0.001 } },
  },
  {
    ...{ kind: 'rate-too-low', learningRate: 0.00001, advised: 0.001, fallen: 0.08 },
    step: { kind: 'train', changes: { learningRate: 0.001 } },
  },
  { kind: 'underfitting', epochs: 3, advised: 30, stoppedByUser: false, step: { kind: 'train', changes: { epochs: 30, patience: 8 } } },
  {
    ...{ kind: 'overfitting', partsAt: 12, risen: 0.4, trainAccuracy: 1, validationAccuracy: 0.8 },
    step: { kind: 'stop' },
  },
  { kind: 'noisy-labels', by: 'checked', wrong: 43, images: 200, step: { kind: 'check-labels' } },
  { kind: 'noisy-labels', by: 'answers', wrong: 23, images: 80, step: { kind: 'check-labels' } },
  {
    ...{ kind: 'few-validation', images: 6, right: { ...half, n: 6 } },
    step: { kind: 'train', changes: { shares: { train: 0.6, validation: 0.2, test: 0.2 } } },
  },
  { kind: 'leak', images: 35, measured: 76, step: { kind: 'look-alikes' } },
  { kind: 'starving', classId: 3, class: 'glass', images: 3, most: 40, found: half, step: { kind: 'add-photos', classId: 3 } },
]

describe('of every finding', () => {
  test.each(findings)('$kind: a sentence of cause, one of advice, and what the button does', (finding) => {
    const [cause, advice] = [coachWords.cause(finding), coachWords.advice(finding)]
    for (const sentence of [cause, advice]) {
      expect(sentence).toMatch(/^[A-Z\d].*\.$/)
      expect(sentence).not.toMatch(/undefined|NaN|null|!/)
    }
    expect(coachWords.button(finding.step, classOf(finding))).toMatch(/^(Set|Stop|Check|See|Add) /)
  })
  test('the numbers behind it are told', () => {
    const causes = findings.map(coachWords.cause)
    expect(causes[0]).toContain('right on 30 of 60 photos, and that would be on 55 % of them')
    expect(causes[4]).toMatch(/^From epoch 13 on it learns the training photos by heart, like a pupil who crams/)
    expect(causes[7]).toContain('each of them moves the curve by 17 %')
    expect(causes[9]).toBe(
      'It learns glass from 3 photos and other classes from up to 40; of 4 such photos that it had not seen it found 2.',
    )
    expect(coachWords.advice(findings[4] as CoachFinding)).toBe('Stop it: the studio keeps the best epoch, about 12.')
    expect(coachWords.button({ kind: 'train', changes: { learningRate: 0.00001 } })).toBe('Set the learning rate to 0.00001')
  })
})

test('a learning rate is written out, without zeros that say nothing', () => {
  expect([1, 10, 0.001, 0.0000015, 0.00002].map(rateText)).toEqual(['1', '10', '0.001', '0.0000015', '0.00002'])
})

describe('of a training with which nothing is wrong', () => {
  const nothing: Coach = { findings: [], isEarly: false, partsAt: null, roughness: null }
  const epochs = (...accuracies: readonly number[]): EpochReport[] =>
    accuracies.map((validationAccuracy, index) => ({
      ...{ epoch: index + 1, trainLoss: 0.1, trainAccuracy: 0.95, validationLoss: 0.2, validationAccuracy, durationMs: 10 },
    }))
  const good = (
    curve: readonly EpochReport[],
    bestEpoch: number,
    coach: Partial<Coach> = {},
    ended: 'completed' | 'stopped-by-user' = 'completed',
  ) => coachWords.good(runForTests(1, { bestEpoch, endedBecause: ended }), curve, { ...nothing, ...coach })
  const flat = (accuracy: number, lossAt: (epoch: number) => number): EpochReport[] =>
    epochs(...Array.from({ length: 1000 }, () => accuracy)).map((each) => ({ ...each, validationLoss: lossAt(each.epoch) }))

  test('a curve that has become flat asks for no more epochs, but for what would help', () => {
    expect(
      good(
        flat(1, (epoch) => 0.7 / epoch),
        1000,
      ),
    ).toBe(
      'Nothing changed any more from epoch 91 on, so more epochs will not help: it is right on every validation photo. Photos that are harder to tell apart would show more.',
    )
    expect(
      good(
        flat(0.9, (epoch) => 0.3 + 0.4 / epoch),
        997,
      ),
    ).toContain('more photos of what it mixes up would')
  })
  test('where the curves part it says where, and which epoch was kept', () => {
    expect(good(epochs(0.5, 0.7, 0.6, 0.6), 2, { partsAt: 2 })).toBe(
      'After epoch 2 training and validation part, and it ended in time. The studio kept epoch 2.',
    )
  })
  test('it names the loss where other epochs were right more often', () => {
    expect(good(epochs(0.98, 0.94, 0.96), 2)).toContain('kept epoch 2, where the loss is lowest')
    expect(good(epochs(0.9, 0.94, 0.92), 2)).not.toContain('loss is lowest')
  })
  test('it asks nobody to go on who is right on every photo, or who has stopped it', () => {
    expect(good(epochs(0.9, 1), 2)).toContain('right on every validation photo')
    expect(good(epochs(0.8, 0.9), 2, {}, 'stopped-by-user')).toContain('You stopped it')
  })
})

test('how rough a curve is, in words and in points', () => {
  expect(coachWords.roughness({ points: 0.62, kind: 'calm' })).toBe(
    'The validation curve is calm: an epoch lies 0.6 points off a smooth course.',
  )
  expect(coachWords.roughness({ points: 0, kind: 'calm' })).toContain('less than 0.1 points')
})
