import { describe, expect, test } from 'vitest'
import { Recipe, type Comparison, type EpochReport, type RunSummary } from '../../main/contract/runs.ts'
import { baselineText, comparisonWords, curveTitle, liveFacts, rareClassesText } from './train.ts'

const epochs = (...accuracies: readonly number[]): EpochReport[] =>
  accuracies.map((validationAccuracy, index) => ({
    epoch: index + 1,
    trainLoss: 0.1,
    trainAccuracy: 0.95,
    validationLoss: 0.2,
    validationAccuracy,
    durationMs: 10,
  }))

const run = (number: number): RunSummary => ({
  id: `run${number}`,
  number,
  state: 'finished',
  error: null,
  recipe: Recipe.parse({ backbone: 'efficientnet-lite0' }),
  splitId: 1,
  backboneHash: 'a',

  network: null,
  engine: null,
  versions: {},
  bestEpoch: 1,
  endedBecause: 'completed',
  validation: null,
  test: { accuracy: 0.9, low: 0.8, high: 0.95, n: 50 },
  seconds: null,
  tempering: { state: 'never' },
  answerFromPercent: 0,
  foreign: null,
  createdAtMs: 0,
  endedAtMs: 1,
  name: null,
  notes: '',
  tags: [],
  pinned: false,
})

const comparison = (verdict: Comparison['verdict'], mcnemar: Comparison['mcnemar']): Comparison => ({
  runs: [run(3), run(4)],
  differs: {},
  test: [
    { accuracy: 0.84, low: 0.7, high: 0.9, n: 50 },
    { accuracy: 0.92, low: 0.8, high: 0.97, n: 50 },
  ],
  mcnemar,
  verdict,
})

describe('the title over the curves says what to see', () => {
  test('while it trains: the epoch and how many are right', () => {
    expect(curveTitle(epochs(0.5, 0.75), null, true)).toBe('Epoch 2: 75.0 % of the validation photos right')
  })
  test('afterwards: where validation stopped improving', () => {
    expect(curveTitle(epochs(0.5, 0.9, 0.8, 0.8), 2, false)).toBe('Validation stops improving after epoch 2')
  })
  test('it claims no rise of the curve where there was none', () => {
    expect(curveTitle(epochs(0.9, 0.9, 0.9, 0.9), 3, false)).toBe('Surest on the validation photos at epoch 3')
  })
  test('a run whose last epoch is its best one is told to go on', () => {
    expect(curveTitle(epochs(0.5, 0.9), 2, false)).toContain('Still growing surer')
  })
  test('a curve that has become flat says from where on', () => {
    const sure = epochs(...Array.from({ length: 1000 }, () => 1)).map((each) => ({ ...each, validationLoss: 0.7 / each.epoch }))
    expect(curveTitle(sure, 1000, false)).toBe('Validation is flat from epoch 91 on')
  })
})

describe('classes of very different size', () => {
  test('are named before the training, the rare ones with their number of photos', () => {
    expect(rareClassesText([{ name: 'cat', images: 90 }, { name: 'dog', images: 4 }])).toContain('dog has only 4 photos, cat 90.') // prettier-ignore
    expect(rareClassesText([{ name: 'a', images: 5 }, { name: 'b', images: 25 }, { name: 'c', images: 3 }])).toContain('a and c have far fewer photos than b, which has 25.') // prettier-ignore
    expect(rareClassesText([{ name: 'cat', images: 90 }, { name: 'dog', images: 20 }])).toBeNull() // prettier-ignore
  })
  test('let it be said what always naming the frequent one would reach', () => {
    const score = (name: string, n: number) => ({ class: name, n, precision: 1, recall: 1, f1: 1, precisionInterval: null, recallInterval: null }) // prettier-ignore
    const of = (accuracy: number, ...n: readonly number[]) =>
      baselineText({
        perClass: n.map((count, index) => score(`class ${index}`, count)),
        test: { accuracy, low: 0, high: 1, n: n.reduce((sum, count) => sum + count, 0) },
      })
    expect(of(13 / 14, 1, 13)).toBe(
      'No better than always saying class 1, which is right on 13 of these 14: more photos of the others would help most.',
    )
    expect(of(1, 1, 13)).toContain('Better than always saying class 1')
    expect(of(1, 6, 8)).toBeNull()
  })
})

describe('a comparison', () => {
  const pairs = { onlyFirst: 2, onlySecond: 7, n: 50, p: 0.18 }
  test('says better only when the test does, with its evidence', () => {
    expect(comparisonWords(comparison('better', { ...pairs, p: 0.0004 }))).toEqual({
      verdict: 'Better than run 3',
      evidence: 'Of the same 50 test photos, this one alone was right on 7 and run 3 alone on 2 (exact McNemar p < 0.001).',
    })
  })
  test('an uncertain difference reads as about the same', () => {
    expect(comparisonWords(comparison('not certain', pairs)).verdict).toBe('About the same as run 3: 50 test photos cannot tell them apart')
  })
  test('two runs right and wrong on the same photos give the same answers', () => {
    expect(comparisonWords(comparison('not certain', { ...pairs, onlyFirst: 0, onlySecond: 0, p: 1 })).verdict).toBe(
      'The same answers as run 3',
    )
  })
  test('runs tested on different photos are not compared', () => {
    expect(comparisonWords(comparison('not comparable', null)).verdict).toBe('Cannot be compared with run 3')
  })
})

test('a training that is under way names one epoch, in the title of its curve and beside it', () => {
  const known = epochs(0.5, 0.6, 0.7)
  const progress = { step: 'training', total: 1000, perSecond: 10, secondsLeft: 99 } as const
  for (const done of [1, 3, 4]) expect(liveFacts({ ...progress, done }, known)).toBe('3 of 1,000 epochs, about 2 min left')
  expect(curveTitle(known, null, true)).toMatch(/^Epoch 3:/)
  expect(liveFacts({ ...progress, done: 0, secondsLeft: null }, [])).toBe('0 of 1,000 epochs')
  expect(liveFacts({ ...progress, step: 'evaluating', done: 5, total: 60, secondsLeft: null }, known)).toBe('5 of 60 photos')
})
