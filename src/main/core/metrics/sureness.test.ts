import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { stepAt } from '../../contract/sureness.ts'
import { answerSteps } from './answer-steps.ts'
import { calibrationOf, type Answer } from './calibration.ts'
import { suggestThreshold } from './suggest-threshold.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** `right` of `n` answers right, all of them so sure. */
const answers = (n: number, right: number, sureness: number): Answer[] =>
  Array.from({ length: n }, (_, index) => ({ sureness, isRight: index < right }))

const anyAnswer = fc.record({
  sureness: fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20),
  ),
  isRight: fc.boolean(),
})
const someAnswers = fc.array(anyAnswer, { minLength: 1, maxLength: 60 })

/** Numbers of 0..1 that are the same at each run (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('how sure answers are against how often they are right', () => {
  test('is counted in ten bins, of which those without photos are left out', () => {
    const calibration = calibrationOf([...answers(48, 45, 0.95), ...answers(4, 1, 0.42)])!
    expect(calibration.bins).toEqual([
      { low: 0.4, high: 0.5, said: expect.closeTo(0.42, 12) as number, right: wilsonInterval(1, 4), verdict: 'too few' },
      { low: 0.9, high: 1, said: expect.closeTo(0.95, 12) as number, right: wilsonInterval(45, 48), verdict: 'fits' },
    ])
    expect(calibration.right).toEqual(wilsonInterval(46, 52))
    expect(calibration.said).toBeCloseTo((48 * 0.95 + 4 * 0.42) / 52, 12)
    expect(calibration.error).toBeCloseTo((48 * (0.95 - 45 / 48) + 4 * (0.42 - 0.25)) / 52, 12)
  })

  test('takes the upper end of a bin into it and not the lower one, as Guo et al. do', () => {
    const ends = Array.from({ length: 11 }, (_, tenth) => ({ sureness: tenth / 10, isRight: true }))
    expect(calibrationOf(ends)!.bins.map(({ high, right }) => [high, right.n])).toEqual([
      [0.1, 2],
      ...[0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((high) => [high, 1]),
    ])
  })

  test('of nothing is nothing', () => {
    expect(calibrationOf([])).toBeNull()
  })

  test.prop([someAnswers])('counts every photo once, and its error lies between the gap of the whole and 1', (all) => {
    const { bins, said, right, error } = calibrationOf(all)!
    expect(bins.reduce((sum, bin) => sum + bin.right.n, 0)).toBe(all.length)
    expect(bins.reduce((sum, bin) => sum + bin.right.accuracy * bin.right.n, 0)).toBeCloseTo(right.accuracy * all.length, 9)
    expect(error).toBeGreaterThanOrEqual(Math.abs(said - right.accuracy) - 1e-12)
    expect(error).toBeLessThanOrEqual(1)
  })

  test.prop([someAnswers])('has the error of the formula, written down as sums over all photos', (all) => {
    let error = 0
    for (let bin = 1; bin <= 10; bin++) {
      const inside = all.filter(({ sureness }) => (sureness > (bin - 1) / 10 || (bin === 1 && sureness === 0)) && sureness <= bin / 10)
      error += Math.abs(inside.reduce((sum, { sureness, isRight }) => sum + (isRight ? 1 : 0) - sureness, 0)) / all.length
    }
    expect(calibrationOf(all)!.error).toBeCloseTo(error, 9)
  })

  test('says too sure, too careful, as it should be, or too few to tell', () => {
    expect(
      [answers(200, 166, 0.9), answers(200, 190, 0.7), answers(200, 180, 0.9), answers(5, 4, 0.9)].map(
        (all) => calibrationOf(all)!.verdict,
      ),
    ).toEqual(['too sure', 'too careful', 'fits', 'too few'])
  })

  test('of answers that are as sure as they should be is called wrong in at most one of twenty, and of boasting ones nearly always', () => {
    const draw = drawing(7)
    const wrongOf = (chance: (sureness: number) => number) => {
      const verdicts = Array.from({ length: 400 }, () => {
        const all = Array.from({ length: 150 }, () => {
          const sureness = 0.5 + 0.49 * draw()
          return { sureness, isRight: draw() < chance(sureness) }
        })
        return calibrationOf(all)!.verdict
      })
      return verdicts.filter((verdict) => verdict === 'too sure' || verdict === 'too careful').length / verdicts.length
    }
    expect(wrongOf((sureness) => sureness)).toBeLessThan(0.05)
    expect(wrongOf((sureness) => sureness - 0.2)).toBeGreaterThan(0.95)
  })
})

describe('answering only from a threshold on', () => {
  const all = [...answers(6, 6, 0.97), ...answers(3, 2, 0.8), ...answers(1, 0, 0.355)]

  test('is a step for each threshold at which fewer photos are answered', () => {
    expect(answerSteps(all)).toEqual([
      { fromPercent: 0, answered: wilsonInterval(10, 10), right: wilsonInterval(8, 10), missed: wilsonInterval(2, 10) },
      { fromPercent: 36, answered: wilsonInterval(9, 10), right: wilsonInterval(8, 9), missed: wilsonInterval(2, 10) },
      { fromPercent: 81, answered: wilsonInterval(6, 10), right: wilsonInterval(6, 6), missed: wilsonInterval(4, 10) },
      { fromPercent: 98, answered: wilsonInterval(0, 10), right: null, missed: wilsonInterval(10, 10) },
    ])
    expect([0, 35, 36, 80, 81, 99].map((percent) => stepAt(answerSteps(all), percent)?.answered.accuracy)).toEqual([1, 1, 0.9, 0.9, 0.6, 0])
  })

  test('of nothing has no step', () => {
    expect(answerSteps([])).toEqual([])
    expect(stepAt([], 50)).toBeNull()
  })

  test.prop([someAnswers, fc.integer({ min: 0, max: 99 })])(
    'tells at every threshold what counting tells, and the higher it is the fewer are answered and the more are missed',
    (some, percent) => {
      const steps = answerSteps(some)
      const answered = some.filter(({ sureness }) => sureness >= percent / 100)
      const right = answered.filter(({ isRight }) => isRight).length
      expect(stepAt(steps, percent)).toMatchObject({
        answered: wilsonInterval(answered.length, some.length),
        right: answered.length === 0 ? null : wilsonInterval(right, answered.length),
        missed: wilsonInterval(some.length - right, some.length),
      })
      for (const [index, step] of steps.slice(1).entries()) {
        const before = steps[index]!
        expect(step.fromPercent).toBeGreaterThan(before.fromPercent)
        expect(step.answered.accuracy).toBeLessThan(before.answered.accuracy)
        expect(step.missed.accuracy).toBeGreaterThanOrEqual(before.missed.accuracy)
      }
    },
  )
})

describe('a threshold is suggested', () => {
  test('where 95 of 100 answers are right, the lowest', () => {
    const all = [...answers(80, 79, 0.95), ...answers(10, 8, 0.7), ...answers(10, 3, 0.5)]
    // 90 of 100 right; 87 of 90 from 51 % on; 79 of 80 from 71 % on.
    expect(suggestThreshold(all)).toEqual({ state: 'found', percent: 51, right: wilsonInterval(87, 90) })
  })

  test('at 0 where that many are right anyway', () => {
    expect(suggestThreshold(answers(40, 38, 0.6))).toEqual({ state: 'found', percent: 0, right: wilsonInterval(38, 40) })
  })

  test('not where there are fewer than twenty photos, nor where fewer than twenty answers are right that often', () => {
    expect(suggestThreshold(answers(19, 19, 0.9))).toEqual({ state: 'too few', photos: 19 })
    expect(suggestThreshold([])).toEqual({ state: 'too few', photos: 0 })
    expect(suggestThreshold([...answers(19, 19, 0.9), ...answers(30, 15, 0.6)])).toEqual({ state: 'none', photos: 49 })
  })
})
