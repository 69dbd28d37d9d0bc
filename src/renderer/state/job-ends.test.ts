import { expect, test } from 'vitest'
import type { Job } from '../../main/contract/jobs.ts'
import { isToldByPage, mayPass } from './job-ends.ts'

const job = (kind: Job['kind'], runId: string | null = null): Job => ({
  id: 'one',
  kind,
  runId,
  startedAtMs: 0,
  state: { state: 'queued' },
})

test('how a training ended is told by the page that shows its run, and by no other', () => {
  const training = job('train', 'a')
  expect([
    isToldByPage(training, { page: 'train' }, 'a'),
    isToldByPage(training, { page: 'run', run: 'a' }, null),
    isToldByPage(training, { page: 'train' }, 'b'),
    isToldByPage(training, { page: 'run', run: 'b' }, 'a'),
    isToldByPage(training, { page: 'photos' }, 'a'),
  ]).toEqual([true, true, false, false, false])
})

test('an export is told by its page, a network that was fetched by none, an import by its own notice', () => {
  expect([
    isToldByPage(job('import'), { page: 'train' }, null),
    isToldByPage(job('export'), { page: 'export' }, null),
    isToldByPage(job('fetch-backbone'), { page: 'train' }, null),
  ]).toEqual([true, true, false])
})

test('to try again is offered for what may be over by then, not for what needs a change first', () => {
  expect([
    mayPass({ code: 'WORKER_DIED', details: {} }),
    mayPass({ code: 'DISK_FULL', details: {} }),
    mayPass({ code: 'TRAINING_DIVERGED', details: {} }),
    mayPass({ code: 'TOO_FEW_IMAGES', details: {} }),
  ]).toEqual([true, true, false, false])
})
