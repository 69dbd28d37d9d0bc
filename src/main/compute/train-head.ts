import { StudioError } from '../contract/studio-error.ts'
import type { EpochReport } from '../contract/runs.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { Head, HeadSettings, TrainingResult } from '../contract/worker/training-tasks.ts'
import { balancedWeights } from './balanced-weights.ts'
import { makeOptimiser } from './optimiser.ts'
import { makeRandom, shuffle } from './random.ts'
import { rateShare } from './rate-share.ts'
import { judge, meanGradient, writePriors, type Aim, type LabelledRows, type Parameters, type Tally } from './softmax-regression.ts'
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
  readonly train: LabelledRows
  readonly validation: LabelledRows
  readonly settings: HeadSettings
}

/**
 * Trains softmax regression on cached features: mini-batches in a seeded order, from the class counts (from nothing where classes are weighted), on features
 * standardised by the training rows. The weights of the epoch with the lowest validation loss are kept. Plain arithmetic in a fixed order: the same seed gives
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

  const parameters: Parameters = new Float32Array(classCount * (dim + 1))
  const weights = settings.classWeights === 'balanced' ? balancedWeights(train.classes, classCount) : null
  // Weighted, all classes are as frequent: 0 says so.
  if (weights === null) writePriors(parameters, train.classes, classCount)
  const step = makeOptimiser(settings, parameters.length, classCount * dim)
  const memory = {
    gradient: new Float32Array(parameters.length),
    probabilities: new Float64Array(Math.min(settings.batchSize, rowCount) * classCount),
  }
  const aim: Aim = { smoothing: settings.labelSmoothing, weights }
  const random = makeRandom(settings.seed)
  const order = Int32Array.from({ length: rowCount }, (_, row) => row)
  const turns = new Turns(signal)
  let best = { epoch: 0, loss: Infinity, parameters: parameters.slice() }

  const steps = Math.ceil(rowCount / settings.batchSize)
  const learn = async (epoch: number): Promise<Tally> => {
    const tally = { loss: 0, right: 0 }
    shuffle(order, random)
    for (let from = 0; from < rowCount; from += settings.batchSize) {
      const to = Math.min(rowCount, from + settings.batchSize)
      meanGradient(train, order, [from, to], parameters, classCount, memory, tally, aim)
      const stepsBefore = (epoch - 1) * steps + from / settings.batchSize
      step(parameters, memory.gradient, rateShare(settings.schedule, stepsBefore / (settings.epochs * steps)))
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
