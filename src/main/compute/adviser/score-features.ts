import type { FeatureScore, ScoreFeaturesTask } from '../../contract/worker/score-features-task.ts'
import { assignFolds } from '../assign-folds.ts'
import type { FeatureFile } from '../feature-file.ts'
import { measureRight } from '../measure-right.ts'
import { normalised } from '../similar/reduce-features.ts'
import { measureScale, standardise } from '../standardise.ts'
import { Turns } from '../turns.ts'
import { logEvidence } from './log-evidence.ts'
import { countNeighboursRight } from './nearest-neighbours.ts'
import { gramMatrix, isometricRows } from './gram-matrix.ts'

const folds = 5

/** The task `scoreFeatures`: a few hundred rows, a second or so. Throws the signal's reason once it is aborted. */
export async function scoreFeatures(
  file: FeatureFile,
  { classCount, rows, seed }: ScoreFeaturesTask['input'],
  signal: AbortSignal,
): Promise<FeatureScore> {
  const turns = new Turns(signal)
  await turns.give(true)
  const features = file.gather(rows.map(({ hash }) => hash))
  const classes = Int32Array.from(rows, ({ classIndex }) => classIndex)
  standardise(features, measureScale(features, file.dim))
  const foldOf = assignFolds(
    rows.map((row) => ({ ...row, groupId: null })),
    folds,
    seed,
  )
  const gram = gramMatrix(features, file.dim)
  const { rows: reduced, dim } = rows.length < file.dim ? isometricRows(gram, rows.length) : { rows: features, dim: file.dim }
  const data = { features: reduced, classes, dim, classCount }
  const probe = await measureRight({ data, foldsOf: [foldOf], folds, shareOf: () => 1, seed, signal }, () => undefined)
  const probeRight = Array.from(probe.right, (share) => share === 1)
  await turns.give(true)
  const evidence = await logEvidence(gram, classes, { classCount, dim: file.dim }, turns)
  return { probeRight, neighboursRight: countNeighboursRight(normalised(features, file.dim), file.dim, classes), logEvidence: evidence }
}
