import type { ExportProof } from '../../main/contract/exporting.ts'
import { countOf, countText, timeLeftText } from './numbers.ts'

export const exportWords = {
  webTitle: 'A web page',
  webTerm: 'TensorFlow.js',
  webText: 'Runs in any browser, on the visitor’s own device: photos are not sent anywhere.',
  webGets: 'A folder and a zip with the network, the names of the classes and a page to try it.',
  which: 'Which run',
  into: 'Into',
  choose: 'Choose a folder',
  start: 'Export',
  cancel: 'Cancel',
  chooseTitle: 'Where the export goes',
  chooseThis: 'Export into this folder',
  proofPromise:
    'Before it counts, a fresh program loads the written files and answers every test photo. If it answers otherwise than here, the export is refused.',
  isThere: 'This run is there already. Choose another run, or another folder for a copy.',
  refusedHint: 'The files were written, tried and thrown away, because they did not do what this run does.',
  progress: 'How far the export is',
  progressFacts: (done: number, total: number | null, secondsLeft: number | null) =>
    [total === null ? null : `${countText(done)} of ${countOf(total, 'photo')}`, secondsLeft === null ? null : timeLeftText(secondsLeft)]
      .filter((part) => part !== null)
      .join(', '),
  waiting: 'Waiting for the export before it',
  exports: 'Exports so far',
  exportsHint: 'Each was proved when it was made.',
  justMade: 'new',
  emptyTitle: 'First it needs to learn',
  emptyText: 'Train once, then take the network along: to a web page that anyone can open.',
  trainingText: 'A run is training now. It can be exported when it has finished.',
  toTrain: 'Go to Train',
  trainInFull: 'Train it in full precision',
  chooseTwin: (run: number) => `Take run ${run}, the same in full precision`,
  reveal: 'Show in folder',
  openPage: 'Open the page',
  openPageHint: 'Serves it from this computer and opens it in the browser',
  openAddress: 'Open the page here',
  gone: 'The folder is not there any more: it was moved, renamed or deleted, or its drive is not plugged in.',
  forget: 'Take off the list',
  forgetHint: 'Nothing on the disk is touched',
  goneRun: 'of a run that was deleted',
  proof: ({ agree, refused, images }: ExportProof) =>
    `${countText(agree)} of ${countOf(images, 'test photo')} answered the same${refused === 0 ? '' : `; to ${countText(refused)} of them both say none of these`}`,
  difference: ({ maxDifference }: ExportProof) => `Largest difference of a probability: ${differenceText(maxDifference)}`,
  fromWorkingCopy: ({ fromWorkingCopy }: ExportProof) =>
    fromWorkingCopy === 0 ? '' : `For ${countOf(fromWorkingCopy, 'photo')} the original file was gone; the project's own copy was used.`,
  files: (count: number) => countOf(count, 'file'),
} as const

/** `0.000001`: written out, because `1.0e-6` is for engineers only. */
function differenceText(difference: number): string {
  return difference === 0 ? 'none' : difference < 1e-7 ? 'less than 0.0000001' : difference.toFixed(7).replace(/0+$/, '')
}
