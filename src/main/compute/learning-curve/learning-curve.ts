import type { LearningCurveTask, LearningCurves } from '../../contract/worker/learning-curve-task.ts'
import type { TaskContext } from '../../contract/worker/protocol.ts'
import type { FeatureFile } from '../feature-file.ts'
import { reduceFeatures } from '../similar/reduce-features.ts'
import { measureScale, standardise } from '../standardise.ts'
import { Turns } from '../turns.ts'
import { drawUnits } from './draw-units.ts'
import { followCurves } from './follow-curves.ts'

/** Heads learn from so many numbers a photo, along which photos differ most: a point less is right than with all of them, ten times as fast. */
const featuresKept = 64
/** More photos than these change little in how a curve bends; the time stays bounded. */
const photosAtMost = 3000
const photosPerClassAtMost = 400

/** The task `learningCurve`. Throws the signal's reason once it is aborted. */
export async function measureLearningCurves(
  file: FeatureFile,
  { classCount, rows, more, seed }: LearningCurveTask['input'],
  { signal, emit }: TaskContext<LearningCurveTask['event']>,
): Promise<LearningCurves> {
  const perClass = Math.min(photosPerClassAtMost, Math.floor(photosAtMost / classCount))
  const { drawn, unitsOfClass } = drawUnits(rows, { classCount, perClass, seed })
  const hashes = drawn.map(({ hash }) => hash)
  const { rows: features, dim } = await reduceFeatures(file, hashes, { dim: featuresKept, seed, turns: new Turns(signal) })
  standardise(features, measureScale(features, dim))
  const data = { features, classes: Int32Array.from(drawn, ({ classIndex }) => classIndex), dim, classCount }
  return followCurves({ data, photos: drawn, unitsOfClass, more, seed, signal }, (done, total) => emit({ done, total }))
}
