import type { RateFinding } from '../contract/rate-finder.ts'
import { HeadLearner, type HeadRule } from './head-learner.ts'
import { suggestRate, sweep } from './rate-sweep.ts'
import type { LabelledRows } from './softmax-regression.ts'
import { measureScale, standardise } from './standardise.ts'
import { Turns } from './turns.ts'

/**
 * Which learning rate a head learns these rows with, by one short training whose rate grows. `rows` are plain and are standardised in place; the learning rate
 * of `rule` plays no part. Throws the signal's reason.
 */
export async function findHeadRate(
  { dim, classCount, rows, rule }: { dim: number; classCount: number; rows: LabelledRows; rule: HeadRule },
  signal: AbortSignal,
): Promise<RateFinding> {
  standardise(rows.features, measureScale(rows.features, dim))
  const learner = new HeadLearner({ dim, classCount, rows, rule: { ...rule, learningRate: 1 } })
  const batch = Math.min(rule.batchSize, learner.rowCount)
  const turns = new Turns(signal)
  let at = learner.rowCount
  const points = await sweep(async (rate) => {
    await turns.give(false)
    // What is left at the end of an epoch is too small a batch to compare with the others.
    if (at + batch > learner.rowCount) {
      learner.beginEpoch()
      at = 0
    }
    const tally = { loss: 0, right: 0 }
    learner.learn(at, at + batch, rate, tally)
    at += batch
    return tally.loss / batch
  })
  return { points, suggestion: suggestRate(points) }
}
