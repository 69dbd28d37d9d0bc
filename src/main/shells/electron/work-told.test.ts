import { expect, it } from 'vitest'
import type { Job } from '../../contract/jobs.ts'
import { barValue, endTold } from './work-told.ts'

const job = (state: Job['state'], more: Partial<Job> = {}): Job => ({
  id: 'j',
  kind: 'import',
  runId: null,
  startedAtMs: 1000,
  state,
  ...more,
})
const running = (done: number, total: number | null): Job =>
  job({ state: 'running', progress: { step: 'importing', done, total, perSecond: null, secondsLeft: null } })
const cancelled = job({ state: 'cancelled', result: null })
const fetched = job({ state: 'succeeded', result: { kind: 'fetch-backbone', backbone: 'x' } }, { kind: 'fetch-backbone' })
const died = job(
  { state: 'failed', error: { code: 'WORKER_DIED', details: { worker: 'training', reason: 'killed', detail: '' } } },
  { kind: 'train', runId: 'k3v9x2ma' },
)

it('the bar shows what runs, and nothing when nothing does', () => {
  expect(barValue([])).toBe(-1)
  expect(barValue([job({ state: 'queued' }), fetched])).toBe(-1)
  expect(barValue([running(0, null)])).toBe(2)
  expect(barValue([running(30, 100)])).toBe(0.3)
  expect(barValue([running(0, 100), running(50, 100), running(3, null)])).toBe(0.25)
})

it('the end of long work is told once, with the way to its result', () => {
  expect(endTold(running(1, 2), fetched, 40_000)).toMatchObject({ leadsTo: { do: 'show', page: 'train' } })
  expect(endTold(fetched, fetched, 40_000)).toBe(null)
  expect(endTold(running(1, 2), died, 40_000)).toMatchObject({ title: 'Training has failed', leadsTo: { do: 'show-run', run: 'k3v9x2ma' } })
})

it('short work and work that somebody has ended are not told of', () => {
  expect(endTold(running(1, 2), fetched, 31_000)).toBe(null)
  expect(endTold(running(1, 2), cancelled, 90_000)).toBe(null)
  expect(endTold(running(1, 2), running(2, 2), 90_000)).toBe(null)
})
