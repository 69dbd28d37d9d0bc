import type { CoachFinding, CoachStep } from '../../contract/coach.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import type { Evidence } from './evidence.ts'
import type { CurveMeasures } from './measure-curve.ts'

// What is wrong with the photos and their labels. The numbers were found on the trainings with planted faults.

/** With fewer, one photo moves the validation curve by seven points, and its 95 % interval is wider than 30. */
const enoughValidation = 15
const moreForValidation = { train: 0.6, validation: 0.2, test: 0.2 }

export function fewValidation({ classes, epochs, recipe }: Evidence): CoachFinding | null {
  const images = sumOf(classes.map(({ validation }) => validation))
  const last = epochs.at(-1)
  if (images === 0 || images >= enoughValidation || last === undefined) return null
  const all = sumOf(classes.map(({ train, validation, test }) => train + validation + test))
  const helps = recipe.shares.validation < moreForValidation.validation && all * moreForValidation.validation >= enoughValidation
  const step: CoachStep = helps ? { kind: 'train', changes: { shares: moreForValidation } } : { kind: 'add-photos', classId: null }
  return { kind: 'few-validation', images, right: wilsonInterval(Math.round(last.validationAccuracy * images), images), step }
}

/** Of the images that measure, from this share on, and so many, with a look-alike among those learned from, numbers are too good. One that is perhaps one counts half. */
const leakFrom = { share: 0.05, images: 3 }

export function leak({ classes, lookAlikes: { sure, perhaps } }: Evidence): CoachFinding | null {
  const measured = sumOf(classes.map(({ validation, test }) => validation + test))
  const weight = sure + perhaps / 2
  if (weight < leakFrom.images || weight < leakFrom.share * measured) return null
  return { kind: 'leak', images: sure + perhaps, measured, step: { kind: 'look-alikes' } }
}

/** What is not learned at all stays at the loss of always answering the shares of the classes, which is 1. */
const nothingLearned = 0.85

export function noBetterThanMajority({ classes, confusion }: Evidence, curve: CurveMeasures): CoachFinding | null {
  if (confusion === null || curve.validationLevel < nothingLearned) return null
  const counts = confusion.map(sumOf)
  const [images, most] = [sumOf(counts), Math.max(...counts)]
  const right = wilsonInterval(rightOf(confusion), images)
  const majorityShare = most / images
  if (right.low > majorityShare) return null
  const name = classes[counts.indexOf(most)]?.name ?? ''
  return { kind: 'no-better-than-majority', right, class: name, majorityShare, step: { kind: 'check-labels' } }
}

/** From this share of labels on that the last check estimates to be wrong, and so many. */
const wrongFrom = { share: 0.06, images: 5 }
/**
 * A network that knows a million photos tells classes apart at once. Where it cannot, though it learns by heart what it learns from, labels contradict each
 * other: the level at which validation ends is high, and learning by heart takes long. An epoch of that counts as much as this of the level.
 */
const perEpoch = 0.04
const contradictionFrom = 0.6
const slow = { from: 2, most: 12 }

export function noisyLabels(evidence: Evidence, curve: CurveMeasures): CoachFinding | null {
  const { labelCheck, recipe, confusion, ended } = evidence
  const step: CoachStep = { kind: 'check-labels' }
  if (labelCheck !== null && labelCheck.listed > 0) {
    const { estimatedWrong, images } = labelCheck
    if (estimatedWrong >= wrongFrom.images && estimatedWrong >= wrongFrom.share * images)
      return { kind: 'noisy-labels', by: 'checked', wrong: estimatedWrong, images, step }
  }
  if (recipe.mode === 'scratch' || ended === 'running' || confusion === null || labelCheck !== null) return null
  const epochs = Math.min(slow.most, (curve.knownAfter ?? curve.epochs) - 1)
  if (epochs < slow.from || curve.validationLevel + perEpoch * epochs < contradictionFrom) return null
  const images = sumOf(confusion.map(sumOf))
  return { kind: 'noisy-labels', by: 'answers', wrong: images - rightOf(confusion), images, step }
}

/** A class starves that has so many times fewer photos to learn from than the largest, and so few. */
const starvesBelow = { share: 0.2, images: 6 }

export function starving({ classes, confusion }: Evidence): CoachFinding | null {
  const most = Math.max(...classes.map(({ train }) => train))
  const [own] = classes
    .filter(({ train }) => train <= starvesBelow.share * most && train < starvesBelow.images)
    .toSorted((a, b) => a.train - b.train)
  if (own === undefined) return null
  const index = classes.indexOf(own)
  const about = confusion?.[index] ?? []
  const found = sumOf(about) === 0 ? null : wilsonInterval(about[index] ?? 0, sumOf(about))
  return {
    kind: 'starving',
    ...{ classId: own.id, class: own.name, images: own.train, most, found },
    step: { kind: 'add-photos', classId: own.id },
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0)
}

function rightOf(confusion: NonNullable<Evidence['confusion']>): number {
  return sumOf(confusion.map((row, index) => row[index] ?? 0))
}
