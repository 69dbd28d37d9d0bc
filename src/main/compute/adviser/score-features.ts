import type { FeatureScore, ScoreFeaturesTask } from '../../contract/worker/score-features-task.ts'
import { assignFolds } from '../assign-folds.ts'
import { fitSoftmax } from '../fit-softmax.ts'
import type { FeatureFile } from '../feature-file.ts'
import { normalised } from '../similar/reduce-features.ts'
import { judgeRow, type LabelledRows } from '../softmax-regression.ts'
import { measureScale, standardise } from '../standardise.ts'
import { Turns } from '../turns.ts'
import { logEvidence } from './log-evidence.ts'
import { countNeighboursRight } from './nearest-neighbours.ts'
import { gramMatrix, isometricRows } from './gram-matrix.ts'

const folds = 5
/** As strong as that of the heads behind suggestions: penalty of one photo. */
const penaltyOfOne = 0.2

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
  const data = { features: reduced, classes }
  const probeRight = await probe(data, { dim, classCount, foldOf }, signal)
  await turns.give(true)
  const evidence = await logEvidence(gram, classes, { classCount, dim: file.dim }, turns)
  return { probeRight, neighboursRight: countNeighboursRight(normalised(features, file.dim), file.dim, classes), logEvidence: evidence }
}

/** Whether each row is answered right by softmax regression on the rows of the other folds. */
async function probe(
  { features, classes }: LabelledRows,
  { dim, classCount, foldOf }: { readonly dim: number; readonly classCount: number; readonly foldOf: Int32Array },
  signal: AbortSignal,
): Promise<boolean[]> {
  const right: boolean[] = Array.from(classes, () => false)
  const probabilities = new Float64Array(classCount)
  for (let fold = 0; fold < folds; fold++) {
    const others = [...classes.keys()].filter((row) => foldOf[row] !== fold)
    const learned = {
      features: Float32Array.from(others.flatMap((row) => [...features.subarray(row * dim, (row + 1) * dim)])),
      classes: Int32Array.from(others, (row) => classes[row] as number),
    }
    const parameters = await fitSoftmax(learned, { dim, classCount, penalty: penaltyOfOne / others.length }, signal)
    for (const row of classes.keys()) {
      if (foldOf[row] !== fold) continue
      const tally = { loss: 0, right: 0 }
      judgeRow({ features, classes }, row, parameters, classCount, probabilities, 0, tally)
      right[row] = tally.right === 1
    }
  }
  return right
}
