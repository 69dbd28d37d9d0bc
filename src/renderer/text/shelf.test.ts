import { expect, test } from 'vitest'
import type { Job, Progress } from '../../main/contract/jobs.ts'
import { jobFacts, jobShare, progressSaid } from './shelf.ts'

const job = (progress: Partial<Progress>, kind: Job['kind'] = 'import'): Job => ({
  id: 'one',
  kind,
  runId: null,
  startedAtMs: 0,
  state: { state: 'running', progress: { step: 'importing', done: 0, total: null, perSecond: null, secondsLeft: null, ...progress } },
})

test('work under way says how far it is, how fast, and how long it takes, as far as that is known', () => {
  expect([
    jobFacts(job({ done: 212, total: 300, perSecond: 40, secondsLeft: 3 })),
    jobFacts(job({ done: 1 })),
    jobFacts(job({ step: 'downloading', done: 1_500_000, total: 3_000_000, perSecond: 500_000 })),
    jobFacts(job({ step: 'listing' })),
    jobFacts({ ...job({}), state: { state: 'queued' } }),
  ]).toEqual(['212 of 300 photos, 40 a second, 3 s left', '1 photo', '1.5 MB of 3.0 MB, 500 KB a second', '', 'waiting for its turn'])
})

test('a screen reader hears of each step and each quarter, not of each photo', () => {
  const said = new Set(Array.from({ length: 301 }, (_, done) => progressSaid([job({ done, total: 300 })])))
  expect([...said]).toEqual([
    'Adding photos.',
    'Adding photos: 25 %.',
    'Adding photos: 50 %.',
    'Adding photos: 75 %.',
    'Adding photos: 100 %.',
  ])
  expect([
    progressSaid([{ ...job({}), state: { state: 'queued' } }]),
    jobShare(job({ done: 5, total: 4 })),
    jobShare(job({ total: 0 })),
  ]).toEqual(['', 1, null])
})
