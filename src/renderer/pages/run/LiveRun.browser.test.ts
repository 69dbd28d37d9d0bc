import { expect, test } from 'vitest'
import type { EpochReport } from '../../../main/contract/runs.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { RunRecord } from '../../state/run-record.svelte.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import LiveRun from './LiveRun.svelte'

const epoch = (number: number): EpochReport => ({
  epoch: number,
  trainLoss: 1 / number,
  trainAccuracy: 0.9,
  validationLoss: 1 / number,
  validationAccuracy: 0.9,
  durationMs: 1,
})

test('a training that is looked at in its middle has all its epochs, also those between what was written and what is told first', async () => {
  const run = { ...runForTests(1), state: 'running' as const, bestEpoch: null }
  const progress = { step: 'training', done: 3, total: 10, perSecond: null, secondsLeft: null }
  const job = { id: 'job', kind: 'train', runId: run.id, startedAtMs: 0, state: { state: 'running', progress } }
  const told = Promise.withResolvers<undefined>()
  async function* watch() {
    yield { type: 'job', job }
    await told.promise
    yield { type: 'epoch', runId: run.id, report: epoch(7) }
    await new Promise(() => undefined)
  }
  let written = 3
  let asked = 0
  const studio = studioForTests({
    jobs: { list: () => Promise.resolve([job]), watch: () => Promise.resolve(watch()) },
    runs: {
      list: () => Promise.resolve([run]),
      // The rows are behind at first, and have caught up when they are read a second time.
      get: () => {
        asked += 1
        const epochs = Array.from({ length: written }, (_, index) => epoch(index + 1))
        written = 6
        return Promise.resolve({ run, epochs })
      },
    },
  })
  const record = new RunRecord(studio, run.id)
  await record.load(new AbortController().signal)
  expect(record.epochs.map((each) => each.epoch)).toEqual([1, 2, 3])
  show(withStudio(studio, LiveRun), { record, run })
  studio.jobs.watch('job')
  told.resolve(undefined)
  await expect.poll(() => record.epochs.map((each) => each.epoch)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect([record.isTorn, asked]).toEqual([false, 2])
})
