import type { WireError } from '../../main/contract/errors.ts'
import type { Job, JobResult } from '../../main/contract/jobs.ts'
import { commandWords } from './commands.ts'
import { describeError } from './errors.ts'
import { frameWords, stepUnit } from './frame.ts'
import { countOf, countText } from './numbers.ts'
import { jobTitle, resultSaid } from './shelf.ts'

/** Words of the system's own dialogs. */
export const leaveWords = {
  quit: { message: (work: string) => `${work}. Quit all the same?`, leave: 'Quit' },
  open: { message: (work: string) => `${work}. Open the other project all the same?`, leave: 'Open' },
  close: { message: (work: string) => `${work}. Close the project all the same?`, leave: 'Close' },
  stay: 'Stay',
  /** `Training is still running`, `3 things are still running`. */
  work: (jobs: readonly Job[]) => {
    const [first, ...others] = jobs
    if (first === undefined) return 'Nothing is running'
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
      if (hasEpoch(job)) return 'it stops after this epoch, and the best one so far is kept as its result.'
      return 'the run stays in the list as interrupted, and can be started again.'
    case 'features':
      return 'what is done stays; the rest is done when it is needed.'
    case 'export':
      return 'nothing of it is kept; export again.'
    case 'fetch-backbone':
    case 'sample':
      return 'it begins again when it is needed.'
    default:
      return job.kind satisfies never
  }
}

/** Whether a training that is stopped now has something to keep. */
export function hasEpoch({ kind, state }: Job): boolean {
  if (kind !== 'train' || state.state !== 'running') return false
  const { step, done } = state.progress
  return step === 'evaluating' || step === 'writing' || (step === 'training' && done > 0)
}

/** Words of the native menus. The letter after `&` is the key that opens a menu. */
export const menuWords = {
  file: '&File',
  newProject: 'New project…',
  openProject: 'Open project…',
  recent: 'Open recent',
  noRecent: 'No projects yet',
  addPhotos: 'Add photos…',
  closeProject: 'Close project',
  quit: 'Quit',
  edit: '&Edit',
  undo: frameWords.undo,
  redo: frameWords.redo,
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  view: '&View',
  pages: {
    photos: frameWords.photos,
    label: frameWords.label,
    train: frameWords.train,
    compare: frameWords.compare,
    try: frameWords.try,
    export: frameWords.export,
    settings: frameWords.settings,
  },
  commands: `${commandWords.title}…`,
  theme: 'Theme',
  themes: commandWords.theme,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  resetZoom: 'Actual size',
  fullScreen: 'Full screen',
  reload: 'Load the page again',
  help: '&Help',
  keyMap: commandWords.keyMap,
  log: 'Show the log',
  about: 'About Graft',
} as const

/** What the system shows when long work has ended while nobody looked. */
export const endedWords = {
  succeeded: (job: Job, result: JobResult) => ({ title: `${frameWords.jobName(job)} has ended`, body: resultSaid(result) }),
  failed: (job: Job, error: WireError) => {
    const { title, wayOut } = describeError(error)
    return { title: `${frameWords.jobName(job)} has failed`, body: `${title} ${wayOut}` }
  },
} as const

/** Handles that carry files out of the window. */
export const dragWords = {
  photos: (count: number) => `Drag ${countOf(count, 'photo')} into another program`,
  zip: 'Drag the zip into another program',
} as const
