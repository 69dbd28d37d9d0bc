import { isDamaged, mostEpochs, type Comparison, type Recipe, type RunState, type RunSummary } from '../../main/contract/runs.ts'
import { agoText, countOf, countOrNone, countText, durationText, percentText, pText } from './numbers.ts'
import { classWeightsText, optimiserText, scheduleText } from './steps.ts'
import { trainWords } from './train.ts'

export const compareWords = {
  table: 'Runs',
  filter: 'Filter runs',
  filterHint: 'Words in the name, tags, notes, network or state',
  narrow: 'Narrow down',
  narrowed: (count: number) => (count === 0 ? 'Narrow down' : `Narrow down (${count})`),
  counted: (shown: number, all: number) => (shown === all ? countOf(all, 'run') : `${countText(shown)} of ${countOf(all, 'run')}`),
  showAll: 'Show all runs',
  nothingTitle: 'No run matches',
  nothingText: 'Other words or fewer restrictions show more of them.',
  anyState: 'Any state',
  anyNetwork: 'Any network',
  anyTag: 'Any tag',
  anyTime: 'Any time',
  withinDays: (days: number) => (days === 1 ? 'Last 24 hours' : `Last ${days} days`),
  ofState: 'State',
  ofNetwork: 'Starting network',
  ofTag: 'Tag',
  ofTime: 'Started',
  rightAtLeast: 'Right at least, %',
  columns: 'Columns',
  scale: (fromPercent: number) => `line: ${fromPercent}–100 %`,
  chosenColumn: 'Chosen',
  actionsColumn: 'Actions',
  choose: (run: string) => `Choose ${run}`,
  chosen: (count: number) => `${countText(count)} chosen`,
  clear: 'Choose none',
  actions: (run: string) => `Actions for ${run}`,
  open: 'Open',
  rename: 'Rename',
  newName: (run: string) => `Name of ${run}`,
  describe: 'Tags and notes',
  pin: 'Pin to the top',
  unpin: 'Unpin',
  pinned: 'pinned',
  repeat: 'Train again the same way',
  repeated: (run: string) => `${run} trains again, as a run of its own.`,
  show: 'Show it',
  delete: 'Delete',
  deleteRuns: (runs: readonly RunSummary[]) =>
    runs[0] !== undefined && runs.length === 1
      ? `Delete ${trainWords.runName(runs[0].number).toLowerCase()}`
      : `Delete ${countOf(runs.length, 'run')}`,
  deleteTitle: (runs: readonly RunSummary[]) => `${compareWords.deleteRuns(runs)} for good?`,
  deleteText: (runs: readonly RunSummary[]) =>
    [
      `This deletes ${lossOf(runs)}.`,
      ...(runs.some(({ state }) => state === 'running' || state === 'queued')
        ? [`It also ends ${runs.length > 1 ? 'those that train or wait' : 'its training'}.`]
        : []),
      'Photos, labels and what was exported stay. It cannot be undone.',
    ].join(' '),
  deleted: (done: number, total: number) => `${countText(done)} of ${countText(total)} deleted`,
  /** The same where the runs are not in sight any more. */
  deletedOf: (runs: readonly RunSummary[], done: number) =>
    runs[0] !== undefined && runs.length === 1
      ? `${trainWords.runName(runs[0].number)} ${done === 1 ? 'is' : 'was not'} deleted`
      : `${countText(done)} of ${countOf(runs.length, 'run')} deleted`,
  describeTitle: (runs: readonly RunSummary[]) =>
    runs[0] !== undefined && runs.length === 1
      ? `${trainWords.runName(runs[0].number)}: tags and notes`
      : `Tags of ${countOf(runs.length, 'run')}`,
  tags: 'Tags',
  tagsHint: 'Separated by commas; they can be searched for.',
  tagsOfMany: 'Tags to add to all of them',
  tagsTooMany: 'A run has at most 20 tags of at most 30 letters.',
  notes: 'Notes',
  save: 'Save',
  emptyTitle: 'Runs stand side by side here',
  emptyText: 'Train twice, with another starting network or longer, and see which one to trust, and how certain that is.',
  emptyTry: 'Train',
  oneTitle: 'One run so far',
  oneText: 'Comparing needs two: train once more with another starting network or other settings.',
  trainAnother: 'Train another',
  hint: 'Choose two or more runs to see them side by side: their curves, what differs, and how certain the difference is.',
  hintOne: (run: string) => `${run} is what others are compared with. Choose one more.`,
  newestTwo: 'Compare the newest two',
  gone: (count: number) => `${countOf(count, 'run')} of this link ${count === 1 ? 'is' : 'are'} not in the project any more.`,
  comparison: 'Side by side',
  tooMany: (count: number) => `The first ${count} chosen runs are compared.`,
  baseShort: 'base',
  curves: 'Curves',
  comparing: (done: number, total: number) => `Comparing: ${countText(done)} of ${countText(total)}`,
  nothingToCompare: 'Two runs with a result are needed',
  whereDisagree: 'Where they disagree',
  trainSameShort: 'Train again on the same photos',
  base: 'The others are compared with it',
  makeBase: 'Compare the others with this one',
  remove: (run: string) => `Leave ${run} out`,
  curvesSub: 'Each ring is the epoch that was kept, the one with the lowest loss.',
  curvesNone: 'No curves yet',
  scores: 'How often each is right',
  scoresSub: 'On its test photos. The line shows how far off such a test can be (95\u00a0%\u00a0interval).',
  differs: 'What differs',
  differsNone: 'Nothing: they were trained the same way',
  setting: 'Settings',
  same: (names: readonly string[]) => `The same in all: ${names.join(', ')}.`,
  eachAlone: 'Each pair is tested on its own: of twenty runs that are equal, one looks different by chance.',
  disagree: (first: string, second: string) => `Where ${first} and ${second} disagree`,
  disagreeNone: 'They are right and wrong on the same photos.',
  onlyRight: (run: string, count: number) => `Only ${run} was right: ${countOf(count, 'photo')}`,
  bothWrong: (count: number) => `Both wrong, in different ways: ${countOf(count, 'photo')}`,
  said: (run: string, predicted: string) => `${run}: ${predicted}`,
  lookAt: (photo: string) => `Look at ${photo}`,
  isLabel: (label: string) => `is ${label}`,
  more: (count: number) => `${countText(count)} more`,
  exportRun: (run: string) => `Export ${run}`,
  addPhotos: 'Add photos',
  trainSame: (run: string) => `Train ${run} again on the same photos`,
  trainBoth: 'Train both again',
  trainsAgain: (count: number) =>
    count === 1 ? 'It trains again; the new run takes its place here.' : 'Both train again; the new runs take their places here.',
} as const

/** Columns of the table by what they show: the plain words, and the term for whoever looks for it. */
export const columnWords = {
  run: { name: 'Run', hint: 'Number and name' },
  state: { name: 'State', hint: 'How it ended' },
  network: { name: 'Starting network', hint: 'The network whose last step was learned (backbone)' },
  test: { name: 'Right on test photos', hint: 'Test accuracy with its 95 % interval' },
  validation: { name: 'Right on validation', hint: 'Validation accuracy at the best epoch' },
  bestEpoch: { name: 'Best epoch', hint: 'The epoch that was kept, of those it took' },
  epochs: { name: 'Epochs', hint: 'Passes over the training photos at most' },
  learningRate: { name: 'Learning rate', hint: 'Size of each step' },
  batchSize: { name: 'Batch size', hint: 'Photos a step' },
  optimiser: { name: 'Optimiser', hint: 'How a step is made of what was wrong' },
  seed: { name: 'Seed', hint: 'Draws the parts and the order; the same seed, the same numbers' },
  time: { name: 'Time', hint: 'Training alone: looking at the photos, which each network does once, is not in it' },
  started: { name: 'Started', hint: 'When it was asked for' },
  tags: { name: 'Tags', hint: 'What people have written on it' },
  notes: { name: 'Notes', hint: 'What people have written about it' },
} as const

/** Settings by the names that `state/run-differences.ts` gives them. */
export const settingWords = {
  backbone: 'Starting network',
  weights: 'Its weights',
  recipe: 'Recipe',
  learns: 'What learns',
  epochs: 'Epochs at most',
  patience: 'Patience',
  learningRate: 'Learning rate',
  schedule: 'Learning rate schedule',
  batchSize: 'Batch size',
  optimiser: 'Optimiser',
  weightDecay: 'Weight decay',
  labelSmoothing: 'Label smoothing',
  classWeights: 'Rare classes',
  dropout: 'Dropout',
  augmentation: 'Photos changed',
  seed: 'Seed',
  shares: 'Shares to learn, tune (validation), test',
  split: 'Photos in each part',
  engine: 'Engine',
} as const

/** The value of a setting for people; `networkName` gives a starting network's plain name by its id. */
export function settingValue(setting: keyof typeof settingWords, value: string | number, networkName: (id: string) => string): string {
  if (value === '') return '–'
  switch (setting) {
    case 'backbone':
      return networkName(String(value))
    case 'weights':
      return String(value).slice(0, 8)
    case 'patience':
      return value === 0 ? 'never stop early' : countOf(Number(value), 'epoch')
    case 'optimiser':
      return optimiserText(value as Recipe['optimiser'])
    case 'classWeights':
      return classWeightsText(value as Recipe['classWeights'])
    case 'schedule':
      return scheduleText(value as Recipe['schedule'])
    case 'split':
      return `drawing ${value}`
    case 'recipe':
    case 'learns':
    case 'epochs':
    case 'learningRate':
    case 'batchSize':
    case 'weightDecay':
    case 'labelSmoothing':
    case 'dropout':
    case 'augmentation':
    case 'seed':
    case 'shares':
    case 'engine':
      return String(value)
    default:
      return setting satisfies never
  }
}

/** `run 4`, for the middle of a sentence. */
export function runNameOf(run: Pick<RunSummary, 'number'>): string {
  return `run ${run.number}`
}

export function stateWords(state: RunState): string {
  return trainWords.stateOf({ state, error: null } as RunSummary)
}

/** What a cell of the table says; null where the run has no value there. Columns that are drawn otherwise say it for screen readers. */
export function cellText(run: RunSummary, column: Exclude<keyof typeof columnWords, 'run' | 'network'>, nowMs: number): string | null {
  switch (column) {
    case 'state':
      return trainWords.stateOf(run)
    case 'test':
      return run.test === null ? null : percentText(run.test.accuracy)
    case 'validation':
      return run.validation === null ? null : percentText(run.validation.accuracy)
    case 'bestEpoch':
      return run.bestEpoch === null ? null : String(run.bestEpoch)
    case 'epochs':
    case 'learningRate':
    case 'batchSize':
    case 'optimiser':
    case 'seed':
      return isDamaged(run) ? null : settingText(run.recipe, column)
    case 'time':
      return run.seconds === null ? null : run.seconds.training < 0.1 ? '< 0.1 s' : durationText(run.seconds.training)
    case 'started':
      return agoText(run.createdAtMs, nowMs)
    case 'tags':
      return run.tags.length === 0 ? null : run.tags.join(', ')
    case 'notes':
      return run.notes === '' ? null : run.notes
    default:
      return column satisfies never
  }
}

function settingText(recipe: Recipe, column: 'epochs' | 'learningRate' | 'batchSize' | 'optimiser' | 'seed'): string {
  if (column === 'epochs') return String(mostEpochs(recipe))
  if (column === 'optimiser') return optimiserText(recipe.optimiser)
  return String(recipe[column])
}

/** `run 4, run 7 and 3 more`: names of runs for a sentence, at most four. */
export function namesOf(runs: readonly RunSummary[]): string {
  const names = runs.map(runNameOf)
  const shown = names.length > 5 ? [...names.slice(0, 4), `${countText(names.length - 4)} more`] : names
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}

/** What goes with runs, named before they are deleted for good; of one run all of it. */
function lossOf(runs: readonly RunSummary[]): string {
  const [run] = runs
  if (run === undefined || runs.length > 1) return `${namesOf(runs)}: their curves, their results and what they have learned`
  const parts = [
    'its settings',
    'its curves',
    ...(run.state === 'paused' ? ['what it has learned so far'] : []),
    ...(run.test === null ? [] : ['what it has learned', `its result on ${countOf(run.test.n, 'test photo')}`]),
    ...(run.notes.trim() === '' ? [] : ['your notes']),
    ...(run.tags.length === 0 ? [] : [countOf(run.tags.length, 'tag')]),
  ]
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}

export interface VerdictWords {
  /** One sentence: what the second run is against the first. */
  readonly title: string
  /** The same in a few words, beside the run's name. */
  readonly short: string
  readonly evidence: string
  /** The evidence where there is a line for it. */
  readonly figures: string
}

/** A comparison in words for people, with the figures that it rests on. `better` and `worse` are said only where the studio says so. */
export function verdictWords({ runs, mcnemar, verdict }: Comparison): VerdictWords {
  const [first, second] = [runNameOf(runs[0]), runNameOf(runs[1])]
  const begin = capitalised(second)
  if (verdict === 'not comparable') {
    const evidence =
      mcnemar === null
        ? 'They were tested on different photos.'
        : `Only ${countOf(mcnemar.n, 'photo')} ${mcnemar.n === 1 ? 'is' : 'are'} in both of their tests.`
    return { title: `${begin} and ${first} cannot be compared`, short: 'Cannot be compared', evidence, figures: evidence }
  }
  const { onlyFirst = 0, onlySecond = 0, n = 0, p = 1 } = mcnemar ?? {}
  if (onlyFirst + onlySecond === 0)
    return {
      title: `${begin} and ${first} are right and wrong on the same photos`,
      short: 'The same answers',
      evidence: `All ${countOf(n, 'test photo')} were answered alike.`,
      figures: `On all ${countOf(n, 'photo')}`,
    }
  const evidence = `Of the same ${countOf(n, 'test photo')}, ${second} alone was right on ${countOrNone(onlySecond)} and ${first} alone on ${countOrNone(onlyFirst)} (exact McNemar test, p ${pText(p)}).`
  const figures = `Alone right on ${countText(onlySecond)}, ${first} on ${countText(onlyFirst)}, of ${countOf(n, 'photo')}; p ${pText(p)}`
  switch (verdict) {
    case 'better':
      return { title: `${begin} is better than ${first}`, short: 'Better', evidence, figures }
    case 'worse':
      return { title: `${begin} is worse than ${first}`, short: 'Worse', evidence, figures }
    case 'not certain':
      return onlyFirst === onlySecond
        ? { title: `${begin} is right as often as ${first}`, short: 'Right as often', evidence, figures }
        : { title: `${begin} is about the same as ${first}: the difference is not certain`, short: 'About the same', evidence, figures }
    default:
      return verdict satisfies never
  }
}

/** What it would take, where `photos` test photos, `testShare` of all, would settle a difference that stays as it is. */
export function settleWords(photos: number, testShare: number): string {
  return `About ${roundedUp(photos)} test photos, which is some ${roundedUp(photos / testShare)} labelled photos in all, would settle a difference of this size.`
}

/** To two digits. */
function roundedUp(count: number): string {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1)
  return countText(Math.ceil(count / scale) * scale)
}

/** What all the comparisons with one run come to: `Better than run 3: run 4 and run 7`. One line for each kind there is. */
export function summaryWords(base: RunSummary, comparisons: readonly Comparison[]): string {
  const kinds = [
    ['better', 'Better than'],
    ['worse', 'Worse than'],
  ] as const
  const said = kinds.flatMap(([verdict, words]) => {
    const runs = comparisons.filter((each) => each.verdict === verdict).map((each) => each.runs[1])
    return runs.length === 0 ? [] : [`${words} ${runNameOf(base)}: ${namesOf(runs)}`]
  })
  if (said.length > 0) return said.join('. ')
  const isOpen = comparisons.some(({ verdict }) => verdict === 'not certain')
  return isOpen ? `None is certainly better or worse than ${runNameOf(base)}` : `None can be compared with ${runNameOf(base)}`
}

/** Why a chosen run takes no part in the verdict. */
export function withoutResult(run: RunSummary): string {
  return run.state === 'queued' || run.state === 'running' || run.state === 'paused'
    ? `${capitalised(runNameOf(run))} has no result yet.`
    : `${capitalised(runNameOf(run))} ended without a result: ${trainWords.stateOf(run)}.`
}

/** What to see in the curves: whose validation accuracy is highest, or whose loss lowest. `best`: a run with its value as text; null: none. */
export function overlayTitle(
  metric: 'accuracy' | 'loss',
  best: { readonly runs: readonly RunSummary[]; readonly value: string } | null,
): string {
  if (best === null) return compareWords.curvesNone
  const verb = best.runs.length === 1 ? 'comes' : 'come'
  const way = metric === 'accuracy' ? `${verb} highest on the validation photos` : `${verb} to the lowest validation loss`
  return `${capitalised(namesOf(best.runs))} ${way}: ${best.value}`
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
