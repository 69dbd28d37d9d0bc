import type { Coach, CoachFinding, CoachStep } from '../../main/contract/coach.ts'
import type { EpochReport, RunSummary } from '../../main/contract/runs.ts'
import { countOf, countText, percentText } from './numbers.ts'
import { flatSince } from './train.ts'

/** What the coach says of a training: one sentence of cause, one of advice, one button. */
export const coachWords = {
  name: 'Coach',
  early: 'The coach speaks up from the fourth epoch on.',
  goingWell: 'So far nothing is wrong: training and validation go together.',
  also: (count: number) => `${countOf(count, 'more thing')} to see to`,
  parts: (epoch: number) => `they part after epoch ${countText(epoch)}`,
  cause: causeText,
  advice: adviceText,
  button: buttonText,
  good: goodText,
  roughness: roughnessText,
  roughnessHint:
    'How far an epoch lies off a smooth course, in points of accuracy. Networks that know a million photos learn calmly; one that starts from nothing is jagged.',
} as const

/** A rate as people write it: `0.001`, `0.00002`. */
export const rateText = (rate: number): string => rate.toFixed(7).replace(/\.?0+$/, '')
const rightOf = ({ accuracy, n }: { readonly accuracy: number; readonly n: number }): string =>
  `${countText(Math.round(accuracy * n))} of ${countText(n)}`

/** What is wrong, and by which numbers. */
function causeText(finding: CoachFinding): string {
  switch (finding.kind) {
    case 'no-better-than-majority':
      return `It is no better than always saying ${finding.class}: it was right on ${rightOf(finding.right)} photos, and that would be on ${percentText(finding.majorityShare, 0)} of them.`
    case 'rate-too-high':
      return finding.diverged
        ? `Its steps were so large that its numbers grew beyond all bounds (learning rate ${rateText(finding.learningRate)}).`
        : `Its steps are too large: it leaps past what it aims at, and gets ever surer of wrong answers (learning rate ${rateText(finding.learningRate)}).`
    case 'rate-too-low':
      return `Its steps are so small that it hardly moves: the validation loss has fallen by ${percentText(Math.max(0, finding.fallen), 0)} in all (learning rate ${rateText(finding.learningRate)}).`
    case 'underfitting':
      return finding.stoppedByUser
        ? `You stopped it after ${countOf(finding.epochs, 'epoch')} while it was still getting better (underfitting).`
        : `It ended after ${countOf(finding.epochs, 'epoch')} while it was still getting better (underfitting).`
    case 'overfitting':
      return `From epoch ${countText(finding.partsAt + 1)} on it learns the training photos by heart, like a pupil who crams and is lost when the question is turned (overfitting).`
    case 'noisy-labels':
      return finding.by === 'checked'
        ? `About ${countText(finding.wrong)} of ${countText(finding.images)} labels are likely wrong, as the last check of them says.`
        : `Labels seem to contradict the photos: what it could not tell apart it learned by heart, and was wrong on ${countText(finding.wrong)} of the ${countText(finding.images)} photos that it had not learned from.`
    case 'few-validation':
      return `Only ${countOf(finding.images, 'photo')} ${finding.images === 1 ? 'tunes' : 'tune'} it (validation): each of them moves the curve by ${percentText(1 / finding.images, 0)}, so chance chooses the epoch.`
    case 'leak':
      return `${countText(finding.images)} of the ${countText(finding.measured)} photos that measure it look like photos that it has learned from, so its numbers are likely too good.`
    case 'starving':
      return `It learns ${finding.class} from ${countOf(finding.images, 'photo')} and other classes from up to ${countText(finding.most)}${finding.found === null ? '' : `; of ${countOf(finding.found.n, 'such photo')} that it had not seen it found ${countText(Math.round(finding.found.accuracy * finding.found.n))}`}.`
    default:
      return finding satisfies never
  }
}

/** What would help. */
function adviceText(finding: CoachFinding): string {
  switch (finding.kind) {
    case 'no-better-than-majority':
      return 'Either the labels do not fit the photos, or the photos do not show what tells the classes apart: see to the labels first.'
    case 'rate-too-high':
      return `A learning rate of ${rateText(finding.advised)} should do.`
    case 'rate-too-low':
      return `With a learning rate of ${rateText(finding.advised)} it gets there in far fewer epochs.`
    case 'underfitting':
      return `Give it up to ${countOf(finding.advised, 'epoch')}: it ends by itself once it no longer gets better.`
    case 'overfitting':
      return overfittingAdvice(finding.step, finding.partsAt)
    case 'noisy-labels':
      return finding.by === 'checked'
        ? 'Go through those that are listed, then train again.'
        : 'Wrong labels do that, and classes that look the same: let the studio look for labels that are likely wrong.'
    case 'few-validation':
      return finding.step.kind === 'train'
        ? 'Keep a larger share of the photos for tuning.'
        : 'Label more photos: from some fifteen for tuning on the curves can be trusted.'
    case 'leak':
      return 'Keep one of each, and train again: only photos that are new to it say how good it is.'
    case 'starving':
      return `More photos of ${finding.class} would help most.`
    default:
      return finding satisfies never
  }
}

function overfittingAdvice(step: CoachStep, partsAt: number): string {
  if (step.kind === 'stop') return `Stop it: the studio keeps the best epoch, about ${countText(partsAt)}.`
  const kept = 'The best epoch was kept, so nothing is lost'
  if (step.kind === 'train') return `${kept}; a network that knows a million photos already needs far fewer of yours.`
  return `${kept}; more varied photos are what would take it further.`
}

/** What the button does, as a verb. */
function buttonText(step: CoachStep, className?: string): string {
  switch (step.kind) {
    case 'train':
      return trainText(step.changes)
    case 'stop':
      return 'Stop and keep the best epoch'
    case 'check-labels':
      return 'Check labels'
    case 'look-alikes':
      return 'See look-alikes'
    case 'add-photos':
      return className === undefined ? 'Add photos' : `Add photos of ${className}`
    default:
      return step satisfies never
  }
}

function trainText({ mode, epochs, learningRate, shares }: Extract<CoachStep, { kind: 'train' }>['changes']): string {
  if (mode !== undefined) return 'Set a new head on a ready network'
  if (learningRate !== undefined) return `Set the learning rate to ${rateText(learningRate)}`
  if (epochs !== undefined) return `Set ${countOf(epochs, 'epoch')}`
  return shares === undefined ? 'Set it under Train' : `Set ${percentText(shares.validation, 0)} for tuning`
}

/** The class that a finding is about, where it is about one that photos can be added of. */
export function classOf(finding: CoachFinding): string | undefined {
  return finding.kind === 'starving' ? finding.class : undefined
}

/** What the curve of a training means with which nothing is wrong, and what would help further. */
function goodText({ bestEpoch, endedBecause }: RunSummary, epochs: readonly EpochReport[], { partsAt }: Coach): string {
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)
  const last = epochs.at(-1)
  if (best === undefined || last === undefined) return ''
  if (partsAt !== null)
    return `After epoch ${countText(partsAt)} training and validation part, and it ended in time. ${keptText(epochs, best)}`
  const flat = flatSince(epochs, best.epoch)
  if (flat !== null) return flatText(best, flat)
  if (best.validationAccuracy === 1)
    return `It is right on every validation photo; training longer would only make it surer. ${keptText(epochs, best)}`
  if (best === last)
    return endedBecause === 'stopped-by-user'
      ? 'You stopped it while it still gained a little: trained to the end, it may get a little better.'
      : 'It has all but arrived: it still gained a little in the end, and more epochs may bring a little more.'
  return `Training and validation go together. ${keptText(epochs, best)}`
}

/** Which epoch the studio kept and by what it chose, where that is not the one with most photos right. */
function keptText(epochs: readonly EpochReport[], best: EpochReport): string {
  const right = epochs.find(({ validationAccuracy }) => validationAccuracy > best.validationAccuracy)
  if (right === undefined) return `The studio kept epoch ${countText(best.epoch)}.`
  return `The studio kept epoch ${countText(best.epoch)}, where the loss is lowest: other epochs were right more often, but surer where they were wrong.`
}

/** Why more epochs would not help, and what would. */
function flatText({ validationAccuracy }: EpochReport, flat: number): string {
  const nothingMore = `Nothing changed any more from epoch ${countText(flat)} on, so more epochs will not help`
  if (validationAccuracy === 1)
    return `${nothingMore}: it is right on every validation photo. Photos that are harder to tell apart would show more.`
  return `${nothingMore}: more photos of what it mixes up would, or another starting network.`
}

const roughnessNames = { calm: 'calm', uneven: 'a little uneven', jagged: 'jagged' } as const

function roughnessText({ points, kind }: NonNullable<Coach['roughness']>): string {
  return `The validation curve is ${roughnessNames[kind]}: an epoch lies ${points < 0.05 ? 'less than 0.1' : points.toFixed(1)} points off a smooth course.`
}
