import { isActive, type JobKind } from '../../contract/jobs.ts'
import type { StudioContext } from '../context.ts'

/** Which kinds of jobs keep the cores busy; the others read and write, or wait for the network. */
const computes: Readonly<Record<JobKind, boolean>> = {
  import: true,
  features: true,
  compare: true,
  map: true,
  train: true,
  export: true,
  calibrate: true,
  'check-labels': true,
  'learning-curve': true,
  advise: true,
  'measure-photos': true,
  'fetch-backbone': false,
  'install-engine': false,
  sample: false,
  'empty-trash': false,
  'export-photos': false,
  backup: false,
  restore: false,
}

/** Whether a job runs or waits that takes the cores of this machine: whatever is measured beside it is measured slower than it is. */
export function isComputing({ jobs }: Pick<StudioContext, 'jobs'>): boolean {
  return jobs.list().some((job) => computes[job.kind] && isActive(job))
}
