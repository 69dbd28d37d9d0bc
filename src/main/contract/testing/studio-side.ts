import type { Studio } from '../../core/studio.ts'
import { StudioError } from '../errors.ts'

/** What the promises of a door need to do behind it, in the process of the studio, which may be another than the caller's. */
export interface StudioSide {
  /** Starts a job that does nothing until it is cancelled. Answers its id. */
  startWaitingJob(): Promise<string>
  /** Sends an event of that job, with `detail` in it. A feed tells what happens while somebody reads it. */
  tell(jobId: string, detail: string): Promise<void>
  /** Resolves when the job has ended. */
  ended(jobId: string): Promise<void>
  /** How many readers of job feeds the studio serves. */
  openReaders(): Promise<number>
}

/** The other side of a door to `studio`, whose feeds it counts from now on. */
export function studioSide({ context: { jobs } }: Studio): StudioSide {
  const tellers = new Map<string, (detail: string) => void>()
  let readers = 0
  const watch = jobs.watch.bind(jobs)
  Object.assign(jobs, {
    watch: async function* (...args: Parameters<typeof watch>) {
      readers++
      try {
        yield* watch(...args)
      } finally {
        readers--
      }
    },
  })
  return {
    startWaitingJob: async () => {
      const begun = Promise.withResolvers<(detail: string) => void>()
      const job = jobs.start('sample', { lane: 'waiting' }, async (context) => {
        begun.resolve((detail) => context.emit({ type: 'skipped', file: { file: 'a.jpg', reason: 'broken', detail } }))
        await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }))
        throw new StudioError('CANCELLED', {})
      })
      tellers.set(job.id, await begun.promise)
      return job.id
    },
    tell: async (jobId, detail) => tellers.get(jobId)?.(detail),
    ended: async (jobId) => {
      await jobs.finished(jobId)
    },
    openReaders: async () => readers,
  }
}
