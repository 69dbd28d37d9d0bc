import type { Backbone } from '../../main/contract/backbones.ts'
import type { Progress } from '../../main/contract/jobs.ts'
import {
  batchNormOf,
  deeperPhase,
  isDamaged,
  mostEpochs,
  type AskedRecipe,
  type Comparison,
  type EpochReport,
  type Evaluation,
  type RunSummary,
} from '../../main/contract/runs.ts'
import {
  bytesText,
  countOf,
  countOrNone,
  countText,
  durationText,
  fewNames,
  forecastText,
  frequencies,
  percentText,
  pText,
  timeLeftText,
} from './numbers.ts'
import { blocksWords, learnedText, learnsWords, recipeNameText, recipeText, recipeWords } from './recipes.ts'
import { augmentationText, augmentationWords } from './augmentation.ts'
import { classWeightsText, optimiserText, scheduleText, stepsWords } from './steps.ts'

export const trainWords = {
  form: 'How to train',
  start: 'Train',
  startAgain: 'Train again',
  network: 'Starting network',
  networkHint: 'It has learned from a million photos; the rest is learned from yours.',
  networkMissing: 'not on this computer',
  moreNetworks: (count: number) => `${count} more, fetched when you want one`,
  fetch: (sizeBytes: number) => `Fetch it (${bytesText(sizeBytes)})`,
  photos: 'Which photos',
  /** `mayEndEarly`: it stops by itself when it no longer gets better. */
  forecastReady: (photos: number, seconds: number | null, mayEndEarly: boolean) =>
    `${countOf(photos, 'labelled photo')}${seconds === null ? '' : `, ${forecastText(seconds)}${mayEndEarly ? ' at most' : ''}`}`,
  forecastExtract: (count: number) => `${countOf(count, 'photo')} to look at first.`,
  forecastUnknown: 'How long it takes is measured when nothing trains.',
  forecastMeasuring: 'Measuring how long it takes here; you need not wait.',
  parts: (parts: { train: number; validation: number; test: number }) =>
    `${countText(parts.train)} to learn from, ${countText(parts.validation)} to tune (validation), ${countText(parts.test)} for the test`,
  passes: (recipe: AskedRecipe) => {
    const passes = `${countOf(recipe.epochs, 'pass', 'passes')} over the photos (epochs)`
    const deeper = deeperPhase(recipe)
    const then = deeper === null ? '' : ` Then up to ${countText(deeper.epochs)} more, deeper.`
    return `${recipe.patience === 0 ? `${passes}.` : `Up to ${passes}, fewer once it stops improving.`}${then}`
  },
  allLabelled: (count: number) => (count === 0 ? 'all that are labelled' : `all ${countText(count)} labelled`),
  looksReady: 'It has looked at your photos before: training starts at once.',
  lastTime: (number: number, right: string) => `Run ${number} with it: ${right}.`,
  sameAs: (number: number) => `Run ${number} was trained just like this; the same photos give the same answers.`,
  advanced: 'Advanced',
  advancedWrong: 'A setting under Advanced cannot be used.',
  epochs: 'Epochs',
  epochsHint: 'Passes over the training photos',
  batchSize: 'Batch size',
  batchSizeHint: 'Photos a step',
  learningRate: 'Learning rate',
  learningRateHint: 'Size of each step',
  patience: 'Patience',
  patienceHint: 'Stop after so many epochs without progress; 0 = never',
  seed: 'Seed',
  seedHint: 'Draws the parts and the order; the same seed, the same numbers',
  shares: 'Shares, %',
  sharesHint: 'Learn, tune (validation), test; together 100',
  fromTo: (low: number, high: number, isWhole: boolean) => `Choose a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}.`,
  toEngines: 'Choose an engine',
  sharesWrong: 'Together they must make 100; at least 10 to learn from and 5 for each of the others.',
  shareTrain: 'Share to learn from, percent',
  shareValidation: 'Share to tune, percent',
  shareTest: 'Share for the test, percent',
  emptyTitle: 'The result will be here',
  emptyText: 'Training takes seconds. You see how it learns, then how often it will be right on new photos.',
  noPhotosTitle: 'First it needs photos',
  noPhotosText: 'A few dozen of each class are enough to begin.',
  toPhotos: 'Go to Photos',
  toLabel: 'Label photos',
  preparing: 'Looking at the photos',
  preparingHint: 'Each photo goes through the starting network once; the result is kept, so the next run starts at once.',
  stopKeeps: 'Stop ends after this epoch and keeps the best one so far. Cancel keeps nothing.',
  firstEpoch: 'The first epoch is on its way',
  waitingRuns: 'Waiting runs',
  waitingHint: 'Runs are trained one after the other.',
  cancelRun: (number: number) => `Cancel run ${number}`,
  inLine: (place: number) => (place === 1 ? 'next' : `${countText(place)} in line`),
  lookCloser: 'Look closer',
  seeMistakes: (count: number) => (count === 0 ? 'Look closer' : `See its ${countOf(count, 'mistake')}`),
  allRuns: (count: number) => `All ${countText(count)} runs`,
  runs: 'Runs',
  runName: (number: number) => `Run ${number}`,
  run: (run: RunSummary, plainName: string) => `Run ${run.number}, ${plainName}, seed ${run.recipe.seed}`,
  training: 'training',
  stateOf: (run: RunSummary) => (isDamaged(run) ? 'cannot be read' : stateNames[run.state]),
  term: 'test accuracy',
  intervalHint: 'On other photos like these the share may be a little different: 95 of 100 such ranges hold the true one (Wilson)',
  expect: 'Of 100 new photos like these, expect',
  tryPhoto: 'Try a photo',
  export: 'Export',
  curvesSub: (run: RunSummary, backboneName: string, epochs: number) =>
    `${run.recipe.mode === 'scratch' ? recipeText(run.recipe, backboneName) : backboneName}, ${learnedText(run.recipe)}, ${countOf(epochs, 'epoch')}${run.seconds === null ? '' : ` in ${durationText(run.seconds.training)}`}${endedWords[run.endedBecause ?? 'completed']}`,
  metric: 'What the curves show',
  right: 'Right, %',
  loss: 'Loss',
  lossHint: 'How wrong and how sure of it, mean cross-entropy; lower is better',
  axisEpoch: 'epoch',
  validationPhotos: 'validation',
  trainingPhotos: 'training',
  readout: (epoch: number, validation: string, training: string) => `epoch ${epoch}: validation ${validation}, training ${training}`,
  readoutOfMany: (epoch: number, said: readonly string[]) => `epoch ${epoch}: ${said.join(', ')}`,
  chooseEpoch: 'Epoch; the arrow keys choose another',
  atBest: 'best epoch',
  atEpoch: (epoch: number) => `epoch ${countText(epoch)}`,
  /** Why the curve and the headline differ. */
  countedWhere: (validation: number, test: number) =>
    `Validation counts ${countOf(validation, 'photo')}, which choose the epoch. The headline counts the ${countOf(test, 'photo')} of the test, kept aside until the end.`,
  openRun: (name: string) => `Open ${name}`,
  bestEpoch: (epoch: number, value: string) => `epoch ${epoch}: ${value}`,
  mixesUp: 'What it mixes up',
  mixesUpNone: 'It mixes up nothing in the test photos',
  mixesUpSub: 'Rows: what it is. Columns: what it said. Press a cell to see the photos.',
  cell: (label: string, predicted: string, count: number) =>
    label === predicted
      ? `${countOf(count, 'photo')} of ${label} recognised`
      : `${countOf(count, 'photo')} of ${label} taken for ${predicted}`,
  cellTitle: (label: string, predicted: string) => (label === predicted ? `${label}, recognised` : `${label}, taken for ${predicted}`),
  said: 'said',
  sure: (probability: number) => `${percentText(probability, 0)} sure`,
  perClass: 'Class by class',
  perClassSub: 'How often an answer is right, and how many of a class are found.',
  className: 'Class',
  settings: 'Settings of this run',
  failed: (number: number) => `Run ${number} did not finish`,
  damaged: (number: number) => `Run ${number} cannot be shown`,
  interrupted: (number: number) => `Run ${number} was interrupted`,
  interruptedText: 'The studio was closed or ended while it trained. Your photos and labels are safe.',
  noTest: 'This run has no test result.',
} as const

export const shareChoices = [
  { shares: { train: 0.7, validation: 0.15, test: 0.15 }, name: 'Usual', hint: '15 % kept aside for the test' },
  { shares: { train: 0.6, validation: 0.15, test: 0.25 }, name: 'Test more', hint: '25 % kept aside for the test' },
  { shares: { train: 0.8, validation: 0.1, test: 0.1 }, name: 'Learn more', hint: '10 % kept aside for the test' },
] as const

const stateNames: Readonly<Record<RunSummary['state'], string>> = {
  queued: 'waiting',
  running: 'training',
  paused: 'paused',
  finished: 'finished',
  stopped: 'stopped early',
  failed: 'failed',
  interrupted: 'interrupted',
}

const endedWords: Readonly<Record<NonNullable<RunSummary['endedBecause']>, string>> = {
  completed: '',
  'early-stopped': ', ended when it no longer improved',
  'stopped-by-user': ', stopped by you',
}

/** The curve's title says what to see. */
export function curveTitle(epochs: readonly EpochReport[], bestEpoch: number | null, isRunning: boolean): string {
  const last = epochs.at(-1)
  if (last === undefined) return trainWords.firstEpoch
  if (isRunning) return `Epoch ${last.epoch}: ${percentText(last.validationAccuracy)} of the validation photos right`
  if (bestEpoch === null) return `${countOf(epochs.length, 'epoch')}, without a result`
  const flat = flatSince(epochs, bestEpoch)
  if (flat !== null) return `Validation is flat from epoch ${countText(flat)} on`
  if (bestEpoch === last.epoch)
    return epochs.length === 1 ? 'One epoch only' : 'Still growing surer on the validation photos at the last epoch'
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)?.validationAccuracy ?? 0
  const first = epochs.find(({ validationAccuracy }) => validationAccuracy >= best)?.epoch
  return first === bestEpoch
    ? `Validation stops improving after epoch ${bestEpoch}`
    : `Surest on the validation photos at epoch ${bestEpoch}`
}

/** How far a run is, beside its curve: the epoch is the one that the curve's title names. */
export function liveFacts(progress: Progress | null, epochs: readonly EpochReport[]): string {
  if (progress === null || progress.total === null) return ''
  const isTraining = progress.step === 'training'
  const done = isTraining ? (epochs.at(-1)?.epoch ?? progress.done) : progress.done
  const count = `${countText(done)} of ${countOf(progress.total, isTraining ? 'epoch' : 'photo')}`
  return progress.secondsLeft === null ? count : `${count}, ${timeLeftText(progress.secondsLeft)}`
}

/** A class with so many times fewer photos than the largest one is rare: from there on it is named less often than it should be. */
const rareFrom = 5

/** What to expect where some classes have far fewer photos than the largest one; null where none has. */
export function rareClassesText(classes: readonly { readonly name: string; readonly images: number }[]): string | null {
  const [largest] = classes.toSorted((one, other) => other.images - one.images)
  if (largest === undefined) return null
  const rare = classes.filter(({ images }) => images * rareFrom <= largest.images)
  const [first, second] = rare
  if (first === undefined) return null
  const hint = 'What it rarely sees it rarely recognises.'
  if (second === undefined)
    return `${first.name} has only ${countOf(first.images, 'photo')}, ${largest.name} ${countText(largest.images)}. ${hint}`
  const names = fewNames(rare.map(({ name }) => name))
  return `${names} have far fewer photos than ${largest.name}, which has ${countText(largest.images)}. ${hint}`
}

/** A class with at least this share of the test photos makes it easy to be right often. */
const dominantFrom = 0.75

/** What always saying the most frequent class would reach; null where no class is that frequent. */
export function baselineText({ perClass, test }: Pick<Evaluation, 'perClass' | 'test'>): string | null {
  const [most] = perClass.toSorted((one, other) => other.n - one.n)
  if (most === undefined || most.n < dominantFrom * test.n) return null
  const always = `always saying ${most.class}, which is right on ${countText(most.n)} of these ${countText(test.n)}`
  return Math.round(test.accuracy * test.n) > most.n
    ? `Better than ${always}: class by class shows what it finds of the others.`
    : `No better than ${always}: more photos of the others would help most.`
}

/** Of the first epoch's validation loss: what changes by less is seen by nobody. */
const unseenShare = 0.01

/**
 * The epoch from which on the validation curve is flat to its end: no more photos right, and the loss as good as the best one. Null where
 * that holds for less than a quarter of the epochs, or less than five.
 */
export function flatSince(epochs: readonly EpochReport[], bestEpoch: number): number | null {
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)
  const first = epochs[0]
  const last = epochs.at(-1)
  if (best === undefined || first === undefined || last === undefined) return null
  const loss = best.validationLoss + unseenShare * first.validationLoss
  const most = Math.max(...epochs.map(({ validationAccuracy }) => validationAccuracy))
  const reached = epochs.findIndex(({ validationAccuracy }) => validationAccuracy === most)
  const from = epochs.findIndex(({ validationLoss }, index) => index >= reached && validationLoss <= loss)
  if (from < 0 || last.validationLoss > loss || epochs.length - 1 - from < Math.max(5, epochs.length / 4)) return null
  return epochs[from]?.epoch ?? null
}

/** The comparison with another run in one sentence, and its evidence in another. Never says better or worse without a test. */
export function comparisonWords(comparison: Comparison): { readonly verdict: string; readonly evidence: string } {
  const [first, second] = comparison.runs
  const other = `run ${first.number}`
  const test = comparison.mcnemar
  const isSame = test !== null && test.onlyFirst + test.onlySecond === 0
  const evidence =
    test === null || comparison.verdict === 'not comparable'
      ? `They were tested on different photos (${percentText(comparison.test[1].accuracy)} and ${percentText(comparison.test[0].accuracy)}).`
      : isSame
        ? `Right and wrong on the same of the ${countOf(test.n, 'test photo')}.`
        : `Of the same ${countOf(test.n, 'test photo')}, this one alone was right on ${countOrNone(test.onlySecond)} and ${other} alone on ${countOrNone(test.onlyFirst)} (exact McNemar p ${pText(test.p)}).`
  switch (comparison.verdict) {
    case 'better':
      return { verdict: `Better than ${other}`, evidence }
    case 'worse':
      return { verdict: `Worse than ${other}`, evidence }
    case 'not certain':
      return {
        verdict: isSame
          ? `The same answers as ${other}`
          : `About the same as ${other}: ${countOf(test?.n ?? second.test?.n ?? 0, 'test photo')} cannot tell them apart`,
        evidence,
      }
    case 'not comparable':
      return { verdict: `Cannot be compared with ${other}`, evidence }
    default:
      return comparison.verdict satisfies never
  }
}

/** A run's result in a line of the list: `93 of 100, 83 to 97`. */
export function resultLine(run: RunSummary): string {
  return run.test === null ? trainWords.stateOf(run) : frequencies(run.test, 'test').sentence
}

/** `Balanced (EfficientNet-Lite0)`: what people and what engineers call a network; its id where it is not known any more. */
export function networkName(backbones: readonly Backbone[] | null, id: string): string {
  const backbone = backbones?.find((each) => each.id === id)
  return backbone === undefined ? id : `${backbone.plainName} (${backbone.name})`
}

function learnsSettings(recipe: RunSummary['recipe']): readonly (readonly [name: string, value: string])[] {
  const { mode, blocks, headEpochs, bodyRate, blockRates, scratchPx, precision } = recipe
  switch (mode) {
    case 'head':
      return [[learnsWords.legend, 'the last step'], ...(precision === 'int8' ? ([[learnsWords.precision, '8 bits']] as const) : [])]
    case 'fine-tune': {
      const deeper = deeperPhase(recipe)
      return [
        [learnsWords.legend, blocksWords(blocks)],
        [learnsWords.headEpochs, headEpochs === 0 ? 'no' : `up to ${countOf(headEpochs, 'epoch')}`],
        [
          learnsWords.bodyRate,
          blockRates === 'graded' ? `${bodyRate} of the learning rate, more for later blocks` : `${bodyRate} of the learning rate`,
        ],
        [
          learnsWords.deeper,
          deeper === null
            ? 'no'
            : `${blocksWords(deeper.blocks)}, up to ${countOf(deeper.epochs, 'epoch')}, at ${deeper.rate} of the steps before`,
        ],
        [learnsWords.batchNorm, batchNormOf(recipe) === 'trained' ? 'yes' : 'no'],
      ]
    }
    case 'scratch':
      return [[learnsWords.legend, `a small network from nothing, ${scratchPx} px`]]
    default:
      return mode satisfies never
  }
}

/** Everything that is needed to repeat a run, [name, value] for people and engineers. */
export function runSettings(run: RunSummary, backboneName: string): readonly (readonly [name: string, value: string])[] {
  const { recipe, seconds, engine } = run
  const percents = [recipe.shares.train, recipe.shares.validation, recipe.shares.test].map((share) => Math.round(share * 100)).join(' / ')
  return [
    [trainWords.network, run.recipe.mode === 'scratch' ? 'none' : backboneName],
    [recipeWords.legend, recipeNameText(recipe)],
    ...learnsSettings(run.recipe),
    [trainWords.epochs, `at most ${countText(mostEpochs(recipe))}; kept ${run.bestEpoch ?? 'none'}`],
    [trainWords.batchSize, String(recipe.batchSize)],
    [trainWords.learningRate, String(recipe.learningRate)],
    [stepsWords.schedule, scheduleText(recipe.schedule)],
    [stepsWords.optimiser, optimiserText(recipe.optimiser)],
    ...(recipe.optimiser === 'adam' ? [] : [[stepsWords.weightDecay, String(recipe.weightDecay)] as const]),
    [stepsWords.labelSmoothing, recipe.labelSmoothing === 0 ? 'none' : String(recipe.labelSmoothing)],
    [stepsWords.classWeights, classWeightsText(recipe.classWeights)],
    [stepsWords.dropout, recipe.dropout === 0 ? 'none' : String(recipe.dropout)],
    [augmentationWords.name, augmentationText(recipe)],
    [trainWords.patience, recipe.patience === 0 ? 'never stop early' : countOf(recipe.patience, 'epoch')],
    [trainWords.seed, recipe.splitSeed === undefined ? String(recipe.seed) : `${recipe.seed}, split ${recipe.splitSeed}`],
    [trainWords.shares, percents],
    ['Engine', engine === null ? '–' : [engine.training, engine.extraction].filter((name) => name !== 'pixels').join(', ')],
    [
      'Time',
      seconds === null
        ? '–'
        : seconds.features < 0.1
          ? durationText(seconds.total)
          : `${durationText(seconds.total)}, of it ${durationText(seconds.features)} looking at photos`,
    ],
    ['Run', run.id],
  ]
}
