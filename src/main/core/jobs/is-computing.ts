import { isActive, type JobKind } from '../../contract/jobs.ts'
import type { StudioContext } from '../context.ts'

const computing: readonly JobKind[] = ['train', 'import', 'features', 'compare', 'map', 'calibrate', 'export', 'check-labels']

/** Whether a job runs or waits that takes the cores of this machine: whatever is measured beside it is measured slower than it is. */
export function isComputing({ jobs }: Pick<StudioContext, 'jobs'>): boolean {
  return jobs.list().some((job) => computing.includes(job.kind) && isActive(job))
}
