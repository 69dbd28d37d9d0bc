import type { TaskContext } from '../../contract/worker/protocol.ts'
import type { CheckLabelsTask } from '../../contract/worker/check-labels-task.ts'
import type { FeatureFile } from '../feature-file.ts'
import { Turns } from '../turns.ts'
import { assignFolds, partSoleGroups } from '../assign-folds.ts'
import { fitExponent, raise } from '../fit-exponent.ts'
import { findDoubts } from './confident-learning.ts'
import { predictOutOfFold } from './out-of-fold.ts'

/** With few rows each of them counts, and more folds leave more to learn from; with many five are enough, and half the work. */
const manyFolds = { upToRows: 5000, folds: 10 }
const fewFolds = 5
/** A head whose weights are kept small is right more often than it says; probabilities are not made to say more than this, or less. */
const exponents = { from: 0.1, to: 20 }

/**
 * The task `checkLabels`. The features of all rows are in memory once, whatever the number of folds. Throws the signal's reason once it is aborted.
 */
export async function checkLabels(
  file: FeatureFile,
  { classCount, rows, seed }: CheckLabelsTask['input'],
  { signal, emit }: TaskContext<CheckLabelsTask['event']>,
): Promise<CheckLabelsTask['result']> {
  const sorted = rows.toSorted((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
  const folds = sorted.length <= manyFolds.upToRows ? manyFolds.folds : fewFolds
  const turns = new Turns(signal)
  emit({ done: 0, total: folds })
  await turns.give(true)
  const classes = Int32Array.from(sorted, ({ classIndex }) => classIndex)
  const probabilities = await predictOutOfFold(
    {
      dim: file.dim,
      classCount,
      rows: { features: file.gather(sorted.map(({ hash }) => hash)), classes },
      foldOf: assignFolds(partSoleGroups(sorted), folds, seed),
      folds,
      seed,
    },
    turns,
    (done) => emit({ done, total: folds }),
  )
  const { doubts, estimatedWrong } = findDoubts({ probabilities, classes, classCount })
  // The order by the probabilities as they are is the better one; what people read has to mean what it says.
  raise(probabilities, classCount, fitExponent(probabilities, classes, { classCount, ...exponents }))
  return {
    doubts: doubts.map(({ row, likely, margin }) => ({
      hash: sorted[row]?.hash ?? '',
      likely,
      margin,
      certainty: probabilities[row * classCount + likely] as number,
    })),
    estimatedWrong,
  }
}
