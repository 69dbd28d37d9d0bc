import { hasEpoch, type Job } from '../../main/contract/jobs.ts'
import { frameWords, stepUnit } from './frame.ts'
import { countOf, countText } from './numbers.ts'
import { jobTitle } from './shelf.ts'

/** The question before work that is under way is left: in the page's dialog, or in the system's. */
export const leaveWords = {
  quit: { message: (work: string) => `${work}. Quit all the same?`, leave: 'Quit' },
  open: { message: (work: string) => `${work}. Open the other project all the same?`, leave: 'Open' },
  create: { message: (work: string) => `${work}. Make the new project all the same?`, leave: 'Create' },
  close: { message: (work: string) => `${work}. Close the project all the same?`, leave: 'Close the project' },
  /** Before a window closes whose last changes could not be saved within a moment. */
  unsaved: {
    message: 'The last changes are not saved yet. Close all the same?',
    detail: 'What is not saved by then is lost. Stay, and the page says what keeps it from being saved.',
    leave: 'Close',
  },
  stay: 'Stay',
  ending: 'Ending what is under way…',
  /** `Training is still under way`, `3 things are still under way`; without any it is what is not saved that is asked about. */
  work: (jobs: readonly Job[]) => {
    const [first, ...others] = jobs
    if (first === undefined) return 'The last changes are not saved yet'
    return others.length === 0 ? `${frameWords.jobName(first)} is still under way` : `${countText(jobs.length)} things are still under way`
  },
  /** What a job does now, and what is left of it when the studio ends. */
  left: (job: Job) => `${workSaid(job)}: ${keptSaid(job)}`,
} as const

function workSaid(job: Job): string {
  if (job.state.state !== 'running') return `${frameWords.jobName(job)}, ${frameWords.waiting}`
  const { step, done, total } = job.state.progress
  const unit = stepUnit(step)
  if (unit === null || unit === 'byte' || total === null) return jobTitle(job)
  return `${jobTitle(job)}, ${countText(done)} of ${countOf(total, unit)}`
}

function keptSaid(job: Job): string {
  switch (job.kind) {
    case 'import':
      return 'the photos taken so far stay; add the others again.'
    case 'train':
      if (hasEpoch(job)) return 'it pauses after this epoch, and goes on from there when you say so.'
      return 'the run stays in the list as paused, and begins when you say so.'
    case 'features':
    case 'measure-photos':
      return 'what is done stays; the rest is done when it is needed.'
    case 'check-labels':
      return 'the list before stays; look again.'
    case 'learning-curve':
    case 'advise':
      return 'what was found before stays; begin it again.'
    case 'export':
      return 'nothing of it is kept; export again.'
    case 'export-photos':
      return 'nothing of it is kept; save them again.'
    case 'backup':
      return 'nothing of it is kept; back up again.'
    case 'restore':
      return 'nothing of it is kept; open the backup again.'
    case 'compare':
    case 'map':
    case 'fetch-backbone':
    case 'calibrate':
    case 'install-engine':
    case 'sample':
      return 'it begins again when it is needed.'
    case 'empty-trash':
      if (job.state.state !== 'running') return 'nothing is deleted; the photos stay in the trash.'
      return 'the photos are gone; what is left of their files goes when the project is opened again.'
    default:
      return job.kind satisfies never
  }
}
