import type { Database } from 'better-sqlite3'
import type { Evaluation, Prediction, RunClass, RunSummary } from '../../contract/runs.ts'
import { classScores } from '../metrics/class-scores.ts'
import { confusionMatrix } from '../metrics/confusion-matrix.ts'
import { readSplit } from '../splits/make-split.ts'
import { readFinishedRun, readPredictions, type ReadPredictionsOptions, type StoredPrediction } from './run-rows.ts'

/** Images of a part that a run was not trained on, with what it said, as indices into `classes`. */
export interface Answers {
  readonly classes: readonly RunClass[]
  readonly predictions: readonly StoredPrediction[]
  readonly labels: Int32Array
  readonly predicted: Int32Array
}

/** The position of the largest probability; the first one where two are equal. */
export function mostProbable(probabilities: Float32Array): number {
  let best = 0
  for (let index = 1; index < probabilities.length; index++) if (probabilities[index]! > probabilities[best]!) best = index
  return best
}

/** In order of image; probabilities as the run tells them, or as it was trained. */
export function gatherAnswers(
  db: Database,
  run: Pick<RunSummary, 'id' | 'splitId'>,
  part: 'validation' | 'test',
  options: ReadPredictionsOptions = {},
): Answers {
  const { classes } = readSplit(db, run.splitId)
  const indexOf = new Map(classes.map((each, index) => [each.id, index]))
  const predictions = readPredictions(db, run.id, part, options)
  return {
    classes,
    predictions,
    labels: Int32Array.from(predictions, (each) => indexOf.get(each.classId) ?? -1),
    predicted: Int32Array.from(predictions, (each) => mostProbable(each.probabilities)),
  }
}

/** How good a run is on its test images. Throws `RUN_NOT_FOUND` or `RUN_NOT_FINISHED`. */
export function evaluateRun(db: Database, reference: string): Evaluation {
  const run = readFinishedRun(db, reference)
  const answers = gatherAnswers(db, run, 'test')
  const names = answers.classes.map((each) => each.name)
  const counts = confusionMatrix(answers.labels, answers.predicted, names.length)
  return {
    run,
    classes: [...answers.classes],
    test: run.test,
    perClass: classScores(counts, names),
    confusion: names.map((_, row) => [...counts.subarray(row * names.length, (row + 1) * names.length)]),
    mistakes: pick(answers, (label, predicted) => label !== predicted),
  }
}

/** The test images with this label that the run took for that class, surest first. */
export function imagesOfCell(db: Database, reference: string, labelId: number, predictedId: number): Prediction[] {
  const run = readFinishedRun(db, reference)
  const answers = gatherAnswers(db, run, 'test')
  return pick(answers, (label, predicted) => answers.classes[label]?.id === labelId && answers.classes[predicted]?.id === predictedId)
}

function pick(answers: Answers, wanted: (label: number, predicted: number) => boolean): Prediction[] {
  return answers.predictions
    .flatMap((each, index) => {
      const label = answers.labels[index]!
      const predicted = answers.predicted[index]!
      if (!wanted(label, predicted)) return []
      return [
        {
          hash: each.hash,
          name: each.name,
          label: answers.classes[label]!.name,
          predicted: answers.classes[predicted]!.name,
          probability: each.probabilities[predicted]!,
        },
      ]
    })
    .sort((first, second) => second.probability - first.probability)
}
