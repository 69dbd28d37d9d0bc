import { expect, test } from 'vitest'
import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError } from '../../main/contract/errors.ts'
import type { Job, JobEvent } from '../../main/contract/jobs.ts'
import { JobFeed } from './jobs.svelte.ts'

const waiting = { step: 'waiting', done: 0, total: null, perSecond: null, secondsLeft: null } as const
const running: Job = { id: 'one', kind: 'sample', runId: null, startedAtMs: 0, state: { state: 'running', progress: waiting } }
const ended: Job = { ...running, state: { state: 'succeeded', result: { kind: 'sample', path: '/sample', images: 60 } } }

/** A studio whose feed of the job gives `events` and then breaks off with `failure`. */
function clientOf(listed: () => readonly Job[], events: readonly JobEvent[], failure: StudioError): StudioClient {
  async function* watch(): AsyncGenerator<JobEvent> {
    yield* events
    throw failure
  }
  return { jobs: { list: () => Promise.resolve(listed()), watch: () => Promise.resolve(watch()) } } as unknown as StudioClient
}
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

test('a job that ended while the connection was away is told once it is back', async () => {
  const told: Job[] = []
  const feed = new JobFeed(
    clientOf(() => [ended], [{ type: 'job', job: running }], new StudioError('CONNECTION_LOST', {})),
    (job) => told.push(job),
  )
  const end = feed.finished('one')
  await soon()
  expect([feed.active.length, told]).toEqual([1, []])
  await feed.reconnect()
  expect(await end).toEqual(ended)
  await feed.refresh()
  expect([feed.active.length, told]).toEqual([0, [ended]])
})

test('a job that is over before anything was heard of it is told, well or failed; one that had ended before the page came is not', async () => {
  const failed: Job = { ...running, id: 'failed', state: { state: 'failed', error: { code: 'OUT_EXISTS', details: { path: '/out' } } } }
  const listed: Job[] = [{ ...ended, id: 'earlier' }]
  const told: string[] = []
  const feed = new JobFeed(
    clientOf(() => listed, [], new StudioError('CONNECTION_LOST', {})),
    ({ id }) => told.push(id),
  )
  await feed.refresh()
  expect([told, feed.ended]).toEqual([[], []])
  listed.push(ended, failed)
  await feed.refresh()
  await feed.refresh()
  expect([told, feed.ended]).toEqual([['one', 'failed'], [ended]])
})

test('what has ended well stays in sight until it was seen; what came to nothing does not', async () => {
  const failed: Job = { ...running, id: 'two', state: { state: 'failed', error: { code: 'CANCELLED', details: {} } } }
  const feed = new JobFeed(
    clientOf(
      () => [],
      [
        { type: 'job', job: ended },
        { type: 'job', job: failed },
      ],
      new StudioError('CONNECTION_LOST', {}),
    ),
    () => undefined,
  )
  feed.watch('one')
  await soon()
  expect(feed.ended.map(({ id }) => id)).toEqual(['one'])
  feed.forgetEnded('one')
  expect(feed.ended).toEqual([])
})

test('who waits for a job that the studio no longer knows is told so', async () => {
  const feed = new JobFeed(
    clientOf(() => [], [], new StudioError('JOB_NOT_FOUND', { job: 'one' })),
    () => undefined,
  )
  await expect(feed.finished('one')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
})

test('a training is as far as its last epoch, though its progress is told less often', async () => {
  const training = (done: number): Job => ({
    ...running,
    kind: 'train',
    runId: 'run',
    state: { state: 'running', progress: { ...waiting, step: 'training', done, total: 1000 } },
  })
  const report = { trainLoss: 1, trainAccuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5, durationMs: 1 }
  const epoch = (number: number): JobEvent => ({ type: 'epoch', runId: 'run', report: { ...report, epoch: number } })
  const events: JobEvent[] = [{ type: 'job', job: training(68) }, epoch(69), epoch(70)]
  const doneAfter = async (all: readonly JobEvent[]): Promise<unknown> => {
    const feed = new JobFeed(
      clientOf(() => [], all, new StudioError('CONNECTION_LOST', {})),
      () => undefined,
    )
    feed.watch('one')
    await soon()
    const state = feed.job('one')?.state
    return state?.state === 'running' ? state.progress.done : state
  }
  expect(await doneAfter(events)).toBe(70)
  // Progress that was told before the epochs and comes after them does not go back.
  expect(await doneAfter([...events, { type: 'job', job: training(69) }])).toBe(70)
})
