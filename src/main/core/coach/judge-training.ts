import type { Coach, CoachFinding } from '../../contract/coach.ts'
import { overfitting, rateTooHigh, rateTooLow, underfitting } from './curve-rules.ts'
import type { Evidence } from './evidence.ts'
import { measureCurve, roughnessOf } from './measure-curve.ts'
import { fewValidation, leak, noBetterThanMajority, noisyLabels, starving } from './photo-rules.ts'

/** Of a training that is under way nothing is said of its curves before so many epochs. */
const earlyUpTo = 3
/** In points: trained heads lie below the first, small networks that start from nothing often above the second. */
const roughFrom = { uneven: 2, jagged: 4 }

type Kind = CoachFinding['kind']

/** What is not said beside a finding, because it follows from it, or cannot be seen for it. */
const hides: { readonly [K in Kind]?: readonly Kind[] } = {
  'rate-too-high': ['rate-too-low', 'underfitting', 'overfitting', 'noisy-labels', 'no-better-than-majority'],
  'few-validation': ['overfitting', 'noisy-labels', 'no-better-than-majority', 'underfitting'],
  'rate-too-low': ['underfitting', 'overfitting', 'noisy-labels', 'no-better-than-majority'],
  'no-better-than-majority': ['overfitting', 'noisy-labels'],
  underfitting: ['noisy-labels'],
  'noisy-labels': ['overfitting'],
}

/** What the coach says: rules alone, so that the same training is told the same everywhere, without a network. */
export function judgeTraining(evidence: Evidence): Coach {
  const { epochs, ended } = evidence
  const curve = epochs.length === 0 ? null : measureCurve(evidence)
  const isEarly = ended === 'running' ? epochs.length <= earlyUpTo : epochs.length === 0
  const course = isEarly ? null : curve
  // The weightiest first: what makes all the rest uncertain, then what is wrong with the photos, then how it was trained.
  const found = [
    rateTooHigh(evidence, course),
    fewValidation(evidence),
    leak(evidence),
    course && rateTooLow(evidence, course),
    starving(evidence),
    course && noBetterThanMajority(evidence, course),
    course && underfitting(evidence, course),
    course && noisyLabels(evidence, course),
    course && overfitting(evidence, course),
  ].filter((finding) => finding !== null)
  const points = roughnessOf(epochs)
  return {
    findings: withoutHidden(found),
    isEarly,
    partsAt: course?.parting?.epoch ?? null,
    roughness:
      points === null ? null : { points, kind: points >= roughFrom.jagged ? 'jagged' : points >= roughFrom.uneven ? 'uneven' : 'calm' },
  }
}

function withoutHidden(found: readonly CoachFinding[]): CoachFinding[] {
  const said: CoachFinding[] = []
  for (const finding of found) if (!said.some(({ kind }) => hides[kind]?.includes(finding.kind))) said.push(finding)
  return said
}
