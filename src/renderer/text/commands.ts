import type { HistoryStep } from '../../main/contract/labels.ts'
import type { Job } from '../../main/contract/jobs.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { describeStep } from './history.ts'
import { countOf, percentText } from './numbers.ts'
import { frameWords } from './frame.ts'

/** Words of the palette: what can be found, and what can be done. */
export const commandWords = {
  title: 'Find or do',
  placeholder: 'Find a page, a run, a class or something to do',
  recent: 'Used last',
  groups: { page: 'Pages', action: 'Do', view: 'Views', class: 'Classes', run: 'Runs', project: 'Projects' },
  nothing: (query: string) => `Nothing is called “${query}”`,
  nothingHint: 'Try the name of a page, a class or a project, or the number of a run.',
  found: (count: number) => (count === 1 ? '1 found' : `${countOf(count, 'result')} found`),
  hints: { choose: 'choose', open: 'open', close: 'close' },
  train: 'Train now',
  trainDetail: 'as it is set on Train',
  addFolder: 'Add a folder of photos',
  addFiles: 'Add photos',
  undo: (step: HistoryStep) => `${frameWords.undo}: ${describeStep(step)}`,
  redo: (step: HistoryStep) => `${frameWords.redo}: ${describeStep(step)}`,
  unlabelled: 'Show photos without a class',
  trash: 'Show the trash',
  compareNewest: 'Compare the two newest runs',
  exportNewest: 'Export the newest run',
  tryNewest: 'Try the newest run on a photo',
  newProject: 'New project',
  openProject: 'Open a project',
  openBackup: 'Open a backup',
  closeProject: 'All projects',
  closeDetail: 'closes this one',
  sample: 'Try it with the sample',
  theme: { light: 'Light theme', dark: 'Dark theme', system: 'Theme of the computer' },
  keyMap: 'Keyboard map',
  stop: (job: Job) => `Stop: ${frameWords.jobName(job)}`,
  cancel: (job: Job) => `Cancel: ${frameWords.jobName(job)}`,
  classDetail: (images: number) => countOf(images, 'photo'),
  run: ({ number, name }: RunSummary) => (name === null ? `Run ${number}` : `Run ${number}, ${name}`),
  runDetail: (run: RunSummary, plainName: string) =>
    run.test === null ? plainName : `${plainName}, ${percentText(run.test.accuracy)} right`,
  openNamed: (name: string) => `Open ${name}`,
} as const
