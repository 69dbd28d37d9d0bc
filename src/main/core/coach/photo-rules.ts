import type { CoachFinding, CoachStep } from '../../contract/coach.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import type { Evidence } from './evidence.ts'
import { beyondGuessing, type CurveMeasures } from './measure-curve.ts'

// What is wrong with the photos and their labels. The numbers were found on trainings with planted faults (library-for-tests.ts), those that are not held back.

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

/** So many standard deviations of counted images more often right: chance alone does that to one of ten. */
const likelyBetter = 1.28

export function noBetterThanMajority({ classes, confusion }: Evidence, curve: CurveMeasures): CoachFinding | null {
  if (confusion === null || curve.validationLevel < nothingLearned) return null
  const counts = confusion.map(sumOf)
  const [images, most] = [sumOf(counts), Math.max(...counts)]
  const right = wilsonInterval(rightOf(confusion), images)
  const majorityShare = most / images
  const isBetter = right.accuracy >= majorityShare + likelyBetter * Math.sqrt((majorityShare * (1 - majorityShare)) / images)
  if (isBetter) return null
  const name = classes[counts.indexOf(most)]?.name ?? ''
  return { kind: 'no-better-than-majority', right, class: name, majorityShare, step: { kind: 'check-labels' } }
}

/** From this share of labels on that the last check estimates to be wrong, and so many. */
const wrongFrom = { share: 0.08, images: 5 }
/**
 * A network that knows a million photos tells classes apart at once and well, the better the more photos it learns from. Where labels contradict each other it
 * does neither: logistic regression on the tuning half, of the level at which validation ends, the right answers beyond guessing, what was known in the second
 * epoch beyond guessing, and the logarithm of the number of photos to learn from. Above 0: more likely so than not.
 */
const contradiction = { fromLevel: 0.2, level: 0.3, right: -1.43, learnedSoon: -2.49, logPhotos: 0.4, constant: 1.05 }
/** It was found and proved on trainings of this size; of larger ones it says nothing. */
const provedUpTo = { photos: 400, classes: 10 }

export function noisyLabels(evidence: Evidence, curve: CurveMeasures): CoachFinding | null {
  const { labelCheck, confusion } = evidence
  const step: CoachStep = { kind: 'check-labels' }
  if (labelCheck !== null) {
    const { estimatedWrong, images, listed } = labelCheck
    const isWrong = listed > 0 && estimatedWrong >= wrongFrom.images && estimatedWrong >= wrongFrom.share * images
    return isWrong ? { kind: 'noisy-labels', by: 'checked', wrong: estimatedWrong, images, step } : null
  }
  if (confusion === null || !contradicts(evidence, confusion, curve)) return null
  const images = sumOf(confusion.map(sumOf))
  return { kind: 'noisy-labels', by: 'answers', wrong: images - rightOf(confusion), images, step }
}

function contradicts(
  { recipe, classes, ended }: Evidence,
  confusion: NonNullable<Evidence['confusion']>,
  { validationLevel, learnedSoon }: CurveMeasures,
): boolean {
  const photos = sumOf(classes.map(({ train }) => train))
  const isProved = photos <= provedUpTo.photos && classes.length <= provedUpTo.classes
  // Changed photos are harder to learn, and what starts from nothing learns slowly whatever they are called.
  if (
    !isProved ||
    validationLevel < contradiction.fromLevel ||
    ended === 'running' ||
    recipe.mode === 'scratch' ||
    recipe.augmentation !== null
  )
    return false
  const { level, right, learnedSoon: soon, logPhotos, constant } = contradiction
  const answers = beyondGuessing(rightOf(confusion) / sumOf(confusion.map(sumOf)), classes.length)
  return constant + level * validationLevel + right * answers + soon * learnedSoon + logPhotos * Math.log(photos) > 0
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
