import type { Database } from 'better-sqlite3'
import type { Part } from '../../contract/ids.ts'
import { prepared } from '../db/prepared.ts'
import { temper } from '../metrics/temper.ts'
import { toFloats } from '../training/run-rows.ts'

/** What a run said of an image that it was not trained on. */
export interface ImageAnswer {
  readonly runId: string
  readonly number: number
  readonly splitId: number
  readonly part: Exclude<Part, 'train'>
  /** The class that the image had when the split was frozen. */
  readonly classId: number
  /** In the order of the split's classes. */
  readonly probabilities: Float32Array
}

/** Of every run that has a result and had the image in a part of its split that it was not trained on; newest run first. */
export function readImageAnswers(db: Database, imageId: number): ImageAnswer[] {
  // One look at the key of the predictions for each run: an index over the images of all predictions would cost every training more.
  const sql = `SELECT run.id AS runId, run.number, run.split_id AS splitId, prediction.part, member.class_id AS classId,
      prediction.probabilities, run.temperature
    FROM run CROSS JOIN run_prediction AS prediction ON prediction.run_id = run.id AND prediction.image_id = ?
    CROSS JOIN split_member AS member ON member.split_id = run.split_id AND member.image_id = prediction.image_id
    ORDER BY run.number DESC`
  return prepared<[number], Omit<ImageAnswer, 'probabilities'> & { probabilities: Buffer; temperature: number }>(db, sql)
    .all(imageId)
    .map(({ temperature, ...row }) => ({ ...row, probabilities: temper(toFloats(row.probabilities), temperature) }))
}
