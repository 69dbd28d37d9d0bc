import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../main/contract/runs.ts'
import { runForTests } from '../state/run-for-tests.ts'
import { cellText, namesOf, overlayTitle, settleWords, settingValue, summaryWords, verdictWords, withoutResult } from './compare.ts'

const right = { accuracy: 0.9, low: 0.8, high: 0.95, n: 55 }
function comparison(verdict: Comparison['verdict'], mcnemar: Comparison['mcnemar'], second = 4): Comparison {
  return { runs: [runForTests(3), runForTests(second)], differs: {}, test: [right, right], mcnemar, verdict }
}

describe('a verdict in words', () => {
  test('better and worse are said of the run that was chosen later, with the photos that it rests on', () => {
    expect(verdictWords(comparison('better', { onlyFirst: 1, onlySecond: 12, n: 55, p: 0.0034 }))).toEqual({
      title: 'Run 4 is better than run 3',
      short: 'Better',
      evidence: 'Of the same 55 test photos, run 4 alone was right on 12 and run 3 alone on 1 (exact McNemar test, p = 0.003).',
      figures: 'Alone right on 12, run 3 on 1, of 55 photos; p = 0.003',
    })
    expect(verdictWords(comparison('worse', { onlyFirst: 30, onlySecond: 2, n: 55, p: 0.0000002 })).title).toBe('Run 4 is worse than run 3')
  })

  test('a difference that may be chance is called that, and no difference none', () => {
    const words = (onlyFirst: number, onlySecond: number) =>
      verdictWords(comparison('not certain', { onlyFirst, onlySecond, n: 55, p: 0.5 })).title
    expect([words(2, 7), words(3, 3), words(0, 0)]).toEqual([
      'Run 4 is about the same as run 3: the difference is not certain',
      'Run 4 is right as often as run 3',
      'Run 4 and run 3 are right and wrong on the same photos',
    ])
  })

  test('what cannot be compared says why', () => {
    expect([
      verdictWords(comparison('not comparable', null)).evidence,
      verdictWords(comparison('not comparable', { onlyFirst: 0, onlySecond: 0, n: 1, p: 1 })).evidence,
      verdictWords(comparison('not comparable', { onlyFirst: 2, onlySecond: 4, n: 31, p: 0.6 })).title,
    ]).toEqual(['They were tested on different photos.', 'Only 1 photo is in both of their tests.', 'Run 4 and run 3 cannot be compared'])
  })
})

test('many comparisons with one run come to one sentence, which never says better without a test', () => {
  const better = comparison('better', { onlyFirst: 1, onlySecond: 12, n: 55, p: 0.003 }, 4)
  const worse = comparison('worse', { onlyFirst: 12, onlySecond: 1, n: 55, p: 0.003 }, 5)
  const open = comparison('not certain', { onlyFirst: 2, onlySecond: 4, n: 55, p: 0.6 }, 6)
  const apart = comparison('not comparable', null, 7)
  expect([
    summaryWords(runForTests(3), [better, worse, open]),
    summaryWords(runForTests(3), [open, apart]),
    summaryWords(runForTests(3), [apart]),
  ]).toEqual([
    'Better than run 3: run 4. Worse than run 3: run 5',
    'None is certainly better or worse than run 3',
    'None can be compared with run 3',
  ])
})

test('runs are named in a sentence, a long list by its first ones', () => {
  const named = (count: number): string => namesOf(Array.from({ length: count }, (_, index) => runForTests(index + 1)))
  expect([named(0), named(1), named(2), named(5), named(6)]).toEqual([
    '',
    'run 1',
    'run 1 and run 2',
    'run 1, run 2, run 3, run 4 and run 5',
    'run 1, run 2, run 3, run 4 and 2 more',
  ])
})

test('a forecast of photos is rounded up to two digits, since it is one, and says how many are to be labelled in all', () => {
  expect([7, 61, 123, 4501].map((photos) => settleWords(photos, 0.15))).toEqual(
    [
      ['7', '47'],
      ['61', '410'],
      ['130', '820'],
      ['4,600', '31,000'],
    ].map(
      ([test, all]) => `About ${test} test photos, which is some ${all} labelled photos in all, would settle a difference of this size.`,
    ),
  )
})

test('the curves are titled by what is to be seen in them', () => {
  expect([
    overlayTitle('accuracy', { runs: [runForTests(4)], value: '91.7 %' }),
    overlayTitle('loss', { runs: [runForTests(4), runForTests(5)], value: '0.284' }),
    overlayTitle('loss', null),
  ]).toEqual([
    'Run 4 comes highest on the validation photos: 91.7 %',
    'Run 4 and run 5 come to the lowest validation loss: 0.284',
    'No curves yet',
  ])
})

test('a run without a result says why it takes no part', () => {
  expect([
    withoutResult(runForTests(2, { state: 'running', test: null })),
    withoutResult(runForTests(2, { state: 'failed', test: null })),
  ]).toEqual(['Run 2 has no result yet.', 'Run 2 ended without a result: failed.'])
})

test('settings are told as people say them', () => {
  const name = (id: string): string => (id === 'x' ? 'Balanced' : id)
  expect([
    settingValue('backbone', 'x', name),
    settingValue('patience', 0, name),
    settingValue('patience', 8, name),
    settingValue('optimiser', 'sgd', name),
    settingValue('weights', '0123456789abcdef', name),
    settingValue('engine', '', name),
  ]).toEqual(['Balanced', 'never stop early', '8 epochs', 'SGD', '01234567', '–'])
})

test('a run that cannot be read says so, and shows none of the settings that stand in for its own', () => {
  const run = runForTests(3, { state: 'failed', error: { code: 'RUN_DAMAGED', details: { run: 3, what: 'its settings' } }, test: null })
  expect([cellText(run, 'state', 0), cellText(run, 'seed', 0), cellText(runForTests(4), 'seed', 0)]).toEqual(['cannot be read', null, '1'])
})
