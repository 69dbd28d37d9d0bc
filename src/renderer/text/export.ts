import type { ExportProof } from '../../main/contract/exporting.ts'
import { countOf, countText } from './numbers.ts'

export const exportWords = {
  title: 'Export',
  webTitle: 'A web page',
  webText: 'A folder and a zip with the network (TensorFlow.js), the names of the classes and a page that works when it is served.',
  which: 'Which run',
  noPlace: 'Choose where it goes; nothing that is there is overwritten.',
  into: (folder: string) => `Goes into ${folder}`,
  choose: 'Choose a folder',
  start: 'Export',
  working: 'Exporting…',
  chooseTitle: 'Where the export goes',
  chooseThis: 'Export into this folder',
  later: 'Phones, servers and other programs follow in a later version.',
  exports: 'Exports so far',
  none: 'Nothing was exported yet.',
  emptyTitle: 'First it needs to learn',
  emptyText: 'Train once, then take the network anywhere.',
  toTrain: 'Go to Train',
  reveal: 'Show in folder',
  proof: ({ agree, images }: ExportProof) => `${countText(agree)} of ${countOf(images, 'test photo')} answered the same`,
  proofHint: ({ maxDifference }: ExportProof) =>
    `The files were loaded again in a fresh process and asked about every test photo. Largest difference of a probability: ${differenceText(maxDifference)}.`,
  fromWorkingCopy: ({ fromWorkingCopy }: ExportProof) =>
    fromWorkingCopy === 0 ? '' : `For ${countOf(fromWorkingCopy, 'photo')} the original file was gone; the project's own copy was used.`,
  files: (count: number) => countOf(count, 'file'),
} as const

/** `0.000001`: written out, because `1.0e-6` is for engineers only. */
function differenceText(difference: number): string {
  return difference === 0 ? 'none' : difference < 1e-7 ? 'less than 0.0000001' : difference.toFixed(7).replace(/0+$/, '')
}
