import { makeOptimiser } from '../optimiser.ts'
import { makeRandom, shuffle } from '../random.ts'
import { judgeRow, meanGradient, writePriors, type LabelledRows, type Parameters } from '../softmax-regression.ts'
import { measureScale, standardise } from '../standardise.ts'
import type { Turns } from '../turns.ts'

export interface OutOfFold {
  readonly dim: number
  readonly classCount: number
  /** Features are plain and are standardised in place. */
  readonly rows: LabelledRows
  /** Fold of each row, 0..folds-1. */
  readonly foldOf: Int32Array
  readonly folds: number
  readonly seed: number
}

/**
 * The weights are drawn to 0 as by a prior of variance 1 / 2000 each. A head that may become as certain as it likes learns wrong labels by heart, and
 * then they look right. Chosen on labels flipped by other seeds than those of the benchmark: between 1000 and 3000 little changes.
 */
const weightPrecision = 2000
/** Rows that a head learns from at most: so many tell the classes of a large project apart as well as all of them, and the time stays bounded. */
const learnedAtMost = 20_000
const batchSize = 64
const learningRate = 0.001
/** Steps that bring a small project close to the optimum, and passes over a large one. */
const leastSteps = 300
const leastEpochs = 4

/**
 * Probabilities of every row by a head that learned from the other folds, row-major [rows, classCount]. One matrix of features serves all folds.
 * Plain arithmetic in a fixed order: the same rows and seed give the same bits. `onFold` is told how many folds are done.
 */
export async function predictOutOfFold(
  { dim, classCount, rows, foldOf, folds, seed }: OutOfFold,
  turns: Turns,
  onFold: (done: number) => void,
): Promise<Float64Array> {
  // The scale knows nothing of labels: it may be measured over all rows.
  standardise(rows.features, measureScale(rows.features, dim))
  const probabilities = new Float64Array(rows.classes.length * classCount)
  for (let fold = 0; fold < folds; fold++) {
    const others = Int32Array.from(rows.classes.keys()).filter((row) => foldOf[row] !== fold)
    const parameters = await learn(rows, others, { dim, classCount, seed: seed + fold }, turns)
    const tally = { loss: 0, right: 0 }
    for (let row = 0; row < rows.classes.length; row++) {
      if (foldOf[row] !== fold) continue
      judgeRow(rows, row, parameters, classCount, probabilities, row * classCount, tally)
      await turns.give(false)
    }
    onFold(fold + 1)
    await turns.give(true)
  }
  return probabilities
}

/** Softmax regression on `order` with a Gaussian prior on the weights: Adam, at a rate that falls to 0, so that it ends where it aims. */
async function learn(
  rows: LabelledRows,
  order: Int32Array,
  { dim, classCount, seed }: { readonly dim: number; readonly classCount: number; readonly seed: number },
  turns: Turns,
): Promise<Parameters> {
  const random = makeRandom(seed)
  shuffle(order, random)
  const learned = order.subarray(0, learnedAtMost)
  const parameters: Parameters = new Float32Array(classCount * (dim + 1))
  writePriors(
    parameters,
    learned.map((row) => rows.classes[row] as number),
    classCount,
  )
  const settings = { optimiser: 'adam' as const, learningRate, weightDecay: 0 }
  const step = makeOptimiser(settings, parameters.length)
  const memory = { gradient: new Float32Array(parameters.length), probabilities: new Float64Array(batchSize * classCount) }
  const tally = { loss: 0, right: 0 }
  const decay = weightPrecision / learned.length
  const perEpoch = Math.ceil(learned.length / batchSize)
  const epochs = Math.max(leastEpochs, Math.ceil(leastSteps / perEpoch))
  const total = epochs * perEpoch
  for (let epoch = 0, done = 0; epoch < epochs; epoch++) {
    shuffle(learned, random)
    for (let from = 0; from < learned.length; from += batchSize, done++) {
      const to = Math.min(learned.length, from + batchSize)
      meanGradient(rows, learned, [from, to], parameters, classCount, memory, tally)
      for (let at = 0; at < classCount * dim; at++)
        memory.gradient[at] = (memory.gradient[at] as number) + decay * (parameters[at] as number)
      step(parameters, memory.gradient, 1 - done / total)
      await turns.give(false)
    }
  }
  return parameters
}
