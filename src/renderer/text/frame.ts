import type { Job, Progress } from '../../main/contract/jobs.ts'
import type { HistoryStep } from '../../main/contract/labels.ts'
import { describeStep } from './history.ts'
import { countOf, countText } from './numbers.ts'

/** Words of the frame: rail, top bar, shelf, toasts, states that every page has. */
export const frameWords = {
  saved: 'Saved',
  saving: 'Saving…',
  notSaved: 'Not saved',
  studio: 'Graft',
  photos: 'Photos',
  label: 'Label',
  check: 'Check',
  train: 'Train',
  run: 'Run',
  compare: 'Compare',
  try: 'Try',
  export: 'Export',
  settings: 'Settings',
  pages: 'Pages of the project',
  projectCard: (images: number, labelled: number) =>
    images === 0
      ? 'No photos yet'
      : labelled === images
        ? `${countOf(images, 'photo')}, all labelled`
        : `${countText(labelled)} of ${countText(images)} labelled`,
  allProjects: 'All projects',
  nextStep: 'the next step',
  labelledOf: (labelled: number, images: number) =>
    labelled === images ? countText(images) : `${countText(labelled)} of ${countText(images)}`,
  clearFilter: 'Clear the filter',
  filterPhotos: 'Filter by name or note',
  undo: 'Undo',
  redo: 'Redo',
  undoStep: (step: HistoryStep | null) => (step === null ? 'Nothing to undo' : `Undo: ${describeStep(step)}`),
  redoStep: (step: HistoryStep | null) => (step === null ? 'Nothing to redo' : `Redo: ${describeStep(step)}`),
  undone: (step: HistoryStep) => `Undone: ${describeStep(step)}`,
  redone: (step: HistoryStep) => `Done again: ${describeStep(step)}`,
  work: 'Work in progress',
  stop: 'Stop',
  stopHint: 'Ends after this epoch and keeps the best one',
  cancel: 'Cancel',
  cancelHint: (kind: Job['kind'], isRunning = true) => {
    if (kind === 'empty-trash') return isRunning ? 'Ends now; the photos are gone' : 'Nothing is deleted; the photos stay in the trash'
    return kind === 'import' ? 'Ends now; the photos taken so far stay' : 'Ends now; nothing of it is kept'
  },
  waiting: 'waiting for its turn',
  jobName: ({ kind }: Pick<Job, 'kind'>) => jobNames[kind],
  step: (step: Progress['step'], kind: Job['kind']) => stepNames[step](kind),
  showRun: 'Show the run',
  dismiss: 'Dismiss',
  details: 'Details',
  copyPath: 'Copy the path',
  copied: 'Copied',
  tryAgain: 'Try again',
  windowTitle: (parts: readonly string[]) => [...parts, 'Graft'].join(' · '),
  skip: 'Skip to the page',
  goneTitle: 'The folder of this project is not there any more',
  goneHint: 'It was moved, renamed or deleted, or its drive is not plugged in. Nothing new can be saved until it is back.',
  lookAgain: 'Look again',
  trySample: 'Try it with the sample',
  cancelDialog: 'Cancel',
  close: 'Close',
  moreChips: (count: number) => `${countText(count)} more`,
  fewerChips: 'Fewer',
  loading: 'Loading',
  connecting: 'Connecting to the studio…',
  dropHere: 'Drop to add these photos',
  dropHint:
    'Folders and zips are searched through; the name of a folder becomes the class of its photos. Files of labels work, too: CSV, COCO, Label Studio, Teachable Machine.',
  dropBegin: 'Drop to begin a project with these photos',
  sending: (done: number, total: number) => `Sending files to the studio: ${countText(done)} of ${countText(total)}`,
  keyMap: 'Keyboard',
  orKey: 'or',
  light: 'Light',
  dark: 'Dark',
  system: 'System',
} as const

/** What a page says that has lost its studio, by what the studio's server answers (null: not known yet). Only what is true in that case. */
export function lostWords(server: 'open' | 'silent' | 'refused' | null): { readonly title: string; readonly hint: string } {
  const safe = 'what is on its disk is safe'
  switch (server) {
    case null:
      return { title: 'The connection to the studio was lost.', hint: 'Trying to reach it again…' }
    case 'open':
      return {
        title: 'The connection to the studio was lost. Connecting again…',
        hint: 'The studio is there, and what it is working on goes on.',
      }
    case 'silent':
      return {
        title: 'The studio does not answer. Trying again…',
        hint: `If it has ended, its work has stopped; ${safe}. Start it as before and open the address that it prints.`,
      }
    case 'refused':
      return {
        title: 'The studio was started again and has a new address.',
        hint: `Open the address that it printed. What ran before has stopped; ${safe}.`,
      }
    default:
      return server satisfies never
  }
}

const jobNames: Readonly<Record<Job['kind'], string>> = {
  import: 'Adding photos',
  features: 'Looking at photos',
  compare: 'Comparing photos',
  map: 'Making the map',
  train: 'Training',
  export: 'Exporting',
  'fetch-backbone': 'Fetching a starting network',
  calibrate: 'Measuring a starting network',
  'install-engine': 'Installing the training engine',
  sample: 'Fetching the sample photos',
  'empty-trash': 'Deleting photos for good',
  'measure-photos': 'Checking the photos',
  'export-photos': 'Saving photos and labels',
  'check-labels': 'Looking for wrong labels',
  'learning-curve': 'Finding out what more photos would bring',
  advise: 'Comparing the starting networks on your photos',
  backup: 'Backing up',
  restore: 'Opening a backup',
}

const stepNames: Readonly<Record<Progress['step'], (kind: Job['kind']) => string>> = {
  waiting: () => 'Waiting',
  listing: () => 'Looking for photos',
  importing: () => 'Adding photos',
  extracting: (kind) => (kind === 'import' ? 'Getting photos ready for training' : 'Looking at the photos'),
  comparing: () => 'Comparing the photos',
  placing: () => 'Laying the photos out',
  training: () => 'Training',
  evaluating: () => 'Testing',
  writing: (kind) => (kind === 'export' ? 'Writing the files' : 'Saving'),
  packing: () => 'Packing the files',
  verifying: (kind) => (kind === 'export' ? 'Proving that the export answers the same' : 'Checking what was fetched'),
  downloading: () => 'Fetching',
  converting: () => 'Preparing the network',
  measuring: () => 'Measuring how fast it is here',
  unpacking: () => 'Unpacking',
  building: () => 'Connecting it to the studio',
  testing: () => 'Testing it with known numbers',
  deleting: () => 'Deleting photos for good',
  inspecting: () => 'Checking how sharp and how bright the photos are',
  copying: () => 'Saving photos and labels',
  checking: () => 'Looking for wrong labels',
  rereading: () => 'Reading it back',
  relearning: () => 'Learning from parts of the photos',
}

/** What a step counts, for `212 of 300 photos`. */
export function stepUnit(step: Progress['step']): 'photo' | 'epoch' | 'byte' | null {
  switch (step) {
    case 'importing':
    case 'extracting':
    case 'comparing':
    case 'evaluating':
    case 'verifying':
    case 'deleting':
    case 'inspecting':
    case 'copying':
      return 'photo'
    case 'placing':
      return null
    case 'training':
      return 'epoch'
    case 'downloading':
      return 'byte'
    case 'waiting':
    case 'listing':
    case 'writing':
    case 'packing':
    case 'converting':
    case 'measuring':
    case 'unpacking':
    case 'building':
    case 'testing':
    case 'checking':
    case 'rereading':
    case 'relearning':
      return null
    default:
      return step satisfies never
  }
}
