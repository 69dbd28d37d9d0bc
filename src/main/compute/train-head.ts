import { StudioError } from '../contract/studio-error.ts'
import type { EpochReport } from '../contract/runs.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { Head, HeadSettings, TrainingResult } from '../contract/worker/training-tasks.ts'
import { balancedWeights } from './balanced-weights.ts'
import { makeOptimiser } from './optimiser.ts'
import { mixedGradient } from './mixed-gradient.ts'
import { drawMix } from './mixup.ts'
import { makeRandom, shuffle } from './random.ts'
import { rateShare } from './rate-share.ts'
import {
  judge,
  meanGradient,
  writePriors,
  type Aim,
  type BatchMemory,
  type LabelledRows,
  type Parameters,
  type Tally,
} from './softmax-regression.ts'
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
  const batches = new Batches({ dim, classCount, train, settings }, weights)
  const random = makeRandom(settings.seed)
  const order = Int32Array.from({ length: rowCount }, (_, row) => row)
  const turns = new Turns(signal)
  let best = { epoch: 0, loss: Infinity, parameters: parameters.slice() }

  const steps = Math.ceil(rowCount / settings.batchSize)
  const learn = async (epoch: number): Promise<Tally> => {
    const tally = { loss: 0, right: 0 }
    shuffle(order, random)
    batches.begin(order)
    for (let from = 0; from < rowCount; from += settings.batchSize) {
      const gradient = batches.gradient(from, Math.min(rowCount, from + settings.batchSize), parameters, tally)
      const stepsBefore = (epoch - 1) * steps + from / settings.batchSize
      step(parameters, gradient, rateShare(settings.schedule, stepsBefore / (settings.epochs * steps)))
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

/** What the steps of an epoch learn from: of each photo one of its rows, mixed where that is asked for. */
class Batches {
  readonly #rows: LabelledRows
  /** Rows of a photo. */
  readonly #looks: number
  readonly #classCount: number
  readonly #mixup: number
  readonly #aim: Aim
  readonly #memory: BatchMemory
  /** Of its own: the order of the photos is the same with and without variants. */
  readonly #random: () => number
  #drawn = new Int32Array(0)

  constructor({ dim, classCount, train, settings }: Omit<HeadTask, 'validation'>, weights: Aim['weights']) {
    const rowCount = train.classes.length
    this.#looks = train.features.length / (rowCount * dim)
    const classes = Int32Array.from({ length: rowCount * this.#looks }, (_, row) => train.classes[row % rowCount] ?? NaN)
    this.#rows = { features: train.features, classes }
    this.#classCount = classCount
    this.#mixup = settings.mixup
    this.#aim = { smoothing: settings.labelSmoothing, weights }
    this.#random = makeRandom(settings.seed ^ 0x5eed)
    this.#memory = {
      gradient: new Float32Array(classCount * (dim + 1)),
      probabilities: new Float64Array(Math.min(settings.batchSize, rowCount) * classCount),
    }
  }

  /** An epoch that goes through the photos in this order. */
  begin(order: Int32Array): void {
    const count = this.#rows.classes.length / this.#looks
    this.#drawn = order.map((row) => (this.#looks === 1 ? row : row + count * Math.floor(this.#looks * this.#random())))
  }

  /** Of the mean cross-entropy of the photos from..to of the epoch; valid until the next one. What they scored is added to `tally`. */
  gradient(from: number, to: number, parameters: Parameters, tally: Tally): Float32Array {
    const mix = drawMix(to - from, this.#mixup, this.#random)
    const batch = this.#drawn.subarray(from, to)
    if (mix === null) meanGradient(this.#rows, this.#drawn, [from, to], parameters, this.#classCount, this.#memory, tally, this.#aim)
    else mixedGradient(this.#rows, batch, mix, parameters, this.#classCount, this.#memory, tally, this.#aim)
    return this.#memory.gradient
  }
}
