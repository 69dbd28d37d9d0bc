import type { CoachFinding } from '../../contract/coach.ts'
import { namedRecipes } from '../../contract/named-recipes.ts'
import type { Recipe } from '../../contract/runs.ts'
import type { Evidence } from './evidence.ts'
import type { CurveMeasures } from './measure-curve.ts'

// Each rule says what is wrong, or null. The numbers were found on trainings with planted faults (library-for-tests.ts), those that are not held back.

/** A rate that suits most trainings. */
function usualRate({ optimiser }: Pick<Recipe, 'optimiser'>): number {
  return optimiser === 'sgd' ? 0.01 : 0.001
}

/** A network whose head has learned before: it begins where a head alone ends. */
function goesOn({ mode, headEpochs }: Recipe): boolean {
  return mode === 'fine-tune' && headEpochs > 0
}

/** The least rate that is usual: what goes on learning may take the small steps that do not undo what it knows. */
function leastUsualRate(recipe: Recipe): number {
  const { learningRate } = namedRecipes.thorough
  return goesOn(recipe) ? (usualRate(recipe) * learningRate) / namedRecipes.quick.learningRate : usualRate(recipe)
}

/** A rate is not blamed unless it is so many times as large as is usual, or so small a part of it. */
const highFrom = 5
const lowUpTo = 0.1
/** Guessing has a loss of 1: steps that are too large are wrong, and sure of it, long before anything is learned. */
const wildFrom = 1.4
/** Steps so many times as large do harm even where the curves look well: nearly all such trainings were worse on photos that they had not seen. */
const hugeFrom = 30
/** One cycle bears a higher rate: it is at its height for a moment alone. */
const heightOfCycle = 0.5

export function rateTooHigh(evidence: Evidence, curve: CurveMeasures | null): CoachFinding | null {
  const { recipe, ended } = evidence
  const diverged = ended === 'diverged'
  const times = (recipe.learningRate / usualRate(recipe)) * (recipe.schedule === 'one-cycle' ? heightOfCycle : 1)
  const isHigh = times >= highFrom
  const isWild = curve !== null && (curve.firstLevel >= wildFrom || curve.validationLevel >= wildFrom)
  // A network whose first steps have broken it answers the same to everything ever after.
  const isBroken = curve !== null && recipe.mode !== 'head' && curve.epochs >= 3 && curve.trainLevel >= 0.9
  const isHuge = curve !== null && times >= hugeFrom
  if (!diverged && !isHuge && !(isHigh && (isWild || isBroken))) return null
  const advised = diverged && !isHigh ? recipe.learningRate / 10 : usualRate(recipe)
  const { learningRate } = recipe
  return { kind: 'rate-too-high', learningRate, advised, diverged, step: { kind: 'train', changes: { learningRate: advised } } }
}

/** What is left to learn of the training photos, from where on there is much. */
const muchLeft = 0.11

export function rateTooLow({ recipe, ended }: Evidence, curve: CurveMeasures): CoachFinding | null {
  const isLow = recipe.learningRate <= lowUpTo * leastUsualRate(recipe)
  const enough = ended === 'running' ? 5 : 1
  if (!isLow || curve.epochs < enough || curve.trainLevel < muchLeft || curve.falling < 0) return null
  const { learningRate } = recipe
  const advised = leastUsualRate(recipe)
  return { kind: 'rate-too-low', learningRate, advised, fallen: curve.fallen, step: { kind: 'train', changes: { learningRate: advised } } }
}

/** With every epoch the validation loss falls by this much of itself: it has not arrived. */
const stillFalling = 0.015
/** So many epochs are few, whatever the curve says of the last one. */
const fewEpochs = 5

export function underfitting({ recipe, ended }: Evidence, curve: CurveMeasures): CoachFinding | null {
  if (ended === 'running' || ended === 'early-stopped' || curve.best < curve.epochs) return null
  const isFew = curve.epochs <= fewEpochs
  const isFalling = curve.falling >= stillFalling
  // Where a network goes on and its rate falls to nothing, few epochs are meant, and in the last of them the loss falls by the small steps alone.
  const isOnPurpose = goesOn(recipe) && ended === 'completed' && recipe.schedule !== 'constant'
  const isShort = isOnPurpose ? isFalling && !isFew : isFalling || isFew
  if (!isShort || curve.trainLevel < muchLeft) return null
  const advised = Math.min(1000, Math.max(30, 3 * recipe.epochs))
  return {
    kind: 'underfitting',
    epochs: curve.epochs,
    advised,
    stoppedByUser: ended === 'stopped-by-user',
    step: { kind: 'train', changes: { epochs: advised, patience: 8 } },
  }
}

/** Patience of so many epochs ends a training before going on by heart costs anything; 0 never does. */
const patientUpTo = 20
/** So many epochs by heart, and this share of all of them, are told. */
const byHeart = { epochs: 5, share: 0.2 }
/** From nothing, few photos are learned by heart rather than understood: training is right so much more often than validation. */
const wideGap = 0.15

export function overfitting({ epochs, recipe, ended }: Evidence, { parting, ...curve }: CurveMeasures): CoachFinding | null {
  const last = epochs.at(-1)
  if (parting === null || last === undefined) return null
  const after = curve.epochs - parting.epoch
  const endsItself = recipe.patience > 0 && recipe.patience <= patientUpTo
  const isLong = !endsItself && after >= byHeart.epochs && after >= byHeart.share * curve.epochs
  const isWide = recipe.mode === 'scratch' && last.trainAccuracy - last.validationAccuracy >= wideGap
  if (!isLong && !isWide) return null
  return {
    kind: 'overfitting',
    partsAt: parting.epoch,
    risen: parting.risen,
    trainAccuracy: last.trainAccuracy,
    validationAccuracy: last.validationAccuracy,
    step:
      ended === 'running'
        ? { kind: 'stop' }
        : recipe.mode === 'scratch'
          ? { kind: 'train', changes: { mode: 'head', epochs: 30, patience: 8 } }
          : { kind: 'add-photos', classId: null },
  }
}
