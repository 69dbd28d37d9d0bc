import { StudioError } from '../contract/studio-error.ts'
import type { EpochReport } from '../contract/runs.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { Head, HeadSettings, TrainingResult } from '../contract/worker/training-tasks.ts'
import { HeadLearner } from './head-learner.ts'
import { rateShare } from './rate-share.ts'
import { judge, type LabelledRows, type Tally } from './softmax-regression.ts'
import { foldScale, measureScale, standardise } from './standardise.ts'
import { Turns } from './turns.ts'

export interface TrainedHead {
  readonly head: Head
  /** 1-based; the epoch whose weights `head` holds. */
  readonly bestEpoch: number
  readonly endedBecause: TrainingResult['endedBecause']
}

/** Both parts have at least one row; their features are plain and are standardised in place. */
export interface HeadTask {
  readonly dim: number
  readonly classCount: number
  /**
   * `features` may hold more rows than `classes`: those of the photos' variants, [1 + variants, rows, dim]. Each epoch draws one of a photo's rows, its own
   * among them.
   */
  readonly train: LabelledRows
  readonly validation: LabelledRows
  readonly settings: HeadSettings
}

/**
 * Trains softmax regression on cached features (see `HeadLearner`), standardised by the training rows. The weights of the epoch with the lowest validation loss are kept. Plain arithmetic in a fixed order: the same seed gives
 * the same bits. Throws `TRAINING_DIVERGED`, or the signal's reason when cancelled; `stopSignal` ends it well after the current epoch.
 */
export async function trainHead(
  { dim, classCount, train, validation, settings }: HeadTask,
  { signal, stopSignal, emit }: TaskContext<EpochReport>,
): Promise<TrainedHead> {
  const rowCount = train.classes.length
  if (rowCount === 0 || validation.classes.length === 0) throw new RangeError('training needs rows to learn from and rows to validate on')
  const scale = measureScale(train.features, dim)
  standardise(train.features, scale)
  standardise(validation.features, scale)

  const learner = new HeadLearner({ dim, classCount, rows: train, rule: settings })
  const { parameters } = learner
  const turns = new Turns(signal)
  let best = { epoch: 0, loss: Infinity, parameters: parameters.slice() }

  const steps = Math.ceil(rowCount / settings.batchSize)
  const learn = async (epoch: number): Promise<Tally> => {
    const tally = { loss: 0, right: 0 }
    learner.beginEpoch()
    for (let from = 0; from < rowCount; from += settings.batchSize) {
      const stepsBefore = (epoch - 1) * steps + from / settings.batchSize
      const share = rateShare(settings.schedule, stepsBefore / (settings.epochs * steps))
      learner.learn(from, Math.min(rowCount, from + settings.batchSize), share, tally)
      await turns.give(false)
    }
    return tally
  }

  const end = (endedBecause: TrainedHead['endedBecause']): TrainedHead => ({
    head: foldScale(best.parameters, classCount, scale),
    bestEpoch: best.epoch,
    endedBecause,
  })

  await turns.give(true)
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    const startedAt = performance.now()
    const learned = await learn(epoch)
    const judged = judge(validation, parameters, classCount)
    const report: EpochReport = {
      epoch,
      trainLoss: learned.loss / rowCount,
      trainAccuracy: learned.right / rowCount,
      validationLoss: judged.loss / validation.classes.length,
      validationAccuracy: judged.right / validation.classes.length,
      durationMs: performance.now() - startedAt,
    }
    if (!Number.isFinite(report.trainLoss) || !Number.isFinite(report.validationLoss))
      throw new StudioError('TRAINING_DIVERGED', { epoch, learningRate: settings.learningRate })
    if (report.validationLoss < best.loss) best = { epoch, loss: report.validationLoss, parameters: parameters.slice() }
    emit(report)
    await turns.give(true)
    if (stopSignal.aborted) return end('stopped-by-user')
    if (settings.patience > 0 && epoch < settings.epochs && epoch - best.epoch >= settings.patience) return end('early-stopped')
  }
  return end('completed')
}
