import type { AnswerStep } from '../../contract/sureness.ts'
import type { Answer } from './calibration.ts'
import { wilsonInterval } from './wilson-interval.ts'

/**
 * What comes of answering only where the sureness is at least a threshold, for the thresholds of 0, 1 ... 99 percent: one step for each at
 * which fewer photos are answered than before, the first one at 0. Empty where there are no answers.
 */
export function answerSteps(answers: readonly Answer[]): AnswerStep[] {
  const steps: AnswerStep[] = []
  const n = answers.length
  let answered = answers
  for (let fromPercent = 0; fromPercent < 100 && n > 0; fromPercent++) {
    const still = answered.filter(({ sureness }) => sureness >= fromPercent / 100)
    if (fromPercent > 0 && still.length === answered.length) continue
    answered = still
    const right = answered.filter(({ isRight }) => isRight).length
    steps.push({
      fromPercent,
      answered: wilsonInterval(answered.length, n),
      right: answered.length === 0 ? null : wilsonInterval(right, answered.length),
      missed: wilsonInterval(n - right, n),
    })
  }
  return steps
}
