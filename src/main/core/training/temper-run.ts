import type { RunSummary } from '../../contract/runs.ts'
import type { Tempering } from '../../contract/sureness.ts'
import type { StudioContext } from '../context.ts'
import { gatherAnswers } from './evaluate-run.ts'
import { writeTempering } from './answering-rows.ts'
import { readFinishedRun, readRun } from './run-rows.ts'

/** What a run said of photos that it has not learned from, as trained, and the place of the class that is right. */
export interface SaidOfPhotos {
  readonly probabilities: readonly Float32Array[]
  readonly labels: Int32Array
  readonly classCount: number
}

/** The temperature that these photos call for, or why none. */
export async function findTempering(
  { workers }: StudioContext,
  { probabilities, labels, classCount }: SaidOfPhotos,
  signal?: AbortSignal,
): Promise<Tempering> {
  const rows = new Float32Array(probabilities.length * classCount)
  for (const [row, each] of probabilities.entries()) rows.set(each, row * classCount)
  const input = { probabilities: rows, classes: labels, classCount }
  return workers.training.request('fitTemperature', input, signal === undefined ? {} : { signal })
}

/**
 * Tells a run's probabilities with the temperature that its validation images call for, or as they were trained. Throws `RUN_NOT_FOUND` or `RUN_NOT_FINISHED`.
 */
export async function temperRun(context: StudioContext, reference: string, isTempered: boolean): Promise<RunSummary> {
  const { db } = context.project()
  const run = readFinishedRun(db, reference)
  const { classes, predictions, labels } = gatherAnswers(db, run, 'validation', { asTrained: true })
  const probabilities = predictions.map((each) => each.probabilities)
  const tempering: Tempering = isTempered
    ? await findTempering(context, { probabilities, labels, classCount: classes.length })
    : { state: 'never' }
  writeTempering(db, run.id, tempering)
  context.changed('runs')
  return readRun(db, run.id)
}
