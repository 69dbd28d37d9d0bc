import { randomBytes } from 'node:crypto'
import { StudioError, toWireError } from '../../contract/errors.ts'
import {
  hasEpoch,
  isActive,
  type Job,
  type JobEvent,
  type JobKind,
  type JobResult,
  type JobState,
  type Progress,
} from '../../contract/jobs.ts'
import type { Log } from '../context.ts'
import { JobFeed } from './job-feed.ts'
import type { JobBody, JobContext, JobOptions, JobQueue } from './job-queue.ts'
import { measure, perSecond, startMeter, type RateMeter } from './progress-rate.ts'

export interface JobQueueOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** A job was started, began, or ended. */
  readonly onChange?: () => void
  /** Milliseconds of a clock that never steps back, for rates. */
  readonly stopwatch?: () => number
  /** How long `endAll` waits for trainings that are to rest, ms. */
  readonly endingMs?: number
  /** What a thrown value means for a person; absent: what it is. */
  readonly explain?: (thrown: unknown) => unknown
}

/** A training ends with its epoch, which takes a second or so. */
const endingMs = 15_000

/** Ended jobs that are remembered. */
const endedJobsKept = 50
/** A page draws no more often than this; a job may report every file. */
const progressEveryMs = 50

interface Work {
  job: Job
  readonly needs: readonly number[]
  readonly body: JobBody
  readonly abort: AbortController
  readonly stop: AbortController
  readonly pause: AbortController
  readonly feeds: Set<JobFeed>
  readonly ended: PromiseWithResolvers<Job>
  meter: RateMeter | null
  toldAtMs: number
  laterTold: NodeJS.Timeout | null
}
type Ended = Extract<JobState, { state: 'succeeded' | 'failed' | 'cancelled' }>

/** The jobs of this process, in memory: lanes, progress with rate and time left, and a feed for every watcher. */
export function makeJobQueue(options: JobQueueOptions): JobQueue {
  const works = new Map<string, Work>()
  /** The end of the last job of each lane; never rejects. */
  const lanes = new Map<string, Promise<void>>()
  let closed = false
  let ending = 0

  const find = (id: string): Work => findIn(works, id)

  const start = (kind: JobKind, { lane, runId, needs = [] }: JobOptions, body: JobBody): Job => {
    if (closed || ending > 0) throw new StudioError('CANCELLED', {})
    const work = makeWork(kind, runId ?? null, needs, body)
    works.set(work.job.id, work)
    const mine = (lanes.get(lane) ?? Promise.resolve())
      .then(() => run(work, options))
      .then(() => {
        if (lanes.get(lane) === mine) lanes.delete(lane)
        forgetOldest(works)
        options.onChange?.()
      })
    lanes.set(lane, mine)
    options.onChange?.()
    return work.job
  }

  const cancel = (work: Work): void => {
    work.abort.abort(new StudioError('CANCELLED', {}))
    // One that waits for its lane has nothing to take back.
    if (work.job.state.state !== 'queued') return
    end(work, { state: 'cancelled', result: null })
    options.onChange?.()
  }

  const cancelAll = async (): Promise<void> => {
    for (const work of works.values()) if (!hasEnded(work)) cancel(work)
    await Promise.all(lanes.values())
    works.clear()
  }

  const endAll = async (): Promise<void> => {
    ending += 1
    const kept = [...works.values()].filter(({ job }) => hasEpoch(job))
    for (const work of works.values()) if (!hasEnded(work) && !kept.includes(work)) cancel(work)
    await pauseAll(kept, options.endingMs ?? endingMs)
    await cancelAll()
    ending -= 1
  }

  return {
    start,
    list: () => [...works.values()].map((work) => work.job),
    neededImages: () => new Set([...works.values()].flatMap((work) => (hasEnded(work) ? [] : work.needs))),
    watch: (id, signal) => watch(find(id), signal),
    finished: async (id) => await find(id).ended.promise,
    cancel: (id) => cancel(find(id)),
    stop: (id) => {
      const work = find(id)
      if (work.job.kind === 'train' && work.job.state.state === 'running') work.stop.abort()
      else cancel(work)
    },
    pause: (id) => find(id).pause.abort(),
    isClosing: () => closed || ending > 0,
    endAll,
    close: async () => {
      closed = true
      await cancelAll()
    },
  }
}

function findIn(works: ReadonlyMap<string, Work>, id: string): Work {
  const work = works.get(id)
  if (work === undefined) throw new StudioError('JOB_NOT_FOUND', { job: id })
  return work
}

/** Lets trainings rest and waits for that, so many ms at most. */
async function pauseAll(works: readonly Work[], atMostMs: number): Promise<void> {
  for (const { pause } of works) pause.abort()
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, atMostMs)
  await Promise.race([Promise.all(works.map(({ ended }) => ended.promise)), late.promise])
  clearTimeout(timer)
}

function makeWork(kind: JobKind, runId: string | null, needs: readonly number[], body: JobBody): Work {
  return {
    job: { id: randomBytes(6).toString('hex'), kind, runId, startedAtMs: null, state: { state: 'queued' } },
    needs,
    body,
    abort: new AbortController(),
    stop: new AbortController(),
    pause: new AbortController(),
    feeds: new Set(),
    ended: Promise.withResolvers(),
    meter: null,
    toldAtMs: -Infinity,
    laterTold: null,
  }
}

/** Runs a job to its end. Never rejects. */
async function run(work: Work, options: JobQueueOptions): Promise<void> {
  if (hasEnded(work)) return
  const waiting: Progress = { step: 'waiting', done: 0, total: null, perSecond: null, secondsLeft: null }
  work.job = { ...work.job, startedAtMs: options.clock(), state: { state: 'running', progress: waiting } }
  tell(work, { type: 'job', job: work.job })
  options.onChange?.()
  end(work, await outcomeOf(work, options))
}

async function outcomeOf(
  work: Work,
  { log, explain = (thrown) => thrown, stopwatch = () => performance.now() }: JobQueueOptions,
): Promise<Ended> {
  const context: JobContext = {
    signal: work.abort.signal,
    stopSignal: work.stop.signal,
    pauseSignal: work.pause.signal,
    progress: (step, done, total) => progress(work, step, done, total, stopwatch()),
    emit: (event) => {
      if (!hasEnded(work)) tell(work, event)
    },
  }
  try {
    const result: JobResult = await work.body(context)
    return work.abort.signal.aborted ? { state: 'cancelled', result } : { state: 'succeeded', result }
  } catch (thrown) {
    const error = toWireError(explain(thrown))
    if (error.code === 'INTERNAL') {
      log.error(`a ${work.job.kind} job failed`, { job: work.job.id, error: thrown instanceof Error ? thrown.stack : String(thrown) })
    }
    // A stopped training that has no epoch to keep ends as if it had been cancelled.
    const given = work.abort.signal.aborted || error.code === 'CANCELLED'
    return given ? { state: 'cancelled', result: null } : { state: 'failed', error }
  }
}

function progress(work: Work, step: Progress['step'], done: number, total: number | null, nowMs: number): void {
  if (work.job.state.state !== 'running') return
  const sameStep = work.job.state.progress.step === step
  work.meter = work.meter === null || !sameStep ? startMeter(done, nowMs) : measure(work.meter, done, nowMs)
  const rate = perSecond(work.meter)
  const secondsLeft = rate === null || total === null ? null : Math.max(0, total - done) / rate
  work.job = { ...work.job, state: { state: 'running', progress: { step, done, total, perSecond: rate, secondsLeft } } }

  if (!sameStep || done === total || nowMs - work.toldAtMs >= progressEveryMs) {
    work.toldAtMs = nowMs
    tell(work, { type: 'job', job: work.job })
  } else {
    // The last of a burst is told too, though nothing comes after it.
    work.laterTold ??= setTimeout(() => tell(work, { type: 'job', job: work.job }), progressEveryMs).unref()
  }
}

function tell(work: Work, event: JobEvent): void {
  if (event.type === 'job' && work.laterTold !== null) {
    clearTimeout(work.laterTold)
    work.laterTold = null
  }
  for (const feed of work.feeds) feed.push(event)
}

function end(work: Work, state: Ended): void {
  work.job = { ...work.job, state }
  tell(work, { type: 'job', job: work.job })
  for (const feed of work.feeds) feed.end()
  work.ended.resolve(work.job)
}

async function* watch(work: Work, signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void> {
  const feed = new JobFeed()
  feed.push({ type: 'job', job: work.job })
  if (hasEnded(work)) feed.end()
  work.feeds.add(feed)
  try {
    yield* feed.read(signal)
  } finally {
    work.feeds.delete(feed)
  }
}

function hasEnded({ job }: Work): boolean {
  return !isActive(job)
}

function forgetOldest(works: Map<string, Work>): void {
  const ended = [...works.values()].filter(hasEnded)
  for (const work of ended.slice(0, Math.max(0, ended.length - endedJobsKept))) works.delete(work.job.id)
}
