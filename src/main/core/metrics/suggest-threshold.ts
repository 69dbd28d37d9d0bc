import { fewestAnswered, wantedRight, type SuggestedThreshold } from '../../contract/sureness.ts'
import { answerSteps } from './answer-steps.ts'
import type { Answer } from './calibration.ts'

/** The lowest threshold in whole percents at which at least `wantedRight` of at least `fewestAnswered` answers are right. */
export function suggestThreshold(answers: readonly Answer[]): SuggestedThreshold {
  if (answers.length < fewestAnswered) return { state: 'too few', photos: answers.length }
  for (const { fromPercent, right } of answerSteps(answers))
    if (right !== null && right.n >= fewestAnswered && right.accuracy >= wantedRight) return { state: 'found', percent: fromPercent, right }
  return { state: 'none', photos: answers.length }
}
