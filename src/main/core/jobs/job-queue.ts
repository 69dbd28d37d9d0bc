import type { Job, JobEvent, JobKind, JobResult, Progress } from '../../contract/jobs.ts'

export interface JobContext {
  readonly signal: AbortSignal
  readonly stopSignal: AbortSignal
  /** Of a training that is to rest: what it needs to go on is written, and it ends. */
  readonly pauseSignal: AbortSignal
  /** Rate and time left are worked out by the queue. */
  progress(step: Progress['step'], done: number, total: number | null): void
  emit(event: Exclude<JobEvent, { type: 'job' }>): void
}

/** What a job does. A body whose signal was aborted may still return a result (an import keeps what it took): the job is then `cancelled` with it. */
export type JobBody = (context: JobContext) => Promise<JobResult>

export interface JobOptions {
  readonly lane: string
  readonly runId?: string
  /** Ids of the images that the job reads: until it has ended, none of them may be deleted for good. */
  readonly needs?: readonly number[]
}

/** Long work. Jobs of one lane run one after the other in order; lanes run side by side. */
export interface JobQueue {
  /** A job that is cancelled while it waits ends without its body being called. Throws `CANCELLED` while the queue is closing. */
  start(kind: JobKind, options: JobOptions, body: JobBody): Job
  list(): readonly Job[]
  /** Ids of the images that jobs which wait or run need. */
  neededImages(): ReadonlySet<number>
  /** First the job as it is, then its events; ends when the job has ended. Throws `JOB_NOT_FOUND`. */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<JobEvent, void>
  /** The job in its last state, once it has ended. Rejects with `JOB_NOT_FOUND`. */
  finished(id: string): Promise<Job>
  /** Both throw `JOB_NOT_FOUND`; a job that has ended stays as it is. */
  cancel(id: string): void
  stop(id: string): void
  /** Lets a training that runs rest. Throws `JOB_NOT_FOUND`. */
  pause(id: string): void
  /** Everything is being ended because the project or the studio closes, not because somebody asked for it. */
  isClosing(): boolean
  /**
   * For a project that closes: lets trainings that have an epoch rest, so that they can go on from it, and cancels everything else; waits for
   * it, and forgets all jobs. New ones can be started afterwards. A training whose epoch takes longer than `endingMs` is cancelled too.
   */
  endAll(): Promise<void>
  /** Cancels everything at once and waits for it, for good. */
  close(): Promise<void>
}
