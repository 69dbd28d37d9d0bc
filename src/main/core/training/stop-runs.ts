import type { StudioContext } from '../context.ts'
import { hasEpochs, markPaused } from './run-rows.ts'

/** Stops a job. A run that waits to go on has no result yet, but epochs: it rests again. Throws `JOB_NOT_FOUND`. */
export function stopJob(context: StudioContext, id: string): void {
  const job = context.jobs.list().find((each) => each.id === id)
  if (job?.kind === 'train' && job.runId !== null && job.state.state === 'queued') {
    const { db } = context.project()
    if (hasEpochs(db, job.runId)) markPaused(db, job.runId, context.clock())
  }
  context.jobs.stop(id)
}
