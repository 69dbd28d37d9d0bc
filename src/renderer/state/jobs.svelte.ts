import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import { fromWireError } from '../../main/contract/errors.ts'
import type { SkippedFile } from '../../main/contract/images.ts'
import { isActive, type Job, type JobEvent, type Notice } from '../../main/contract/jobs.ts'
import type { EpochReport } from '../../main/contract/runs.ts'
import { wireErrorOf } from './remote.svelte.ts'

/** Long enough to read one line and follow its link. */
const endedShownMs = 12_000

/** Where several end one after the other, the newest are enough. */
const endedAtMost = 2

/** The work of this studio: every job with its latest state, the epochs of running trainings, the files an import passes over. */
export class JobFeed {
  readonly #jobs = new SvelteMap<string, Job>()
  readonly #epochs = new SvelteMap<string, readonly EpochReport[]>()
  readonly #skipped = new SvelteMap<string, readonly SkippedFile[]>()
  readonly #notices = new SvelteMap<string, readonly Notice[]>()
  readonly #watched = new Map<string, AbortController>()
  readonly #waiting = new Map<string, PromiseWithResolvers<Job>>()
  readonly #client: StudioClient
  readonly #ended: (job: Job) => void
  /** Whether the list was read once: what it holds then is of before. */
  #isRead = false

  constructor(client: StudioClient, ended: (job: Job) => void) {
    this.#client = client
    this.#ended = ended
  }

  readonly all = $derived([...this.#jobs.values()])
  /** Queued and running, oldest first. */
  readonly active = $derived(this.all.filter(isActive))
  /** What has just ended well, or was cancelled and left something, oldest first; for a few seconds each. */
  ended = $state.raw<readonly Job[]>([])

  job(id: string): Job | null {
    return this.#jobs.get(id) ?? null
  }

  /** Epochs of a run that trains now, in order. */
  epochsOf(runId: string): readonly EpochReport[] {
    return this.#epochs.get(runId) ?? []
  }

  /** What was told of a run under way, oldest first. */
  noticesOf(runId: string): readonly Notice[] {
    return this.#notices.get(runId) ?? []
  }

  skippedOf(jobId: string): readonly SkippedFile[] {
    return this.#skipped.get(jobId) ?? []
  }

  /** Reads the list and watches what is not watched yet. What ended while the connection was away is told now. */
  async refresh(): Promise<void> {
    const jobs = await this.#client.jobs.list()
    for (const job of jobs) {
      if (isActive(job)) this.watch(job.id)
      else if (!this.#watched.has(job.id)) this.#takeEnded(job)
    }
    this.#isRead = true
  }

  watch(jobId: string): void {
    if (this.#watched.has(jobId)) return
    const controller = new AbortController()
    this.#watched.set(jobId, controller)
    void this.#follow(jobId, controller.signal)
  }

  /** The job as it ended. Rejects where the studio no longer knows it. */
  finished(jobId: string): Promise<Job> {
    this.watch(jobId)
    const waiting = this.#waiting.get(jobId) ?? Promise.withResolvers<Job>()
    this.#waiting.set(jobId, waiting)
    return waiting.promise
  }

  /** Ends of another project say nothing here. */
  forgetAllEnded(): void {
    this.ended = []
  }

  /** Takes one out of those that have just ended: it was seen. */
  forgetEnded(jobId: string): void {
    this.ended = this.ended.filter(({ id }) => id !== jobId)
  }

  /** After a lost connection: the feeds have ended, so they are opened again. */
  reconnect(): Promise<void> {
    this.close()
    return this.refresh()
  }

  close(): void {
    for (const controller of this.#watched.values()) controller.abort()
    this.#watched.clear()
  }

  async #follow(jobId: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of await this.#client.jobs.watch({ jobId }, { signal })) this.#take(jobId, event)
    } catch (thrown) {
      // A feed that breaks off is told by the connection's own banner; any other failure belongs to the job.
      const error = wireErrorOf(thrown)
      if (signal.aborted || error.code === 'CONNECTION_LOST') return
      const job = this.#jobs.get(jobId)
      if (job !== undefined) this.#jobs.set(jobId, { ...job, state: { state: 'failed', error } })
      this.#waiting.get(jobId)?.reject(fromWireError(error))
      this.#waiting.delete(jobId)
    } finally {
      if (this.#watched.get(jobId)?.signal === signal) this.#watched.delete(jobId)
    }
  }

  #take(jobId: string, event: JobEvent): void {
    switch (event.type) {
      case 'job':
        this.#jobs.set(jobId, this.#withEpochs(event.job))
        if (isActive(event.job)) return
        this.#tellEnded(event.job)
        return
      case 'epoch': {
        const earlier = this.epochsOf(event.runId).filter(({ epoch }) => epoch < event.report.epoch)
        this.#epochs.set(event.runId, [...earlier, event.report])
        const job = this.#jobs.get(jobId)
        if (job !== undefined) this.#jobs.set(jobId, this.#withEpochs(job))
        return
      }
      case 'notice':
        this.#notices.set(event.runId, [...this.noticesOf(event.runId), event.notice])
        return
      case 'skipped':
        this.#skipped.set(jobId, [...this.skippedOf(jobId), event.file])
        return
      default:
        event satisfies never
    }
  }

  /** Progress is told less often than epochs: a training is as far as its last epoch, so that every place shows the same number. */
  #withEpochs(job: Job): Job {
    if (job.state.state !== 'running' || job.state.progress.step !== 'training' || job.runId === null) return job
    const done = Math.max(job.state.progress.done, this.epochsOf(job.runId).at(-1)?.epoch ?? 0)
    return { ...job, state: { ...job.state, progress: { ...job.state.progress, done } } }
  }

  /**
   * A job that was under way when it was last heard of, that somebody waits for, or that began and ended since the list was read has an end to be told;
   * one that had ended before is only listed.
   */
  #takeEnded(job: Job): void {
    const before = this.#jobs.get(job.id)
    this.#jobs.set(job.id, job)
    const isNews = before === undefined ? this.#isRead : isActive(before)
    if (isNews || this.#waiting.has(job.id)) this.#tellEnded(job)
  }

  #tellEnded(job: Job): void {
    this.#waiting.get(job.id)?.resolve(job)
    this.#waiting.delete(job.id)
    // What an import brought has a notice of its own.
    if (job.kind !== 'import' && 'result' in job.state && job.state.result !== null) {
      this.ended = [...this.ended.slice(1 - endedAtMost), job]
      setTimeout(() => this.forgetEnded(job.id), endedShownMs)
    }
    this.#ended(job)
  }
}
