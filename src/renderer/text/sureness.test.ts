import { expect, test } from 'vitest'
import type { Interval } from '../../main/contract/ids.ts'
import type { AnswerStep, Calibration, SurenessBin } from '../../main/contract/sureness.ts'
import { surenessWords as words } from './sureness.ts'

const share = (right: number, n: number, low: number, high: number): Interval => ({ accuracy: right / n, low, high, n })
const whole = (changes: Partial<Calibration>): Calibration => ({
  ...{ said: 0.9, right: share(83, 100, 0.745, 0.891), verdict: 'too sure', error: 0.071, bins: [] },
  ...changes,
})

test('how sure it is and how often it is right are told together, with what that means', () => {
  expect([
    words.said(whole({})),
    words.said(whole({ said: 0.7, right: share(95, 100, 0.888, 0.978), verdict: 'too careful' })),
    words.said(whole({ said: 0.9996, right: share(100, 100, 0.963, 1), verdict: 'fits' })),
    words.said(whole({ right: share(4, 5, 0.376, 0.964), verdict: 'too few' })),
    words.said(whole({ right: share(0, 1, 0, 0.793), verdict: 'too few' })),
  ]).toEqual([
    'It is 90 % sure on average and right on 83 of 100 (75 to 89): too sure of itself.',
    'It is 70 % sure on average and right on 95 of 100 (89 to 98): right more often than it says.',
    'It is 99 % sure on average and right on 100 of 100 (96 to 100): on the whole as sure as it should be.',
    'It is 90 % sure on average and right on 80 of 100 (38 to 96): 5 test photos are too few to tell whether it says too much.',
    'It is 90 % sure on average and right on 0 of 100 (0 to 79): 1 test photo is too few to tell whether it says too much.',
  ])
  expect([words.error(whole({})), words.error(whole({ verdict: 'too few' }))]).toEqual([
    'Expected calibration error 7.1 % in ten bins (Guo et al. 2017)',
    'Expected calibration error 7.1 % in ten bins (Guo et al. 2017), which so few photos make too large',
  ])
})

test('a bin is told in photos, and where it has too few that is said', () => {
  const bin = (right: number, n: number): SurenessBin => ({
    ...{ low: 0.9, high: 1, said: 0.95, right: share(right, n, 0.83, 0.98), verdict: 'fits' },
  })
  expect([
    words.bin(bin(45, 48)),
    words.bin(bin(48, 48)),
    words.bin(bin(1, 3)),
    words.bin(bin(0, 2)),
    words.bin(bin(1, 1)),
    words.bin(bin(0, 1)),
  ]).toEqual([
    'Of 48 photos about which it was 90 to 100 % sure, 45 were right',
    'Of 48 photos about which it was 90 to 100 % sure, all were right',
    'Of 3 photos about which it was 90 to 100 % sure, 1 was right',
    'Of 2 photos about which it was 90 to 100 % sure, none was right',
    'The one photo about which it was 90 to 100 % sure: right',
    'The one photo about which it was 90 to 100 % sure: wrong',
  ])
  expect([words.binExact(bin(45, 48)), words.binExact({ ...bin(1, 3), verdict: 'too few' })]).toEqual([
    '94 of 100, 83 to 98',
    '33 of 100, 83 to 98: too few to tell',
  ])
})

test('what comes of a threshold is told of 100 new photos: how many get an answer, how many the right one, how many none', () => {
  const step = (answered: Interval, right: Interval | null): AnswerStep => ({
    ...{ fromPercent: 85, answered, right, missed: share(10, 100, 0.05, 0.17) },
  })
  expect([
    words.outcome(step(share(104, 118, 0.81, 0.93), share(101, 104, 0.92, 0.99))),
    words.outcome(step(share(118, 118, 0.97, 1), share(110, 118, 0.87, 0.96))),
    words.outcome(step(share(999, 1000, 0.99, 1), share(990, 999, 0.98, 1))),
    words.outcome(step(share(3, 5, 0.23, 0.88), share(3, 3, 0.44, 1))),
    words.outcome(step(share(1, 1000, 0, 0.01), share(1, 1, 0.2, 1))),
    words.outcome(step(share(0, 5, 0, 0.43), null)),
  ]).toEqual([
    'Of 100 new photos it answers about 88; of these about 86 are right, somewhere from 81 to 87. 12 get no answer (none of these).',
    'Of 100 new photos it answers all; of these about 93 are right, somewhere from 87 to 96.',
    'Of 100 new photos it answers nearly all; of these about 99 are right, somewhere from 98 to 100.',
    'Of 100 new photos it answers about 60; of these nearly all are right, somewhere from 26 to 60. 40 get no answer (none of these). 3 answered test photos are too few to tell.',
    'Of 100 new photos it answers fewer than one; of these about 0 are right. 100 get no answer (none of these). 1 answered test photo is too few to tell.',
    'It answers none of the test photos: nothing can be told of its answers.',
  ])
  expect(words.outcomeExact(step(share(104, 118, 0.81, 0.93), share(101, 104, 0.919, 0.9901)))).toBe(
    '104 of 118 test photos answered (coverage 88.1 %), 101 of these right (97.1 %, 95 % interval 91.9 to 99.0)',
  )
})

test('a threshold is suggested with its reason, or it is said why none is', () => {
  const right = share(114, 119, 0.9, 0.98)
  expect([
    words.suggested({ state: 'found', percent: 72, right }),
    words.suggested({ state: 'found', percent: 0, right }),
    words.suggested({ state: 'too few', photos: 9 }),
    words.suggested({ state: 'too few', photos: 1 }),
    words.suggested({ state: 'none', photos: 60 }),
  ]).toEqual([
    'Suggested: 72 %, the lowest at which 95 of 100 answers are right (114 of 119 validation photos). The test photos had no say in it.',
    'No threshold is needed for 95 of 100 right answers: it answers 114 of 119 validation photos right. The test photos had no say in this.',
    'No threshold is suggested: that takes at least 20 validation photos, and there are 9.',
    'No threshold is suggested: that takes at least 20 validation photos, and there is 1.',
    'No threshold is suggested: at none were 95 of 100 answers right on the 60 validation photos, of 20 answers at least.',
  ])
})
