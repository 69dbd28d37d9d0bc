import { expect, test } from 'vitest'
import type { EpochReport } from '../../../main/contract/runs.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { RunRecord } from '../../state/run-record.svelte.ts'
import { frameWords } from '../../text/frame.ts'
import { pauseWords } from '../../text/pause.ts'
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

const progress = (step: 'extracting' | 'training', done: number) => ({ step, done, total: 10, perSecond: null, secondsLeft: null })
test.each([
  ['waits to go on', { state: 'queued' }, false],
  ['is extracting before it goes on', { state: 'running', progress: progress('extracting', 3) }, false],
  ['has gone on by an epoch', { state: 'running', progress: progress('training', 4) }, true],
] as const)('a run with epochs that %s has a stop only where that keeps something', async (_, state, canStop) => {
  const run = { ...runForTests(1), state: 'running' as const, bestEpoch: null }
  const job = { id: 'job', kind: 'train', runId: run.id, startedAtMs: 0, state }
  async function* watch() {
    yield { type: 'job', job }
    await new Promise(() => undefined)
  }
  const studio = studioForTests({
    jobs: { list: () => Promise.resolve([job]), watch: () => Promise.resolve(watch()) },
    runs: { list: () => Promise.resolve([run]), get: () => Promise.resolve({ run, epochs: [epoch(1), epoch(2), epoch(3)] }) },
  })
  const record = new RunRecord(studio, run.id)
  await record.load(new AbortController().signal)
  const shown = show(withStudio(studio, LiveRun), { record, run })
  studio.jobs.watch('job')
  const names = () => [...shown.querySelectorAll('button')].map(({ textContent }) => textContent.trim())
  await expect.poll(() => names().includes(frameWords.stop)).toBe(canStop)
  await expect.poll(() => names().includes(pauseWords.pause) && names().includes(frameWords.cancel)).toBe(true)
  expect(shown.textContent.includes(pauseWords.keeps(3))).toBe(!canStop)
})
