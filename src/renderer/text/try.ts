import type { RunSummary, TryResult } from '../../main/contract/runs.ts'
import { countOf, countText, percentText } from './numbers.ts'

/** Why a run says none of these, in a word. */
export const refusalWords = { foreign: 'unlike any photo it has learned from', unsure: 'not sure enough' } as const

export const tryWords = {
  dropTitle: 'Drop photos here',
  dropText: 'Or paste them. Photos it has never seen say most; they are only looked at, not added to the project.',
  dropNow: 'Drop to try these photos',
  always: ({ answerFromPercent, foreign }: Pick<RunSummary, 'answerFromPercent' | 'foreign'>) => {
    const when = [
      ...(foreign === null ? [] : ['where a photo is unlike any it has learned from']),
      ...(answerFromPercent === 0 ? [] : [`where it is less than ${answerFromPercent} % sure`]),
    ]
    return when.length === 0
      ? 'It always answers with one of its classes, also for a photo of something else.'
      : `It says none of these ${when.join(', and ')}; that is set on the page of its run.`
  },
  refused: 'None of these',
  refusedWhy: (refusal: NonNullable<TryResult['refusal']>, name: string, probability: number, fromPercent: number) => {
    const guess = `${name}, ${tryWords.percent(probability)} sure`
    return refusal === 'foreign'
      ? `Unlike any photo it has learned from. Its guess would be ${guess}.`
      : `Its best guess: ${guess}. It answers from ${fromPercent} % on.`
  },
  choose: 'Choose photos',
  camera: 'Use the camera',
  paste: 'to paste',
  asking: 'Looking…',
  answeredBy: 'Answered by',
  results: 'Answers',
  emptyTitle: 'First it needs to learn',
  emptyText: 'Train once, then try any photo here: from a file, from the clipboard, from the camera.',
  trainingText: 'A run is training now. Its answers will be here when it has finished.',
  toTrain: 'Go to Train',
  clear: 'Clear all',
  remove: (name: string) => `Take ${name} off this page`,
  percent: (probability: number) =>
    probability < 0.0005 ? '< 0.1 %' : percentText(probability, probability > 0.995 || probability < 0.01 ? 1 : 0),
  sure: (probability: number) => `${tryWords.percent(probability)} sure`,
  unsure: 'Not sure: the first two are close.',
  barOf: (name: string, probability: number) => `${name}: ${tryWords.percent(probability)}`,
  more: (count: number) => `${countText(count)} more`,
  fewer: 'Fewer',
  seen: 'As the network sees it',
  seenHint: (sizePx: number) => `${sizePx} × ${sizePx} pixels: all that the network is given.`,
  photo: 'The photo',
  noPreview: 'This browser cannot show it',
  tally: 'What they were taken for',
  tallyOf: (name: string, count: number) => `${countText(count)} ${name}`,
  photos: (count: number) => countOf(count, 'photo'),
  failedCount: (count: number) => `${countOf(count, 'file')} could not be read`,
  tooMany: (limit: number, given: number) =>
    `The first ${countText(limit)} of ${countText(given)} photos are tried. Add them in Photos to test on all of them.`,
  nothingDropped: 'There was no file in that.',
  pastedName: (number: number, extension: string) => `Pasted ${number}.${extension}`,
  addAs: (name: string) => `Add as ${name}`,
  addHint: 'Adds this photo to the project with the class that is right',
  otherClass: 'Add it with another class',
  adding: 'Adding…',
  added: (name: string, wasThere: boolean) => (wasThere ? `Was in the project already; its class is ${name}` : `In the project as ${name}`),
} as const

export const cameraWords = {
  title: 'Camera',
  live: 'Live, not recorded. Only the square in the middle is looked at.',
  picture: 'The picture of the camera',
  starting: 'Waiting for the camera. Your browser may ask whether it may be used.',
  take: 'Take photo',
  stop: 'Stop the camera',
  which: 'Camera',
  unnamed: (number: number) => `Camera ${number}`,
  rate: (perSecond: number) => `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)} answers a second`,
  /** `number` tells apart those of one second. */
  photoName: (at: Date, number: number | null = null) =>
    `Camera ${at.toISOString().slice(0, 10)} ${at.toTimeString().slice(0, 8).replaceAll(':', '.')}${number === null ? '' : ` ${String(number).padStart(3, '0')}`}.jpg`,
  retry: 'Try again',
} as const

/** Why there is no picture of the camera. `ended`: it was there and went away. */
export type CameraProblem = 'denied' | 'none' | 'busy' | 'unsupported' | 'ended'

/** What happened and what to do, for each of them. */
export const cameraProblems: Readonly<Record<CameraProblem, { readonly title: string; readonly wayOut: string }>> = {
  denied: {
    title: 'The camera may not be used here.',
    wayOut: 'Allow it for this page: in the browser beside the address, or in the system’s privacy settings. Then try again.',
  },
  none: { title: 'No camera was found.', wayOut: 'Connect one, then try again. Photos from files and the clipboard work without.' },
  busy: { title: 'The camera does not start.', wayOut: 'Another program may be using it. Close that one, then try again.' },
  unsupported: {
    title: 'This browser gives no camera to this page.',
    wayOut: 'Open the studio at an address that begins with http://127.0.0.1 or http://localhost, or use the window of its own.',
  },
  ended: { title: 'The camera has gone.', wayOut: 'It was unplugged or switched off. Connect it again, then try again.' },
}
