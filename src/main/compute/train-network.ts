import { StudioError } from '../contract/errors.ts'
import type { EpochReport } from '../contract/runs.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { Head, NetworkEvent, NetworkSettings, TrainingResult } from '../contract/worker/training-tasks.ts'
import { tailOf } from './convert/cut-network.ts'
import type { Network } from './convert/network.ts'
import { TrainableNetwork, type LearnedWeights, type ScaledHead } from './engines/trainable-network.ts'
import type { TrainingEngine } from './engines/training-engine.ts'
import { softmaxRow } from './head.ts'
import type { NetworkRows } from './network-rows.ts'
import { endsEngine, isOutOfMemory } from './out-of-memory.ts'
import { makeRandom, shuffle } from './random.ts'
import { foldScale, measureScale, unfoldScale, type FeatureScale } from './standardise.ts'
import { trainHead } from './train-head.ts'
import { Turns } from './turns.ts'

/** Images with the class of each. */
export interface LabelledImages {
  readonly hashes: readonly string[]
  /** 0..classCount-1, [hashes]. */
  readonly classes: Int32Array
}

/** Both parts have at least one image. */
export interface NetworkTask {
  readonly engine: TrainingEngine
  readonly network: Network
  /** Everything after it learns; `pixels`: all of the network. */
  readonly cut: string
  readonly rows: NetworkRows
  readonly classCount: number
  readonly train: LabelledImages
  readonly validation: LabelledImages
  /** Answers are wanted for these in the end. */
  readonly judged: readonly string[]
  readonly settings: NetworkSettings
}

export interface TrainedNetwork {
  /** With the weights of the best epoch. */
  readonly network: Network
  readonly head: Head
  readonly bestEpoch: number
  readonly endedBecause: TrainingResult['endedBecause']
  /** Of `judged`, row-major [judged, classCount]; each row sums to 1. */
  readonly probabilities: Float32Array
}

/** What a pretrained network begins with: the head that is best on its features as they are. As long as a head is trained by default. */
const headFirst = { epochs: 30, batchSize: 16, learningRate: 0.001, optimiser: 'adam', patience: 8 } as const

/** One training, with everything that its epochs share. */
class NetworkTraining {
  readonly #task: NetworkTask
  readonly #context: TaskContext<NetworkEvent>
  readonly #turns: Turns
  readonly #order: Int32Array
  readonly #random: () => number
  readonly #augmentation: () => number
  #batchSize: number

  constructor(task: NetworkTask, context: TaskContext<NetworkEvent>) {
    this.#task = task
    this.#context = context
    this.#turns = new Turns(context.signal)
    this.#order = Int32Array.from(task.train.hashes, (_, row) => row)
    this.#random = makeRandom(task.settings.seed)
    // Of its own: the order of the images is the same with and without changed pictures.
    this.#augmentation = makeRandom(task.settings.seed ^ 0x5eed)
    this.#batchSize = task.settings.batchSize
  }

  async run(): Promise<TrainedNetwork> {
    const { network, cut, settings, engine } = this.#task
    const { ops, input } = tailOf(network, cut)
    const start = { ops, input, weights: network.weights, settings }
    const { head, scale } = await this.#firstHead(start)
    const model = new TrainableNetwork(engine.tf, { ...start, head })
    try {
      const { best, bestEpoch, endedBecause } = await this.#epochs(model)
      model.write(best)
      return {
        network: { topology: network.topology, weights: new Map([...network.weights, ...best.convolutions]) },
        head: foldHead(best, scale),
        bestEpoch,
        endedBecause,
        probabilities: await this.#answers(model, this.#task.judged),
      }
    } finally {
      model.dispose()
    }
  }

  /** The head to begin with, and what brings the features to a common size. */
  async #firstHead(
    start: Pick<ConstructorParameters<typeof TrainableNetwork>[1], 'ops' | 'input' | 'weights' | 'settings'>,
  ): Promise<{ head: ScaledHead; scale: FeatureScale }> {
    const { engine, network, classCount, train, validation, settings } = this.#task
    const dim = network.topology.featureDim
    const empty = {
      means: new Float32Array(dim),
      deviation: 1,
      weights: new Float32Array(dim * classCount),
      bias: new Float32Array(classCount),
    }
    const model = new TrainableNetwork(engine.tf, { ...start, head: empty })
    try {
      const features = await this.#features(model, train.hashes)
      const scale = measureScale(features, dim)
      const scaled = { means: Float32Array.from(scale.means), deviation: scale.deviation }
      if (!settings.headFirst) return { head: { ...empty, ...scaled, bias: priors(train.classes, classCount) }, scale }
      const validationFeatures = await this.#features(model, validation.hashes)
      const trained = await trainHead(
        {
          dim,
          classCount,
          train: { features, classes: train.classes },
          validation: { features: validationFeatures, classes: validation.classes },
          settings: { ...headFirst, seed: settings.seed },
        },
        { signal: this.#context.signal, stopSignal: new AbortController().signal, emit: () => undefined },
      )
      return { head: { ...scaled, ...unfoldScale(trained.head, scale) }, scale }
    } finally {
      model.dispose()
    }
  }

  async #epochs(
    model: TrainableNetwork,
  ): Promise<{ best: LearnedWeights; bestEpoch: number; endedBecause: TrainingResult['endedBecause'] }> {
    const { settings } = this.#task
    const { stopSignal, emit } = this.#context
    let best: { epoch: number; loss: number; weights: LearnedWeights } = { epoch: 0, loss: Infinity, weights: await model.read() }
    const end = (endedBecause: TrainingResult['endedBecause']) => ({ best: best.weights, bestEpoch: best.epoch, endedBecause })
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const report = await this.#withRoom(model, () => this.#epoch(model, epoch))
      if (!Number.isFinite(report.trainLoss) || !Number.isFinite(report.validationLoss))
        throw new StudioError('TRAINING_DIVERGED', { epoch, learningRate: settings.learningRate })
      if (report.validationLoss < best.loss) best = { epoch, loss: report.validationLoss, weights: await model.read() }
      emit({ kind: 'epoch', report })
      await this.#turns.give(true)
      if (stopSignal.aborted) return end('stopped-by-user')
      if (settings.patience > 0 && epoch < settings.epochs && epoch - best.epoch >= settings.patience) return end('early-stopped')
    }
    return end('completed')
  }

  /** Where memory runs out, the epoch is tried once more from its beginning with half of the batch. Throws `OUT_OF_MEMORY` when that is too much as well. */
  async #withRoom(model: TrainableNetwork, epoch: () => Promise<EpochReport>): Promise<EpochReport> {
    const before = await model.read()
    try {
      return await epoch()
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      const tried = this.#batchSize
      if (tried === 1 || endsEngine(error)) throw this.#noRoom(tried, error)
      this.#batchSize = Math.ceil(tried / 2)
      this.#context.emit({ kind: 'batch-halved', from: tried, to: this.#batchSize })
      model.write(before)
      return await epoch().catch((again: unknown) => {
        throw isOutOfMemory(again) ? this.#noRoom(this.#batchSize, again) : again
      })
    }
  }

  #noRoom(batchSize: number, cause: unknown): StudioError {
    return new StudioError('OUT_OF_MEMORY', { engine: this.#task.engine.engine, batchSize }, { cause })
  }

  async #epoch(model: TrainableNetwork, epoch: number): Promise<EpochReport> {
    const startedAt = performance.now()
    const { train, validation, rows } = this.#task
    const learned = { loss: 0, right: 0 }
    shuffle(this.#order, this.#random)
    for (let from = 0; from < this.#order.length; from += this.#batchSize) {
      const batch = this.#order.subarray(from, from + this.#batchSize)
      const hashes = Array.from(batch, (row) => train.hashes[row] ?? '')
      const classes = Int32Array.from(batch, (row) => train.classes[row] ?? 0)
      const { loss, right } = await model.step(rows.readForLearning(hashes, this.#augmentation), classes)
      learned.loss += loss
      learned.right += right
      await this.#turns.give(false)
    }
    const judged = await this.#judge(model, validation)
    return {
      epoch,
      trainLoss: learned.loss / train.hashes.length,
      trainAccuracy: learned.right / train.hashes.length,
      validationLoss: judged.loss / validation.hashes.length,
      validationAccuracy: judged.right / validation.hashes.length,
      durationMs: performance.now() - startedAt,
    }
  }

  async #judge(model: TrainableNetwork, { hashes, classes }: LabelledImages): Promise<{ loss: number; right: number }> {
    const probabilities = await this.#answers(model, hashes)
    const tally = { loss: 0, right: 0 }
    for (const [row, own] of classes.entries()) {
      const answer = probabilities.subarray(row * this.#task.classCount, (row + 1) * this.#task.classCount)
      // Below the smallest float a probability says no more than that.
      tally.loss -= Math.log(Math.max(answer[own] ?? NaN, 1e-37))
      if (answer.indexOf(Math.max(...answer)) === own) tally.right += 1
    }
    return tally
  }

  async #answers(model: TrainableNetwork, hashes: readonly string[]): Promise<Float32Array> {
    const { classCount } = this.#task
    const answers = await this.#inBatches(hashes, classCount, (values, count) => model.logits(values, count))
    for (let row = 0; row < hashes.length; row++) softmaxRow(answers, row * classCount, classCount)
    return answers
  }

  #features(model: TrainableNetwork, hashes: readonly string[]): Promise<Float32Array> {
    return this.#inBatches(hashes, this.#task.network.topology.featureDim, (values, count) => model.features(values, count))
  }

  async #inBatches(
    hashes: readonly string[],
    dim: number,
    run: (values: Float32Array, count: number) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    const result = new Float32Array(hashes.length * dim)
    for (let from = 0; from < hashes.length; from += this.#batchSize) {
      const batch = hashes.slice(from, from + this.#batchSize)
      result.set(await run(this.#task.rows.read(batch), batch.length), from * dim)
      await this.#turns.give(false)
    }
    return result
  }
}

/** As the head of a frozen network begins: see `writePriors` in train-head.ts. */
function priors(classes: Int32Array, classCount: number): Float32Array {
  const counts = new Int32Array(classCount)
  for (const each of classes) counts[each] = (counts[each] ?? 0) + 1
  return Float32Array.from(counts, (count) => Math.log((Math.max(1, count) * classCount) / classes.length))
}

/** From row-major [dim, classCount] and standardised features to plain ones. */
function foldHead({ headWeights, headBias }: LearnedWeights, scale: FeatureScale): Head {
  const classCount = headBias.length
  const dim = headWeights.length / classCount
  const parameters = new Float32Array(classCount * (dim + 1))
  for (let j = 0; j < dim; j++) for (let c = 0; c < classCount; c++) parameters[c * dim + j] = headWeights[j * classCount + c] ?? NaN
  parameters.set(headBias, classCount * dim)
  return foldScale(parameters, classCount, scale)
}

/**
 * Trains everything after a cut together with a head, by mini-batches in a seeded order; what comes before the cut stays as it is and is not
 * computed again. The weights of the epoch with the lowest validation loss are kept. Engines sum in different orders: the same seed gives losses that agree
 * to rounding, and the same bits only on the same engine. Throws `TRAINING_DIVERGED`, `OUT_OF_MEMORY`, or the signal's reason when cancelled;
 * `stopSignal` ends it well after the current epoch.
 */
export async function trainNetwork(task: NetworkTask, context: TaskContext<NetworkEvent>): Promise<TrainedNetwork> {
  if (task.train.hashes.length === 0 || task.validation.hashes.length === 0)
    throw new RangeError('training needs images to learn from and images to validate on')
  return new NetworkTraining(task, context).run()
}
