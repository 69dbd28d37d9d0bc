import { countOf } from './numbers.ts'

/** Words of trainings that rest until somebody lets them go on. */
export const pauseWords = {
  pause: 'Pause',
  pauseHint: 'It rests after this epoch, and goes on from there when you say so, also after a restart',
  all: 'Pause all',
  allHint: 'What trains rests after this epoch, and nothing begins until you say so, also after a restart',
  resume: 'Go on',
  resumeAll: (count: number) => `Go on with all ${count}`,
  resumeRun: (number: number) => `Go on with run ${number}`,
  keeps: (epochs: number) => `Pause keeps its ${countOf(epochs, 'epoch')}. Cancel deletes the run with ${epochs === 1 ? 'it' : 'them'}.`,
  resumeHint: 'They go on where they were, one after the other',
  pausedRuns: 'Paused runs',
  pausedHint: 'They go on where they were when you say so. Closing the studio pauses what trains or waits.',
  pausedTitle: (number: number) => `Run ${number} is paused`,
  pausedText: (epochs: number) =>
    `${epochs === 0 ? 'It has not finished an epoch yet.' : `${countOf(epochs, 'epoch is', 'epochs are')} done.`} It goes on from there; on the processor, with the same engine, it comes to the numbers it would have come to without a pause.`,
  /** In the shelf. */
  waiting: (count: number) => `${countOf(count, 'training')} paused`,
} as const
