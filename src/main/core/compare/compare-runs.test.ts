import { describe, expect, test } from 'vitest'
import { Comparison, Recipe, type RunSummary } from '../../contract/runs.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { compareRuns, type ComparedRun } from './compare-runs.ts'
import { mcnemarP } from './mcnemar.ts'

describe('the exact McNemar test', () => {
  // statsmodels 0.15.0 mcnemar(exact=True) and scipy 1.17.1 binomtest, which agree: onlyFirst, onlySecond, p.
  const reference: readonly (readonly [number, number, number])[] = [
    [1, 0, 1.0],
    [0, 5, 0.0625],
    [0, 6, 0.03125],
    [2, 8, 0.109375],
    [10, 3, 0.09228515625],
    [7, 7, 1.0],
    [15, 30, 0.035697803555194696],
    [121, 59, 4.4344492637551645e-6],
    [500, 560, 0.06990955946026937],
    [1000, 1200, 2.1817026407914194e-5],
    [50000, 50600, 0.05895199586854574],
    [3, 400, 1.056134041536089e-114],
    [0, 2000, 0.0],
  ]
  for (const [onlyFirst, onlySecond, p] of reference) {
    test(`of ${onlyFirst} against ${onlySecond} is that of statsmodels and scipy`, () => {
      expect(mcnemarP(onlyFirst, onlySecond) / (p === 0 ? 1 : p)).toBeCloseTo(p === 0 ? 0 : 1, 9)
      expect(mcnemarP(onlySecond, onlyFirst)).toBe(mcnemarP(onlyFirst, onlySecond))
    })
  }
  test('of no image is 1, and of what is no count is refused', () => {
    expect(mcnemarP(0, 0)).toBe(1)
    expect(() => mcnemarP(-1, 2)).toThrow(RangeError)
    expect(() => mcnemarP(0.5, 2)).toThrow(RangeError)
  })
})

/** `right`: one letter an image, `+` right, `-` wrong; images are numbered from `from`. */
function comparedRun(right: string, { from = 0, classId = 1, recipe = {}, splitId = 1 } = {}): ComparedRun {
  const answers = [...right].map((sign, index) => ({
    hash: String(from + index).padStart(64, '0'),
    classId,
    predictedId: sign === '+' ? classId : classId + 1,
  }))
  const run: RunSummary & { test: NonNullable<RunSummary['test']> } = {
    id: 'run',
    number: 1,
    state: 'finished',
    error: null,
    recipe: Recipe.parse({ backbone: 'efficientnet-lite0', ...recipe }),
    splitId,
    backboneHash: 'hash',

    network: null,
    engine: { training: 'plain', extraction: 'onnxruntime' },
    versions: {},
    bestEpoch: 3,
    endedBecause: 'completed',
    validation: null,
    test: wilsonInterval(right.replaceAll('-', '').length, right.length),
    seconds: null,
    tempering: { state: 'never' },
    answerFromPercent: 0,
    foreign: null,
    createdAtMs: 1,
    endedAtMs: 2,
    name: null,
    notes: '',
    tags: [],
    pinned: false,
  }
  return { run, answers }
}

describe('a comparison', () => {
  test('says better or worse only when the paired test is significant', () => {
    const [poor, good] = [comparedRun('------++++'), comparedRun('++++++++++')]
    expect(compareRuns(poor, good)).toMatchObject({ verdict: 'better', mcnemar: { onlyFirst: 0, onlySecond: 6, n: 10, p: 0.03125 } })
    expect(compareRuns(good, poor)).toMatchObject({ verdict: 'worse', mcnemar: { onlyFirst: 6, onlySecond: 0, n: 10 } })
    expect(compareRuns(comparedRun('-----+++++'), good)).toMatchObject({ verdict: 'not certain', mcnemar: { p: 0.0625 } })
    expect(compareRuns(good, good)).toMatchObject({ verdict: 'not certain', mcnemar: { p: 1 } })
  })

  test('is a valid answer of the contract', () => {
    const comparison = compareRuns(comparedRun('++'), comparedRun('+-', { recipe: { epochs: 6, splitSeed: 7 } }))
    expect(Comparison.parse(comparison)).toEqual(comparison)
  })

  test('of a project that has grown is made on the images both were tested on', () => {
    const grown = comparedRun('++++++++++----')
    expect(compareRuns(comparedRun('------++++'), grown)).toMatchObject({ verdict: 'better', mcnemar: { n: 10 } })
    expect(compareRuns(grown, comparedRun('------++++'))).toMatchObject({ verdict: 'worse', mcnemar: { n: 10 } })
  })

  test('of other test images is none, and an image that was relabelled does not count', () => {
    const first = comparedRun('------++++')
    expect(compareRuns(first, comparedRun('++++++++++', { from: 2 }))).toMatchObject({ verdict: 'not comparable', mcnemar: { n: 8 } })
    expect(compareRuns(first, comparedRun('++++++++++', { from: 50 }))).toMatchObject({ verdict: 'not comparable', mcnemar: null })
    expect(compareRuns(first, comparedRun('++++++++++', { classId: 5 }))).toMatchObject({ verdict: 'not comparable', mcnemar: null })
  })

  test('names the settings that differ, the seed of the split as it was used', () => {
    const first = comparedRun('++')
    expect(compareRuns(first, comparedRun('++')).differs).toEqual({})
    expect(compareRuns(first, comparedRun('++', { recipe: { splitSeed: 1 } })).differs).toEqual({})
    const second = comparedRun('++', { recipe: { backbone: 'mobilenet-v2-035', seed: 2 }, splitId: 4 })
    expect(compareRuns(first, second).differs).toEqual({
      backbone: ['efficientnet-lite0', 'mobilenet-v2-035'],
      seed: [1, 2],
      splitSeed: [1, 2],
      split: [1, 4],
    })
  })
})
