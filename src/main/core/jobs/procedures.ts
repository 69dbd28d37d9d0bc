import { implement } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import type { StudioContext } from '../context.ts'
import { stopJob } from '../training/stop-runs.ts'

/** What the contract says about jobs, answered by the queue. */
export function jobProcedures(context: StudioContext) {
  const { jobs } = context
  const os = implement(contract.jobs)
  return {
    list: os.list.handler(() => [...jobs.list()]),
    watch: os.watch.handler(async function* ({ input, signal }) {
      yield* jobs.watch(input.jobId, signal)
    }),
    cancel: os.cancel.handler(({ input }) => jobs.cancel(input.jobId)),
    stop: os.stop.handler(({ input }) => stopJob(context, input.jobId)),
  }
}
