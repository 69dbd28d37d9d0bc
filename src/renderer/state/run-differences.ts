import {
  batchNormOf,
  deeperPhase,
  usualHeadEpochs,
  type Comparison,
  type Evaluation,
  type Prediction,
  type RunSummary,
} from '../../main/contract/runs.ts'
import { augmentationText } from '../text/augmentation.ts'
import { countOf } from '../text/numbers.ts'
import { blocksWords, recipeNameText } from '../text/recipes.ts'

/** What decides the numbers of a run, in the order in which people change it. */
export const settingNames = [
  'backbone',
  'weights',
  'recipe',
  'learns',
  'epochs',
  'patience',
  'learningRate',
  'schedule',
  'batchSize',
  'optimiser',
  'weightDecay',
  'labelSmoothing',
  'classWeights',
  'dropout',
  'augmentation',
  'seed',
  'shares',
  'split',
  'engine',
] as const
export type SettingName = (typeof settingNames)[number]

/** Every setting of a run with its defaults filled in, as plain values that can be compared and shown. */
export function settingsOf({ recipe, splitId, backboneHash, engine }: RunSummary): Readonly<Record<SettingName, string | number>> {
  const { train, validation, test } = recipe.shares
  return {
    backbone: recipe.backbone,
    weights: backboneHash,
    recipe: recipeNameText(recipe),
    learns: learnsText(recipe),
    epochs: recipe.epochs,
    patience: recipe.patience,
    learningRate: recipe.learningRate,
    schedule: recipe.schedule,
    batchSize: recipe.batchSize,
    optimiser: recipe.optimiser,
    weightDecay: recipe.weightDecay,
    labelSmoothing: recipe.labelSmoothing,
    classWeights: recipe.classWeights,
    dropout: recipe.dropout,
    augmentation: augmentationText(recipe),
    seed: recipe.seed,
    shares: [train, validation, test].map((share) => Math.round(share * 100)).join(' / '),
    split: splitId,
    engine: engine === null ? '' : `${engine.training}, ${engine.extraction}`,
  }
}

function learnsText(recipe: RunSummary['recipe']): string {
  const { mode, blocks, headEpochs, bodyRate, blockRates, scratchPx, precision } = recipe
  if (mode === 'head') return precision === 'int8' ? 'the last step, on a network in 8 bits' : 'the last step'
  if (mode === 'scratch') return `all, from nothing, ${scratchPx} px`
  const deeper = deeperPhase(recipe)
  const then = deeper === null ? '' : `; then ${blocksWords(deeper.blocks)}, up to ${deeper.epochs} epochs, at ${deeper.rate} of that`
  const too = batchNormOf(recipe) === 'trained' ? '; batch normalisation too' : ''
  const alone =
    headEpochs === usualHeadEpochs
      ? ''
      : headEpochs === 0
        ? 'from the class counts, '
        : `the last step alone for ${countOf(headEpochs, 'epoch')}, then `
  const upwards = blockRates === 'graded' ? ' and more' : ''
  return `${alone}${blocksWords(blocks)}, at ${bodyRate}${upwards} of the rate${then}${too}`
}

export interface SettingDifference {
  readonly setting: SettingName
  /** In the order of the runs. */
  readonly values: readonly (string | number)[]
}

/**
 * The settings in which the runs are not all alike, and the names of the others. Another network has other weights, and an engine is known
 * only once a run has begun: neither is told on its own.
 */
export function compareSettings(runs: readonly RunSummary[]): {
  readonly differs: readonly SettingDifference[]
  readonly same: readonly SettingName[]
} {
  const all = runs.map(settingsOf)
  const differs: SettingDifference[] = []
  const same: SettingName[] = []
  for (const setting of settingNames) {
    const values = all.map((settings) => settings[setting])
    const known = new Set(values.filter((value) => value !== ''))
    if (known.size > 1) {
      if (setting !== 'weights' || differs[0]?.setting !== 'backbone') differs.push({ setting, values })
    } else if (setting !== 'weights' && known.size === 1) same.push(setting)
  }
  return { differs, same }
}

/** Above it a forecast would claim more than it knows. */
const mostPhotos = 100_000

/**
 * How many test photos in all would settle a difference that stays as it is: the least n for which McNemar's test with Edwards' correction
 * (Edwards, Psychometrika 13, 1948) falls below 0.05. Null where there is none to settle, where it is settled, or where it would take more
 * photos than anybody has.
 */
export function photosToSettle({ onlyFirst, onlySecond, n, p }: NonNullable<Comparison['mcnemar']>): number | null {
  const [difference, disagreements] = [Math.abs(onlyFirst - onlySecond), onlyFirst + onlySecond]
  if (difference === 0 || p < 0.05) return null
  // (k d - 1)^2 = 3.841 k s, solved for the factor k by which the test grows; 3.841 is the 95th percentile of chi-squared, one degree.
  const critical = 3.841
  const half = difference + (critical * disagreements) / 2
  const factor = (half + Math.sqrt(half ** 2 - difference ** 2)) / difference ** 2
  const photos = Math.ceil(n * factor)
  return photos > mostPhotos ? null : Math.max(n + 1, photos)
}

/** Photos of one test on which two runs disagree, in the order of their mistakes. */
export interface Disagreement {
  /** Only the first run was right; what the second one said. */
  readonly onlyFirst: readonly Prediction[]
  /** Only the second run was right; what the first one said. */
  readonly onlySecond: readonly Prediction[]
  /** Both were wrong, each with another class; [first, second]. */
  readonly bothWrong: readonly (readonly [Prediction, Prediction])[]
}

/** Null where the runs were not tested on the same photos with the same classes, since what one never saw is no disagreement. */
export function disagreementOf(first: Evaluation, second: Evaluation): Disagreement | null {
  if (first.run.splitId !== second.run.splitId) return null
  const wrongFirst = new Map(first.mistakes.map((mistake) => [mistake.hash, mistake]))
  const wrongSecond = new Map(second.mistakes.map((mistake) => [mistake.hash, mistake]))
  return {
    onlyFirst: second.mistakes.filter(({ hash }) => !wrongFirst.has(hash)),
    onlySecond: first.mistakes.filter(({ hash }) => !wrongSecond.has(hash)),
    bothWrong: first.mistakes.flatMap((mistake) => {
      const other = wrongSecond.get(mistake.hash)
      return other !== undefined && other.predicted !== mistake.predicted ? [[mistake, other] as const] : []
    }),
  }
}

/** Where a scale begins and ends that shows all these shares: whole tenths around them, at least a fifth wide; 0..1. */
export function scaleAround(intervals: readonly { readonly low: number; readonly high: number }[]): readonly [low: number, high: number] {
  const low = Math.floor(Math.min(...intervals.map((each) => each.low), 1) * 10) / 10
  const high = Math.min(1, Math.ceil(Math.max(...intervals.map((each) => each.high), 0) * 10) / 10)
  return high - low >= 0.2 ? [low, high] : high >= 0.2 ? [Math.round((high - 0.2) * 10) / 10, high] : [0, 0.2]
}
