import { backupWords } from './backup.ts'
import type { Job, JobResult } from '../../main/contract/jobs.ts'
import { frameWords, stepUnit } from './frame.ts'
import { bytesText, countOf, countText, frequencies, rateText, timeLeftText } from './numbers.ts'
import { photoExportWords } from './photo-export.ts'
import { importSaid, importWords, trashWords } from './photos.ts'

/** Words of the shelf: work that runs, waits, or has just ended. */
export const shelfWords = {
  run: (number: number) => `run ${number}`,
  more: (count: number) => `${countText(count)} more wait for their turn`,
  show: 'Show',
  showMore: 'Show them',
  showFewer: 'Show fewer',
} as const

/** What a job does now. */
export function jobTitle(job: Job): string {
  return job.state.state === 'running' && job.state.progress.step !== 'waiting'
    ? frameWords.step(job.state.progress.step, job.kind)
    : frameWords.jobName(job)
}

/** How far it is: `212 of 300 photos, 40 a second, 3 s left`. */
export function jobFacts(job: Job): string {
  if (job.state.state !== 'running') return frameWords.waiting
  const { step, done, total, perSecond, secondsLeft } = job.state.progress
  const unit = stepUnit(step)
  const left = secondsLeft === null ? null : timeLeftText(secondsLeft)
  if (unit === null) return left ?? ''
  const isBytes = unit === 'byte'
  const so = isBytes ? bytesText(done) : countText(done)
  const all = total === null ? null : isBytes ? bytesText(total) : countOf(total, unit)
  const rate = perSecond === null ? null : isBytes ? `${bytesText(perSecond)} a second` : rateText(perSecond)
  return [all === null ? (isBytes ? so : countOf(done, unit)) : `${so} of ${all}`, rate, left].filter((part) => part !== null).join(', ')
}

/** Done of what is to be done, 0..1; null while that is not known. */
export function jobShare(job: Job): number | null {
  if (job.state.state !== 'running') return 0
  const { done, total } = job.state.progress
  return total === null || total === 0 ? null : Math.min(1, done / total)
}

/** What a screen reader is told of work under way: its steps, and every quarter of each, so that it is not read out at every photo. */
export function progressSaid(jobs: readonly Job[]): string {
  return jobs
    .filter(({ state }) => state.state === 'running')
    .map((job) => {
      const share = jobShare(job)
      const quarters = share === null ? 0 : Math.floor(share * 4)
      return quarters === 0 ? `${jobTitle(job)}.` : `${jobTitle(job)}: ${quarters * 25} %.`
    })
    .join(' ')
}

/** What came of a job, in one sentence. */
export function resultSaid(result: JobResult): string {
  switch (result.kind) {
    case 'import':
      return importSaid(result.report)
    case 'train': {
      const { number, test } = result.run
      if (test === null) return `Run ${number} has ended.`
      return `Run ${number} has finished: ${frequencies(test, 'test').counted}.`
    }
    case 'export':
      return `The export is written; ${countText(result.proof.agree)} of ${countOf(result.proof.images, 'test photo')} answered the same.`
    case 'features':
      return `Looked at ${countOf(result.extracted, 'photo')}.`
    case 'map':
      return `The map shows ${countOf(result.images, 'photo')}.`
    case 'compare':
      return result.pairs === 0 ? 'No more photos look alike.' : `${countOf(result.pairs, 'pair')} of photos look alike.`
    case 'measure-photos':
      return `Checked ${countOf(result.images, 'photo')}.`
    case 'fetch-backbone':
      return 'The starting network is here.'
    case 'calibrate':
      return `The starting network looks at ${countOf(Math.round(result.photosPerSecond), 'photo')} a second here.`
    case 'install-engine':
      return `The training engine is here and passed its test; it computes on the ${result.device === 'GPU' ? 'graphics card' : 'processor'}.`
    case 'sample':
      return `The sample is here: ${countOf(result.images, 'photo')}.`
    case 'empty-trash':
      return erasedText(result)
    case 'export-photos':
      return [photoExportWords.done(result.report), ...photoExportWords.notes(result.report)].join(' ')
    case 'backup':
      return backupWords.done(result)
    case 'restore':
      return backupWords.restored(result)
    case 'learning-curve':
      return `What more photos would bring is known, from ${countOf(result.images, 'photo')}.`
    case 'advise':
      return `${countOf(result.networks, 'starting network')} ${result.networks === 1 ? 'was' : 'were'} compared on your photos.`
    case 'check-labels':
      return result.found === 0
        ? `No label looks wrong among ${countOf(result.images, 'photo')}.`
        : `${countOf(result.found, 'label')} of ${countOf(result.images, 'photo')} may be wrong.`
    default:
      return result satisfies never
  }
}

/** The link beside it. */
export function resultLink(result: JobResult): string {
  switch (result.kind) {
    case 'import':
    case 'features':
    case 'sample':
    case 'empty-trash':
      return importWords.toPhotos
    case 'map':
      return 'Show the map'
    case 'compare':
    case 'measure-photos':
      return 'Show them'
    case 'train':
      return 'Show the result'
    case 'export':
    case 'export-photos':
      return 'Show the export'
    case 'fetch-backbone':
    case 'calibrate':
    case 'advise':
      return 'Train with it'
    case 'backup':
    case 'restore':
    case 'install-engine':
      return 'Show it in Settings'
    case 'learning-curve':
      return 'Show it'
    case 'check-labels':
      return 'Look at them'
    default:
      return result satisfies never
  }
}

function erasedText({ images, kept }: Extract<JobResult, { kind: 'empty-trash' }>): string {
  const stays = kept === 0 ? [] : [trashWords.kept(kept)]
  if (images > 0) return [`Deleted ${countOf(images, 'photo')} for good.`, ...stays].join(' ')
  return stays[0] ?? 'Deleted the files that an earlier deletion had left.'
}
