import type { Database } from 'better-sqlite3'
import type { Sureness } from '../../contract/sureness.ts'
import { answerSteps } from '../metrics/answer-steps.ts'
import { meanLoss } from '../metrics/temper.ts'
import { calibrationOf, type Answer } from '../metrics/calibration.ts'
import { suggestThreshold } from '../metrics/suggest-threshold.ts'
import { gatherAnswers, type Answers } from './evaluate-run.ts'
import { readFinishedRun } from './run-rows.ts'

/** How sure a run is of its answers to the test images; the validation images alone suggest a threshold. Throws `RUN_NOT_FOUND` or `RUN_NOT_FINISHED`. */
export function surenessOfRun(db: Database, reference: string): Sureness {
  const run = readFinishedRun(db, reference)
  const test = gatherAnswers(db, run, 'test')
  const answers = answersOf(test)
  const now = worthOf(test)
  const asTrained = worthOf(gatherAnswers(db, run, 'test', { asTrained: true }))
  return {
    calibration: calibrationOf(answers),
    worth: asTrained === null || now === null ? null : { asTrained, now },
    suggested: suggestThreshold(answersOf(gatherAnswers(db, run, 'validation'))),
    steps: answerSteps(answers),
    classes: test.classes.map(({ id }, index) => ({
      classId: id,
      steps: answerSteps(answers.filter((_, image) => test.labels[image] === index)),
    })),
  }
}

function worthOf(said: Answers): { readonly error: number; readonly loss: number } | null {
  const error = calibrationOf(answersOf(said))?.error
  const loss = meanLoss(
    said.predictions.map(({ probabilities }) => probabilities),
    said.labels,
  )
  return error === undefined || loss === null ? null : { error, loss }
}

function answersOf({ predictions, labels, predicted }: Answers): Answer[] {
  return predictions.map(({ probabilities }, image) => {
    const said = predicted[image]!
    return { sureness: probabilities[said]!, isRight: said === labels[image] }
  })
}
