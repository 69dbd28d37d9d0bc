import { availableParallelism } from 'node:os'
import { env } from 'node:process'

/** Processor cores to use: `GRAFT_THREADS`, else all. */
export function threadCount(): number {
  const wanted = Number(env.GRAFT_THREADS)
  return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism()
}
