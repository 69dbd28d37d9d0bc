import type { WireError } from '../../main/contract/errors.ts'
import type { Job, JobResult } from '../../main/contract/jobs.ts'
import { commandWords } from './commands.ts'
import { describeError } from './errors.ts'
import { frameWords } from './frame.ts'
import { countOf } from './numbers.ts'
import { resultSaid } from './shelf.ts'

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
    check: frameWords.check,
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
