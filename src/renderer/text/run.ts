import type { Evaluation, Prediction, RunSummary } from '../../main/contract/runs.ts'
import { countOf, countText, percentText } from './numbers.ts'
import { trainWords } from './train.ts'

/** Words of one run's page. */
export const runWords = {
  /** `Run 4`, or `Run 4, best so far` where a person named it. */
  called: ({ number, name }: Pick<RunSummary, 'number' | 'name'>) =>
    name === null ? trainWords.runName(number) : `${trainWords.runName(number)}, ${name}`,
  older: 'Run before',
  newer: 'Run after',
  noneOlder: 'There is no run before this one',
  noneNewer: 'There is no run after this one',
  name: 'Name',
  namePlaceholder: 'Give it a name',
  notes: 'Notes',
  notesPlaceholder: 'What you tried, and why',
  tags: 'Tags',
  addTag: 'Add a tag',
  tagIsThere: 'It has this tag already',
  tagTooLong: 'A tag has at most 30 characters',
  tagsAreFull: (most: number) => `A run has at most ${countOf(most, 'tag')}`,
  removeTag: (tag: string) => `Remove the tag ${tag}`,
  pin: 'Pin',
  pinned: 'Pinned',
  pinHint: 'Pinned runs come first in Compare',
  nameLost: (run: number, text: string) => `The name of run ${run} was not saved: ${text}`,
  notesLost: (run: number, text: string) => `The notes of run ${run} were not saved: ${text}`,
  repeat: 'Repeat',
  repeatHint: 'Trains once more with the same settings, on the labels as they are now',
  compareBefore: (number: number) => `Compare with run ${number}`,
  allRuns: 'All runs',
  delete: 'Delete',
  goneTitle: 'This run is not here',
  goneText: 'It may have been deleted, or it belongs to another project.',
  toTrain: 'Go to Train',
  mistakesTitle: (count: number, n: number) =>
    count === 0
      ? `It was right on all ${countOf(n, 'test photo')}`
      : `${countText(count)} of ${countOf(n, 'test photo')} answered wrong, surest first`,
  mistakesSub: 'Was the network wrong, or the label? Press what the photo is, or its digit key.',
  noMistakes: 'With few test photos that says little: label more, and train again.',
  whatIsIt: (name: string) => `What is ${name}?`,
  otherClass: 'Another class',
  open: (prediction: Prediction) => `Look at ${prediction.name}: ${answerText(prediction)}`,
  noLabelNow: 'no label now',
  gone: 'not in the project any more',
  relabelled: (count: number) => `${countOf(count, 'label')} changed since this run was trained.`,
  relabelledHint: 'Its numbers stay as they were until you train again.',
  trainAgain: 'Train again',
  smallerSteps: 'Train with smaller steps',
  more: (count: number) => `Show ${countText(count)} more`,
  allClasses: (count: number) => `All ${countText(count)} classes`,
  mixedClasses: (count: number) => `Only the ${countText(count)} that are mixed up`,
  cellShare: (share: number, label: string) => `${percentText(share, 0)} of ${label}`,
  cellEmpty: 'No test photo is behind this cell.',
  found: 'Found',
  foundTerm: 'recall',
  foundHint: 'Of the photos of this class, how many it recognised',
  trusted: 'Answer right',
  trustedTerm: 'precision',
  trustedHint: 'Of the photos it gave this class, how many are of it',
  both: 'Both',
  bothTerm: 'F1',
  bothHint: 'One number for the two: their harmonic mean',
  counted: 'Test photos',
  queuedTitle: (number: number) => `Run ${number} waits for its turn`,
  queuedText: (ahead: number) =>
    ahead === 0 ? 'It begins as soon as the studio is free.' : `${countOf(ahead, 'run')} before it. Runs are trained one after the other.`,
  keptEpochs: (epochs: number) =>
    epochs === 0
      ? 'It had not finished its first epoch, so nothing of it is kept but its settings.'
      : `The curves of its ${countOf(epochs, 'epoch')} are kept. What it had learned is not: without an end there is no test, and no answer to trust.`,
} as const

/** `said glass, is paper, 97 % sure`. */
export function answerText({ label, predicted, probability }: Prediction): string {
  return label === predicted
    ? `said ${predicted}, ${trainWords.sure(probability)}`
    : `said ${predicted}, labelled ${label}, ${trainWords.sure(probability)}`
}

/** Above the confusion matrix: the pair of classes that is mixed up most, or that there is none. */
export function mixTitle({ confusion, classes }: Pick<Evaluation, 'confusion' | 'classes'>): string {
  let most = { count: 0, label: '', predicted: '' }
  confusion.forEach((counts, row) =>
    counts.forEach((count, column) => {
      if (row === column || count <= most.count) return
      most = { count, label: classes[row]?.name ?? '', predicted: classes[column]?.name ?? '' }
    }),
  )
  if (most.count === 0) return trainWords.mixesUpNone
  if (most.count === 1) return trainWords.mixesUp
  return `It takes ${most.label} for ${most.predicted} most often`
}
