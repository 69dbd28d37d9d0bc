import type { CurvePoint, Evidence } from './evidence.ts'
import { mixedFloor } from './mixed-floor.ts'

/** What the rules look at in the curves of a training that has at least one epoch. */
export interface CurveMeasures {
  readonly epochs: number
  /** The epoch with the lowest validation loss, from 1. */
  readonly best: number
  /** Loss of the first epoch on what it learns from, as a share of that of guessing: all classes as likely. */
  readonly firstLevel: number
  /** Where the losses are that it came to, 0: as low as they can be, 1: no better than always answering the shares of the classes. */
  readonly trainLevel: number
  readonly validationLevel: number
  /** By so much of itself the validation loss still falls with an epoch, over the last quarter of them; negative: it rises. */
  readonly falling: number
  /** The share of the first epoch's validation loss that is gone at the best one. */
  readonly fallen: number
  /** Of what it learns from, how much was right in the second epoch, 0: as by guessing, 1: all. */
  readonly learnedSoon: number
  /** Where training and validation part; null where they do not. */
  readonly parting: Parting | null
}

export interface Parting {
  /** The last epoch in which both got better. */
  readonly epoch: number
  /** How far the validation loss has risen since, as a share of what it was there. */
  readonly risen: number
}

export function measureCurve({ epochs, recipe, classes }: Evidence): CurveMeasures {
  const first = epochs[0] as CurvePoint
  const last = epochs.at(-1) as CurvePoint
  const losses = epochs.map(({ validationLoss }) => validationLoss)
  const best = losses.indexOf(Math.min(...losses))
  const lowest = losses[best] as number
  const guessing = Math.log(classes.length)
  const level = (loss: number, floor: number, ceiling: number): number => (loss - floor) / Math.max(1e-6, ceiling - floor)
  // Smoothed answers cannot come to a loss of nothing: not on what they are learned from, nor on plain labels.
  const spread = recipe.labelSmoothing / classes.length
  const aimed = 1 - recipe.labelSmoothing + spread
  const trainFloor = spread === 0 ? 0 : -aimed * Math.log(aimed) - (classes.length - 1) * spread * Math.log(spread)
  // Nor can mixed ones; with both, a little less than the sum.
  const floor =
    trainFloor +
    mixedFloor(
      recipe.augmentation?.mixup ?? 0,
      classes.map(({ train }) => train),
    )
  const answeringShares = entropyOf(classes.map(({ train }) => train))
  return {
    epochs: epochs.length,
    best: epochs[best]?.epoch ?? 1,
    firstLevel: first.trainLoss / guessing,
    trainLevel: level(last.trainLoss, floor, guessing),
    validationLevel: level(lowest, -Math.log(aimed), answeringShares),
    falling: fallingOf(losses),
    fallen: 1 - lowest / first.validationLoss,
    learnedSoon: beyondGuessing((epochs[1] ?? first).trainAccuracy, classes.length),
    parting: partingOf(epochs),
  }
}

/** A share of right answers as the share of what guessing among all classes leaves: 0 for that, 1 for all. */
export function beyondGuessing(accuracy: number, classCount: number): number {
  return (accuracy - 1 / classCount) / (1 - 1 / classCount)
}

/** Of shares that add up to the sum of `counts`, nats. */
function entropyOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, each) => sum + each, 0)
  return counts.reduce((sum, each) => (each === 0 ? sum : sum - (each / total) * Math.log(each / total)), 0)
}

function fallingOf(losses: readonly number[]): number {
  const back = Math.max(1, Math.round(losses.length / 4))
  const [before, now] = [losses.at(-1 - back), losses.at(-1)]
  return before === undefined || now === undefined || now <= 0 ? 0 : Math.log(before / now) / back
}

/** So far the validation loss must have risen, as a share of its lowest, for curves to have parted; after very many epochs in which only training got better, less. */
const partedFrom = { risen: 0.1, longAfter: 20, risenByThen: 0.02 }

/**
 * Each curve by its own shape, for with smoothed labels or weighted classes the two losses do not lie on one scale: after some epoch validation rises while
 * training falls on.
 */
function partingOf(epochs: readonly CurvePoint[]): Parting | null {
  const validation = smooth(epochs.map(({ validationLoss }) => validationLoss))
  const training = smooth(epochs.map(({ trainLoss }) => trainLoss))
  const at = validation.indexOf(Math.min(...validation))
  const [lowest, last] = [validation[at] as number, validation.at(-1) as number]
  const risen = lowest <= 0 ? 0 : last / lowest - 1
  const isLearning = (training.at(-1) as number) < (training[at] as number)
  const after = epochs.length - 1 - at
  const enough = after >= partedFrom.longAfter ? partedFrom.risenByThen : partedFrom.risen
  if (risen < enough || !isLearning || after < 2) return null
  // Smoothing has moved it by one at most.
  const around = epochs.slice(Math.max(0, at - 1), at + 2)
  const lowestOf = Math.min(...around.map(({ validationLoss }) => validationLoss))
  return { epoch: around.find(({ validationLoss }) => validationLoss === lowestOf)?.epoch ?? 1, risen }
}

/** The median of each value and those beside it: one epoch that leaps up is no course. The ends stay as they are. */
function smooth(values: readonly number[]): number[] {
  return values.map((value, index) => {
    const [before, after] = [values[index - 1], values[index + 1]]
    return before === undefined || after === undefined ? value : median([before, value, after])
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] as number
}

/** Epochs that a course can be seen in. */
const fewestForRoughness = 6

/**
 * How far an epoch's validation accuracy lies off a smooth course, in points: the standard deviation of independent deviations whose second differences
 * scatter as these do (their variance is 6 times that of the deviations). Null where there are too few epochs.
 */
export function roughnessOf(epochs: readonly CurvePoint[]): number | null {
  if (epochs.length < fewestForRoughness) return null
  const right = epochs.map(({ validationAccuracy }) => validationAccuracy)
  const turns = right.slice(2).map((value, index) => value - 2 * (right[index + 1] as number) + (right[index] as number))
  return 100 * Math.sqrt(turns.reduce((sum, turn) => sum + turn * turn, 0) / turns.length / 6)
}
