import type { WireError } from '../../main/contract/errors.ts'
import type { Job } from '../../main/contract/jobs.ts'
import type { Place } from './navigation.svelte.ts'

/** Failures that may be over when it is tried again just so. Any other needs something to be changed first. */
const passing: ReadonlySet<WireError['code']> = new Set(['WORKER_DIED', 'DISK_FULL', 'NOT_WRITABLE', 'DOWNLOAD_FAILED', 'HASH_MISMATCH'])

export function mayPass({ code }: WireError): boolean {
  return passing.has(code)
}

/** Whether the page that is shown tells by itself how a job ended, so that the frame need not. `shownRun`: the run that Train shows. */
export function isToldByPage({ kind, runId }: Job, place: Place, shownRun: string | null): boolean {
  switch (kind) {
    case 'advise':
      return place.page === 'train'
    case 'train':
      return runId !== null && ((place.page === 'train' && shownRun === runId) || (place.page === 'run' && place.run === runId))
    case 'export':
      return place.page === 'export'
    // An import has a notice of its own; features belong to what asked for them, and the sample goes on as an import.
    case 'import':
    case 'features':
    case 'calibrate':
    case 'sample':
    case 'restore':
      return true
    case 'measure-photos':
    case 'learning-curve':
      return place.page === 'check' && (place.tab ?? 'health') === 'health'
    case 'compare':
      return place.page === 'check' && place.tab === 'look-alikes'
    case 'check-labels':
      return place.page === 'check' && place.tab === 'labels'
    case 'map':
      return place.page === 'check' && place.tab === 'map'
    case 'install-engine':
      return place.page === 'settings'
    case 'fetch-backbone':
    case 'empty-trash':
    case 'export-photos':
    case 'backup':
      return false
    default:
      return kind satisfies never
  }
}
