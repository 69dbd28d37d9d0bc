import { StudioError } from '../contract/errors.ts'
import type { RateFinding } from '../contract/rate-finder.ts'
import type { EpochReport } from '../contract/runs.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import { plainLearning, type NetworkEvent, type TrainingResult } from '../contract/worker/training-tasks.ts'
import { affordableBatch } from './affordable-batch.ts'
import { drawBalanced } from './balanced-draw.ts'
import { balancedWeights } from './balanced-weights.ts'
import { tailOf } from './convert/cut-network.ts'
import type { Network } from './convert/network.ts'
import { dropMask, dropoutStream } from './drop-features.ts'
import { MomentsOfConvolutions, type ConvolutionMoments } from './engines/measure-moments.ts'
import { TrainableNetwork, type ScaledHead, type Snapshot } from './engines/trainable-network.ts'
import { softmaxRow } from './head.ts'
import { drawMix, mixRows } from './mixup.ts'
import { packProgress, unpackProgress, type NetworkProgress } from './network-checkpoint.ts'
import { foldHead, priors, tallyOf } from './network-head.ts'
import { inBatches } from './in-batches.ts'
import type { Best, Course } from './network-course.ts'
import type { LabelledImages, NetworkTask, TrainedNetwork, TrainingPhase } from './network-task.ts'
import { endsEngine, isOutOfMemory } from './out-of-memory.ts'
import { makeRandom, shuffle, type Random } from './random.ts'
import { rateShare } from './rate-share.ts'
import { sweep, wholeBatches } from './rate-sweep.ts'
import type { Tally } from './softmax-regression.ts'
import { measureScale, unfoldScale, type FeatureScale } from './standardise.ts'
import { trainHead } from './train-head.ts'
import { Turns } from './turns.ts'

/** What a pretrained network begins with: the head that is best on its features as they are, after so many epochs. Otherwise it is trained as by default. */
const headFirst = { ...plainLearning, batchSize: 16, learningRate: 0.001, optimiser: 'adam', patience: 8 } as const

/** One training, with everything that its epochs share. */
class NetworkTraining {
  readonly #task: NetworkTask
  readonly #context: TaskContext<NetworkEvent>
  readonly #turns: Turns
  #order: Int32Array
  #random: Random
  #augmentation: Random
  #dropped: Random
  readonly #weightOfClass: readonly number[] | null
  #batchSize: number
  #reports: readonly EpochReport[] = []

  constructor(task: NetworkTask, context: TaskContext<NetworkEvent>) {
    this.#task = task
    this.#context = context
    this.#turns = new Turns(context.signal)
    this.#order = Int32Array.from(task.train.hashes, (_, row) => row)
    this.#random = makeRandom(task.settings.seed)
    // Of its own: the order of the images is the same with and without changed pictures.
    this.#augmentation = makeRandom(task.settings.seed ^ 0x5eed)
    this.#dropped = makeRandom(task.settings.seed ^ dropoutStream)
    this.#weightOfClass = task.settings.classWeights === 'balanced' ? balancedWeights(task.train.classes, task.classCount) : null
    // No step is over more than there are: what is halved when memory runs out is what was really held.
    this.#batchSize = Math.min(task.settings.batchSize, task.train.hashes.length)
  }

  async run(): Promise<TrainedNetwork> {
    const { network, phases } = this.#task
    this.#fitBatch(phases[0])
    const kept = await this.#comeBack()
    const { head, scale } = kept === null ? await this.#firstHead(phases[0]) : { head: kept.start.head, scale: kept.scale }
    let best: Best = { epoch: 0, loss: Infinity, network, head, phase: phases[0] }
    if (kept !== null) best = { ...kept.start, phase: phases[kept.start.phase] ?? phases[0] }
    let endedBecause: TrainingResult['endedBecause'] = 'completed'
    const epochs = [...(kept?.epochs ?? [])]
    for (const [index, phase] of phases.entries()) {
      if (index < epochs.length) continue
      const before = epochs.reduce((sum, each) => sum + each, 0)
      if (this.#context.stopSignal.aborted && before > 0) endedBecause = 'stopped-by-user'
      if (endedBecause === 'stopped-by-user') break
      if (index > 0) this.#context.emit({ kind: 'deeper', epoch: before + 1 })
      this.#fitBatch(phase)
      const learned = await this.#learn(phase, best, { scale, epochs, kept: kept?.phase === index ? kept : null })
      ;({ best, endedBecause } = learned)
      epochs.push(learned.epochs)
    }
    return {
      network: best.network,
      head: foldHead(best.head, scale),
      bestEpoch: best.epoch,
      epochs,
      endedBecause,
      probabilities: await this.#withModel(best.phase, best, null, (model) => this.#answers(model, best.phase, this.#task.judged)),
    }
  }

  /** Where an earlier process left this training, if it did. */
  async #comeBack(): Promise<NetworkProgress | null> {
    const written = (await this.#task.checkpoints?.read()) ?? null
    if (written === null) return null
    const kept = unpackProgress(written, this.#task.network)
    this.#batchSize = Math.min(kept.batchSize, this.#batchSize)
    this.#order = Int32Array.from(kept.order)
    this.#reports = kept.reports
    this.#context.emit({ kind: 'gone-on', reports: kept.reports })
    this.#random = makeRandom(kept.random)
    this.#augmentation = makeRandom(kept.augmentation)
    this.#dropped = makeRandom(kept.dropped)
    return kept
  }

  /** Where it stands after `done` epochs of a phase. */
  async #progress(
    model: TrainableNetwork,
    { phase, ...start }: Best,
    { scale, epochs }: Course,
    done: number,
    better: NetworkProgress['better'],
  ): Promise<NetworkProgress> {
    return {
      phase: epochs.length,
      done,
      epochs,
      reports: this.#reports,
      batchSize: this.#batchSize,
      random: this.#random.state(),
      augmentation: this.#augmentation.state(),
      dropped: this.#dropped.state(),
      order: Array.from(this.#order),
      scale,
      start: { ...start, phase: this.#task.phases.indexOf(phase) },
      now: await model.read(),
      optimisers: await model.readOptimisers(),
      better,
    }
  }

  /** Steps with growing rates, from where the first phase begins; nothing of them is kept. The learning rate that is set plays no part. */
  async sweep(): Promise<RateFinding['points']> {
    const { network, phases, settings } = this.#task
    const [phase] = phases
    this.#fitBatch(phase)
    const { head } = await this.#firstHead(phase)
    const moments = settings.batchNorm === 'trained' ? await this.#moments(phase, network) : null
    const nextBatch = wholeBatches(this.#order, this.#batchSize, () => this.#drawOrder())
    return this.#withModel({ ...phase, rate: 1 / settings.learningRate }, { network, head }, moments, (model) =>
      sweep(async (rate) => {
        await this.#turns.give(true)
        const batch = nextBatch()
        return (await this.#step(model, phase, batch, rate)).loss / batch.length
      }),
    )
  }

  /** A batch that memory cannot hold is made smaller beforehand: when it runs out, the system may end other programs as well. */
  #fitBatch({ cut }: TrainingPhase): void {
    const most = affordableBatch(this.#task.network, cut)
    if (most >= this.#batchSize) return
    this.#context.emit({ kind: 'batch-capped', from: this.#batchSize, to: most })
    this.#batchSize = most
  }

  /** A network on the engine for as long as `work` takes. */
  async #withModel<T>(
    { cut, rate }: TrainingPhase,
    { network, head }: Pick<Best, 'network' | 'head'>,
    moments: ReadonlyMap<string, ConvolutionMoments> | null,
    work: (model: TrainableNetwork) => Promise<T>,
  ): Promise<T> {
    const settings = { ...this.#task.settings, learningRate: this.#task.settings.learningRate * rate, weightOfClass: this.#weightOfClass }
    const model = new TrainableNetwork(this.#task.engine.tf, { ...tailOf(network, cut), weights: network.weights, head, settings, moments })
    try {
      return await work(model)
    } finally {
      model.dispose()
    }
  }

  /** One phase, from the best weights before it on. */
  async #learn(
    phase: TrainingPhase,
    start: Best,
    course: Course,
  ): Promise<{ best: Best; epochs: number; endedBecause: TrainingResult['endedBecause'] }> {
    const moments = this.#task.settings.batchNorm === 'trained' ? await this.#moments(phase, start.network) : null
    return this.#withModel(phase, start, moments, async (model) => {
      const { better, ...ended } = await this.#epochs(model, phase, start, course)
      if (better === null) return { best: start, ...ended }
      const { convolutions, headWeights, headBias } = model.learned(better.snapshot)
      const network = { topology: start.network.topology, weights: new Map([...start.network.weights, ...convolutions]) }
      const head = { ...start.head, weights: headWeights, bias: headBias }
      return { best: { epoch: better.epoch, loss: better.loss, network, head, phase }, ...ended }
    })
  }

  /** What each convolution gives on the images to learn from. */
  #moments(phase: TrainingPhase, network: Network): Promise<ReadonlyMap<string, ConvolutionMoments>> {
    return this.#withRoom(
      () => this.#measure(phase, network),
      () => undefined,
    )
  }

  async #measure({ cut, rows }: TrainingPhase, network: Network): Promise<ReadonlyMap<string, ConvolutionMoments>> {
    const measured = new MomentsOfConvolutions(this.#task.engine.tf, { ...tailOf(network, cut), weights: network.weights })
    const { hashes } = this.#task.train
    try {
      for (let from = 0; from < hashes.length; from += this.#batchSize) {
        const batch = hashes.slice(from, from + this.#batchSize)
        await measured.add(rows.read(batch), batch.length)
        await this.#turns.give(false)
      }
      return measured.moments()
    } finally {
      measured.dispose()
    }
  }

  /** The head to begin with, and what brings the features to a common size. */
  async #firstHead(phase: TrainingPhase): Promise<{ head: ScaledHead; scale: FeatureScale }> {
    const { network, classCount, train, validation, settings } = this.#task
    const dim = network.topology.featureDim
    const empty = {
      means: new Float32Array(dim),
      deviation: 1,
      weights: new Float32Array(dim * classCount),
      bias: new Float32Array(classCount),
    }
    return this.#withModel(phase, { network, head: empty }, null, async (model) => {
      const features = await this.#features(model, phase, train.hashes)
      const scale = measureScale(features, dim)
      const scaled = { means: Float32Array.from(scale.means), deviation: scale.deviation }
      const bias = settings.classWeights === 'none' ? priors(train.classes, classCount) : empty.bias
      if (settings.headEpochs === 0) return { head: { ...empty, ...scaled, bias }, scale }
      const trained = await trainHead(
        {
          dim,
          classCount,
          train: { features, classes: train.classes },
          validation: { features: await this.#features(model, phase, validation.hashes), classes: validation.classes },
          settings: {
            ...headFirst,
            epochs: settings.headEpochs,
            labelSmoothing: settings.labelSmoothing,
            classWeights: settings.classWeights,
            dropout: settings.dropout,
            seed: settings.seed,
          },
        },
        { signal: this.#context.signal, stopSignal: new AbortController().signal, emit: () => undefined },
      )
      return { head: { ...scaled, ...unfoldScale(trained.head, scale) }, scale }
    })
  }

  /** `better`: the epoch that is better than all before, those of an earlier phase among them; null where none is. */
  async #epochs(
    model: TrainableNetwork,
    phase: TrainingPhase,
    start: Best,
    course: Course,
  ): Promise<{
    better: { epoch: number; loss: number; snapshot: Snapshot } | null
    epochs: number
    endedBecause: TrainingResult['endedBecause']
  }> {
    const { patience, learningRate } = this.#task.settings
    const { stopSignal, emit } = this.#context
    const { kept } = course
    const epochsBefore = course.epochs.reduce((sum, each) => sum + each, 0)
    let better: { epoch: number; loss: number; snapshot: Snapshot } | null = kept?.better ?? null
    if (kept !== null) model.resume(kept.now, kept.optimisers)
    for (let done = (kept?.done ?? 0) + 1; done <= phase.epochs; done++) {
      const epoch = epochsBefore + done
      const end = (endedBecause: TrainingResult['endedBecause']) => ({ better, epochs: done, endedBecause })
      const before = await model.read()
      const report = await this.#withRoom(
        () => this.#epoch(model, phase, epoch, done),
        () => model.write(before),
      )
      if (!Number.isFinite(report.trainLoss) || !Number.isFinite(report.validationLoss))
        throw new StudioError('TRAINING_DIVERGED', { epoch, learningRate: learningRate * phase.rate })
      if (report.validationLoss < (better?.loss ?? start.loss))
        better = { epoch, loss: report.validationLoss, snapshot: await model.read() }
      emit({ kind: 'epoch', report })
      this.#reports = [...this.#reports, report]
      await this.#turns.give(true)
      if (stopSignal.aborted) return end('stopped-by-user')
      if (patience > 0 && done < phase.epochs && epoch - (better?.epoch ?? epochsBefore) >= patience) return end('early-stopped')
      if (done < phase.epochs)
        await this.#task.checkpoints?.afterEpoch(async () => packProgress(await this.#progress(model, start, course, done, better)))
    }
    return { better, epochs: phase.epochs, endedBecause: 'completed' }
  }

  /**
   * Where memory runs out, `work` is tried once more from its beginning, to which `comeBack` leads, with half of the batch. Throws `OUT_OF_MEMORY` when that
   * is too much as well.
   */
  async #withRoom<T>(work: () => Promise<T>, comeBack: () => void): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      const tried = this.#batchSize
      if (tried === 1 || endsEngine(error)) throw this.#noRoom(tried, error)
      this.#batchSize = Math.ceil(tried / 2)
      this.#context.emit({ kind: 'batch-halved', from: tried, to: this.#batchSize })
      comeBack()
      return await work().catch((again: unknown) => {
        throw isOutOfMemory(again) ? this.#noRoom(this.#batchSize, again) : again
      })
    }
  }

  #noRoom(batchSize: number, cause: unknown): StudioError {
    return new StudioError('OUT_OF_MEMORY', { engine: this.#task.engine.engine, batchSize }, { cause })
  }

  /** Moments of a last batch of two or three images would say little: where they count, batches are as even as they can be. */
  get #imagesPerStep(): number {
    const count = this.#order.length
    return this.#task.settings.batchNorm === 'trained' ? Math.ceil(count / Math.ceil(count / this.#batchSize)) : this.#batchSize
  }

  async #epoch(model: TrainableNetwork, phase: TrainingPhase, epoch: number, ofPhase: number): Promise<EpochReport> {
    const startedAt = performance.now()
    const { train, validation, settings } = this.#task
    const perStep = this.#imagesPerStep
    const steps = Math.ceil(this.#order.length / perStep)
    const learned = { loss: 0, right: 0 }
    this.#drawOrder()
    for (let from = 0; from < this.#order.length; from += perStep) {
      const share = rateShare(settings.schedule, (ofPhase - 1 + from / perStep / steps) / phase.epochs)
      const { loss, right } = await this.#step(model, phase, this.#order.subarray(from, from + perStep), share)
      learned.loss += loss
      learned.right += right
      await this.#turns.give(false)
    }
    const judged = await this.#judge(model, phase, validation)
    return {
      epoch,
      trainLoss: learned.loss / train.hashes.length,
      trainAccuracy: learned.right / train.hashes.length,
      validationLoss: judged.loss / validation.hashes.length,
      validationAccuracy: judged.right / validation.hashes.length,
      durationMs: performance.now() - startedAt,
    }
  }

  /** The rows of the next epoch. */
  #drawOrder(): void {
    const { train, classCount, settings } = this.#task
    if (settings.classWeights === 'sampled') this.#order.set(drawBalanced(train.classes, classCount, this.#random))
    else shuffle(this.#order, this.#random)
  }

  #step(model: TrainableNetwork, { rows }: TrainingPhase, batch: Int32Array, share: number): Promise<{ loss: number; right: number }> {
    const { train, network, settings } = this.#task
    const hashes = Array.from(batch, (row) => train.hashes[row] ?? '')
    const classes = Int32Array.from(batch, (row) => train.classes[row] ?? 0)
    const { dropout } = settings
    const mask = dropout === 0 ? null : dropMask(batch.length * network.topology.featureDim, dropout, this.#dropped)
    const values = rows.readForLearning(hashes, this.#augmentation)
    const mix = drawMix(batch.length, settings.mixup, this.#augmentation)
    return model.step(mix === null ? values : mixRows(values, mix), classes, share, mix, mask)
  }

  async #judge(model: TrainableNetwork, phase: TrainingPhase, { hashes, classes }: LabelledImages): Promise<Tally> {
    return tallyOf(await this.#answers(model, phase, hashes), classes, this.#task.classCount)
  }

  async #answers(model: TrainableNetwork, { rows }: TrainingPhase, hashes: readonly string[]): Promise<Float32Array> {
    const { classCount } = this.#task
    const answers = await inBatches({ rows, hashes, batchSize: this.#batchSize, turns: this.#turns }, classCount, (values, count) =>
      model.logits(values, count),
    )
    for (let row = 0; row < hashes.length; row++) softmaxRow(answers, row * classCount, classCount)
    return answers
  }

  #features(model: TrainableNetwork, { rows }: TrainingPhase, hashes: readonly string[]): Promise<Float32Array> {
    return inBatches(
      { rows, hashes, batchSize: this.#batchSize, turns: this.#turns },
      this.#task.network.topology.featureDim,
      (values, count) => model.features(values, count),
    )
  }
}

/**
 * Trains everything after a cut together with a head, by mini-batches in a seeded order; what comes before the cut stays as it is and is not
 * computed again. Where there is a second phase, everything after an earlier cut then learns on from the best weights, with an optimiser that begins anew;
 * patience ends a phase, `stopSignal` all of it. The weights of the epoch with the lowest validation loss are kept, whichever phase it is in. Engines sum in different orders: the same seed gives losses that agree
 * to rounding, and the same bits only on the same engine. Throws `TRAINING_DIVERGED`, `OUT_OF_MEMORY`, or the signal's reason when cancelled; `stopSignal` ends it well after the current epoch.
 */
export async function trainNetwork(task: NetworkTask, context: TaskContext<NetworkEvent>): Promise<TrainedNetwork> {
  if (task.train.hashes.length === 0 || task.validation.hashes.length === 0)
    throw new RangeError('training needs images to learn from and images to validate on')
  return new NetworkTraining(task, context).run()
}

/** The sweep of rates of a training (see rate-sweep.ts), from the head that it begins with. Throws as `trainNetwork` does. */
export async function sweepNetwork(task: NetworkTask, context: TaskContext<NetworkEvent>): Promise<RateFinding['points']> {
  if (task.train.hashes.length === 0) throw new RangeError('training needs images to learn from')
  return new NetworkTraining(task, context).sweep()
}
