import { fc, test as property } from '@fast-check/vitest'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { StudioError } from '../../contract/errors.ts'
import type { Job, JobEvent, JobResult } from '../../contract/jobs.ts'
import type { JobBody, JobQueue } from './job-queue.ts'
import { makeJobQueue } from './make-job-queue.ts'

const nothing: JobResult = { kind: 'features', extracted: 0, seconds: 0 }
const done: JobBody = async () => nothing
const untilCancelled: JobBody = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
const untilStopped: JobBody = ({ stopSignal, signal }) =>
  new Promise((resolve, reject) => {
    stopSignal.addEventListener('abort', () => resolve(nothing))
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

/** Ends as a training that rests does, at once. */
const untilPaused: JobBody = ({ pauseSignal, signal }) =>
  new Promise((_, reject) => {
    pauseSignal.addEventListener('abort', () => reject(new StudioError('CANCELLED', {})))
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

let errors: string[] = []
function queue(options: { stopwatch?: () => number; onChange?: () => void; endingMs?: number } = {}): JobQueue {
  errors = []
  return makeJobQueue({ clock: () => 1000, log: { info: () => undefined, error: (message) => void errors.push(message) }, ...options })
}
const lane = { lane: 'one' }

async function all(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const seen: JobEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}
function epoch(number: number): JobEvent & { type: 'epoch' } {
  const report = { epoch: number, trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0, durationMs: 1 }
  return { type: 'epoch', runId: 'r', report }
}
const stateOf = (job: Job): string => job.state.state

describe('lanes', () => {
  property.prop([fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 })])(
    'run their own jobs one after the other in order, side by side with the others',
    async (laneNames) => {
      const jobs = queue()
      const running = new Map<string, number>()
      const order = new Map<string, number[]>()
      const started = laneNames.map((name, index) =>
        jobs.start('features', { lane: name }, async () => {
          expect(running.get(name) ?? 0).toBe(0)
          running.set(name, 1)
          order.set(name, [...(order.get(name) ?? []), index])
          await turn()
          running.set(name, 0)
          return nothing
        }),
      )
      for (const job of await Promise.all(started.map(({ id }) => jobs.finished(id)))) expect(stateOf(job)).toBe('succeeded')
      for (const [, indices] of order) expect(indices).toEqual(indices.toSorted((a, b) => a - b))
    },
  )

  test('do not wait for each other', async () => {
    const jobs = queue()
    const blocked = jobs.start('train', { lane: 'training' }, untilStopped)
    await jobs.finished(jobs.start('import', { lane: 'import' }, done).id)
    expect(stateOf(jobs.list()[0]!)).toBe('running')
    jobs.stop(blocked.id)
    expect(stateOf(await jobs.finished(blocked.id))).toBe('succeeded')
  })

  test('go on after a job that failed', async () => {
    const jobs = queue()
    const failing = jobs.start('features', lane, () => Promise.reject(new Error('bug')))
    const next = jobs.start('features', lane, done)
    expect((await jobs.finished(failing.id)).state).toEqual({ state: 'failed', error: { code: 'INTERNAL', details: { message: 'bug' } } })
    expect(errors).toHaveLength(1)
    expect(stateOf(await jobs.finished(next.id))).toBe('succeeded')
  })
})

describe('the end of a job', () => {
  test('a failure people can meet keeps its code and is not logged as a bug', async () => {
    const jobs = queue()
    const job = jobs.start('import', lane, () => Promise.reject(new StudioError('FOLDER_NOT_FOUND', { path: '/x' })))
    expect((await jobs.finished(job.id)).state).toEqual({ state: 'failed', error: { code: 'FOLDER_NOT_FOUND', details: { path: '/x' } } })
    expect(errors).toEqual([])
  })

  test('a cancelled job keeps the result that its body still gives', async () => {
    const jobs = queue()
    const job = jobs.start(
      'import',
      lane,
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(nothing))),
    )
    await turn()
    jobs.cancel(job.id)
    expect((await jobs.finished(job.id)).state).toEqual({ state: 'cancelled', result: nothing })
  })

  test('a cancelled job that throws is cancelled, whatever it throws', async () => {
    const jobs = queue()
    const job = jobs.start('import', lane, untilCancelled)
    await turn()
    jobs.cancel(job.id)
    expect((await jobs.finished(job.id)).state).toEqual({ state: 'cancelled', result: null })
    jobs.cancel(job.id)
  })

  test('a job cancelled while it waits never begins', async () => {
    const jobs = queue()
    const first = jobs.start('import', lane, untilCancelled)
    let began = false
    const second = jobs.start('import', lane, () => {
      began = true
      return done(undefined as never)
    })
    jobs.cancel(second.id)
    expect((await jobs.finished(second.id)).state).toEqual({ state: 'cancelled', result: null })
    jobs.cancel(first.id)
    await jobs.finished(first.id)
    expect(began).toBe(false)
  })

  test('stop ends a training well and cancels anything else', async () => {
    const jobs = queue()
    const training = jobs.start('train', { lane: 'training', runId: 'r1' }, untilStopped)
    const importing = jobs.start('import', lane, untilStopped)
    await turn()
    jobs.stop(training.id)
    jobs.stop(importing.id)
    expect(stateOf(await jobs.finished(training.id))).toBe('succeeded')
    expect(stateOf(await jobs.finished(importing.id))).toBe('cancelled')
  })

  test('unknown jobs are told as such', async () => {
    const jobs = queue()
    expect(() => jobs.watch('x')).toThrow('JOB_NOT_FOUND')
    expect(() => jobs.cancel('x')).toThrow('JOB_NOT_FOUND')
    await expect(jobs.finished('x')).rejects.toThrow('JOB_NOT_FOUND')
  })

  test('the last 50 ended jobs are remembered', async () => {
    const jobs = queue()
    const started = Array.from({ length: 60 }, () => jobs.start('features', lane, done))
    await Promise.all(started.map(({ id }) => jobs.finished(id)))
    await turn()
    expect(jobs.list().map(({ id }) => id)).toEqual(started.slice(10).map(({ id }) => id))
  })

  test('endAll lets trainings rest that have an epoch, cancels everything else, and begins nothing that waits', async () => {
    const jobs = queue()
    const ends: string[] = []
    const training =
      (epochs: number): JobBody =>
      async (context) => {
        context.progress('training', epochs, 10)
        try {
          return await untilPaused(context)
        } finally {
          ends.push(`${epochs} epochs, ${context.pauseSignal.aborted ? 'paused' : 'cancelled'}, ${jobs.isClosing() ? 'closing' : 'open'}`)
        }
      }
    const started = [
      jobs.start('train', { lane: 'one' }, training(3)),
      jobs.start('train', { lane: 'one' }, training(1)),
      jobs.start('train', { lane: 'two' }, training(0)),
      jobs.start('import', { lane: 'three' }, untilCancelled),
    ]
    await turn()
    const ended = Promise.all(started.map(({ id }) => jobs.finished(id)))
    await jobs.endAll()
    expect((await ended).map(stateOf)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    expect(ends.sort()).toEqual(['0 epochs, cancelled, closing', '3 epochs, paused, closing'])
    expect([jobs.list(), jobs.isClosing()]).toEqual([[], false])
  })

  test('a training that does not stop in time is cancelled, and close waits for no epoch at all', async () => {
    const deaf: JobBody = async (context) => {
      context.progress('training', 1, 10)
      return await untilCancelled(context)
    }
    const jobs = queue({ endingMs: 1 })
    const late = jobs.finished(jobs.start('train', lane, deaf).id)
    await turn()
    await jobs.endAll()
    expect(stateOf(await late)).toBe('cancelled')
    const patient = queue()
    const closed = patient.finished(patient.start('train', lane, deaf).id)
    await turn()
    const ending = patient.endAll()
    await patient.close()
    await ending
    expect(stateOf(await closed)).toBe('cancelled')
  })

  test('endAll waits for every body, and new jobs can be started after it but not after close', async () => {
    const jobs = queue()
    let letGo = false
    const slow: JobBody = async ({ signal }) => {
      await untilCancelled({ signal } as never).catch(turn)
      letGo = true
      return nothing
    }
    jobs.start('import', lane, slow)
    jobs.start('import', lane, slow)
    await turn()
    await jobs.endAll()
    expect(letGo).toBe(true)
    expect(jobs.list()).toEqual([])
    await jobs.finished(jobs.start('import', lane, done).id)
    await jobs.close()
    expect(() => jobs.start('import', lane, done)).toThrow('CANCELLED')
  })
})

describe('watching a job', () => {
  test('gives every state and what happens on the way, and ends with the job', async () => {
    let now = 0
    const jobs = queue({ stopwatch: () => now })
    const job = jobs.start('train', lane, async ({ progress, emit }) => {
      for (let number = 1; number <= 3; number++) {
        now += 1000
        emit(epoch(number))
        progress('training', number, 3)
        await turn()
      }
      return nothing
    })
    const events = await all(jobs.watch(job.id))
    expect(events.map((event) => (event.type === 'job' ? stateOf(event.job) : event.type))).toEqual([
      'queued',
      'running',
      ...['epoch', 'running', 'epoch', 'running', 'epoch', 'running'],
      'succeeded',
    ])
    const progress = events.flatMap((event) =>
      event.type === 'job' && event.job.state.state === 'running' ? [event.job.state.progress] : [],
    )
    expect(progress.map(({ step, done, perSecond, secondsLeft }) => [step, done, perSecond, secondsLeft])).toEqual([
      ['waiting', 0, null, null],
      ['training', 1, null, null],
      ['training', 2, 1, 1],
      ['training', 3, 1, 0],
    ])
  })

  property.prop([fc.array(fc.constantFrom('epoch', 'progress'), { maxLength: 200 }), fc.integer({ min: 0, max: 5 })])(
    'a slow watcher misses progress but no epoch and not the end, and holds no more than it must',
    async (steps, turnsPerEvent) => {
      const jobs = queue()
      const go = Promise.withResolvers<void>()
      const epochs = steps.filter((step) => step === 'epoch').length
      const job = jobs.start('train', lane, async ({ progress, emit }) => {
        await go.promise
        let number = 0
        for (const [index, step] of steps.entries()) {
          if (step === 'epoch') emit(epoch(++number))
          else progress('training', index, null)
          if (index % 7 === 0) await turn()
        }
        return nothing
      })
      const events: JobEvent[] = []
      for await (const event of jobs.watch(job.id)) {
        events.push(event)
        go.resolve()
        for (let i = 0; i < turnsPerEvent; i++) await turn()
      }
      const seen = events.flatMap((event) => (event.type === 'epoch' ? [event.report.epoch] : []))
      expect(seen).toEqual(Array.from({ length: epochs }, (_, i) => i + 1))
      expect(events.at(-1)).toMatchObject({ type: 'job', job: { state: { state: 'succeeded' } } })
      expect(events.length).toBeLessThanOrEqual(2 * epochs + steps.length + 3)
    },
  )

  test('progress that nobody reads takes no room', async () => {
    let now = 0
    const jobs = queue({ stopwatch: () => (now += 100) })
    const go = Promise.withResolvers<void>()
    const job = jobs.start('import', lane, async ({ progress }) => {
      await go.promise
      for (let file = 0; file < 10_000; file++) progress('importing', file, null)
      return nothing
    })
    const watcher = jobs.watch(job.id)
    await watcher.next()
    await turn()
    go.resolve()
    await jobs.finished(job.id)
    const rest = await all(watcher)
    expect(rest.map((event) => event.type === 'job' && stateOf(event.job))).toEqual(['running', 'succeeded'])
  })

  test('the last progress of a burst is told though nothing comes after it', async () => {
    const jobs = queue({ stopwatch: () => 0 })
    const job = jobs.start('import', lane, ({ progress, signal }) => {
      for (let file = 1; file <= 10; file++) progress('importing', file, 100)
      return untilCancelled({ signal } as never)
    })
    for await (const event of jobs.watch(job.id)) {
      if (event.type === 'job' && event.job.state.state === 'running' && event.job.state.progress.done === 10) jobs.cancel(job.id)
    }
    expect(stateOf(await jobs.finished(job.id))).toBe('cancelled')
  })

  test('a late watcher gets the state as it is and goes on from there; one of an ended job gets its end', async () => {
    const jobs = queue()
    const job = jobs.start('train', lane, async (context) => {
      context.emit(epoch(1))
      context.progress('training', 1, 2)
      return await untilStopped(context)
    })
    await turn()
    const late = jobs.watch(job.id)
    expect((await late.next()).value).toMatchObject({ job: { state: { state: 'running', progress: { done: 1 } } } })
    jobs.stop(job.id)
    expect(await all(late)).toMatchObject([{ job: { state: { state: 'succeeded' } } }])
    expect(await all(jobs.watch(job.id))).toMatchObject([{ job: { state: { state: 'succeeded' } } }])
  })

  test('a watcher that goes away ends at once and takes nothing with it', async () => {
    const jobs = queue()
    const job = jobs.start('train', lane, untilStopped)
    const gone = new AbortController()
    const watching = all(jobs.watch(job.id, gone.signal))
    await turn()
    gone.abort()
    await watching
    jobs.stop(job.id)
    expect(stateOf(await jobs.finished(job.id))).toBe('succeeded')
  })
})
