import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs'
import type { NetworkSettings } from '../../contract/worker/training-tasks.ts'
import type { ConvolutionWeights, Network, NetworkOp, Shape } from '../convert/network.ts'
import { EngineOptimiser, type OptimiserSettings, type OptimiserState } from './engine-optimiser.ts'
import { FoldedConvolutions, type LearningConvolutions } from './learning-convolutions.ts'
import type { Tfjs } from './load-tfjs.ts'
import type { ConvolutionMoments } from './measure-moments.ts'
import type { Mix } from '../mixup.ts'
import { NormalisedConvolutions } from './normalised-convolutions.ts'
import { runForGradients, runNetwork } from './run-network.ts'

/** Softmax regression on features that are brought to a common size first: logits = (features - means) / deviation * weights + bias. */
export interface ScaledHead {
  /** [dim]. */
  readonly means: Float32Array
  readonly deviation: number
  /** Row-major [dim, classCount]. */
  readonly weights: Float32Array
  /** [classCount]. */
  readonly bias: Float32Array
}

/** The values of everything that a step changes, outside of the engine: to come back to. */
export type Snapshot = readonly Float32Array[]

/** What was learned, in the neutral form. */
export interface LearnedWeights {
  readonly convolutions: ReadonlyMap<string, ConvolutionWeights>
  readonly headWeights: Float32Array
  readonly headBias: Float32Array
}

/** The learning rate is the head's. */
export interface StepSettings extends OptimiserSettings {
  /** Of the convolutions, as a share of the head's. */
  readonly bodyRate: number
  /** `graded`: only the convolutions farthest from the end have that rate, and those between it and the head rates between. Absent: `even`. */
  readonly blockRates?: NetworkSettings['blockRates']
  /** Absent: 0. */
  readonly labelSmoothing?: number
  /** How much a row of each class counts, [classCount], above 0 where it has rows; the mean is over the number of rows all the same. Absent or null: 1 each. */
  readonly weightOfClass?: readonly number[] | null
}

/** What takes steps of one size. */
interface LearningGroup {
  readonly variables: readonly Variable[]
  readonly optimiser: EngineOptimiser
}

/**
 * Of the head's learning rate, what convolutions take that are `depth` pieces from the end: from 1 at the head, each piece has the same share of the rate of the
 * one after it, so that the `deepest` one has `bodyRate` (discriminative rates; Howard and Ruder 2018 with a factor that is set by both ends, as fast.ai's slices).
 */
export function gradedShare(bodyRate: number, depth: number, deepest: number): number {
  return bodyRate ** (depth / deepest)
}

/** What the ops look at: a batch of what came out at a cut, or of scaled pictures, row-major [N, height, width, channels]. */
export type BatchValues = Float32Array

/**
 * Ops and a head on the engine that is in use, with weights that learn by gradient descent on the mean cross-entropy. Its memory on the engine is
 * freed by `dispose`.
 */
export class TrainableNetwork {
  readonly #tf: Tfjs
  readonly #ops: readonly NetworkOp[]
  readonly #input: Shape
  readonly #classCount: number
  readonly #convolutions: LearningConvolutions
  readonly #head: { readonly weights: Variable; readonly bias: Variable }
  readonly #means: Tensor
  readonly #deviation: Scalar
  #optimisers: readonly LearningGroup[]
  readonly #depths: ReadonlyMap<string, number>
  readonly #settings: StepSettings

  constructor(
    tf: Tfjs,
    {
      ops,
      input,
      weights,
      head,
      settings,
      depths = new Map(),
      moments = null,
    }: {
      readonly ops: readonly NetworkOp[]
      readonly input: Shape
      readonly weights: Network['weights']
      readonly head: ScaledHead
      readonly settings: StepSettings
      /** See `Tail`; an op that is not in it is at the end. */
      readonly depths?: ReadonlyMap<string, number>
      /** Where batch normalisation learns: what it begins with (see `NormalisedConvolutions`). Null: it stays folded. */
      readonly moments?: ReadonlyMap<string, ConvolutionMoments> | null
    },
  ) {
    this.#tf = tf
    this.#ops = ops
    this.#input = input
    this.#settings = settings
    this.#depths = depths
    this.#classCount = head.bias.length
    this.#convolutions = moments === null ? new FoldedConvolutions(tf, ops, weights) : new NormalisedConvolutions(tf, ops, weights, moments)
    this.#head = tf.tidy(() => ({
      weights: tf.variable(tf.tensor2d(head.weights, [head.means.length, this.#classCount])),
      bias: tf.variable(tf.tensor1d(head.bias)),
    }))
    this.#means = tf.tensor1d(head.means)
    this.#deviation = tf.scalar(head.deviation)
    this.#optimisers = this.#newOptimisers()
  }

  /** An optimiser for each learning rate, with the variables that take its steps. */
  #newOptimisers(): readonly LearningGroup[] {
    const { learningRate, bodyRate, blockRates = 'even' } = this.#settings
    const names = [...this.#convolutions.variables.keys()]
    const deepest = Math.max(1, ...names.map((name) => this.#depths.get(name) ?? 1))
    const shareOf = (name: string): number =>
      blockRates === 'even' ? bodyRate : gradedShare(bodyRate, this.#depths.get(name) ?? 1, deepest)
    const groups = [
      { share: 1, variables: [this.#head.weights, this.#head.bias] },
      ...Array.from(Map.groupBy(names, shareOf), ([share, own]) => ({
        share,
        variables: own.flatMap((name) => this.#convolutions.variables.get(name) ?? []),
      })),
    ]
    return groups.map(({ share, variables }) => ({
      variables,
      optimiser: new EngineOptimiser(this.#tf, { ...this.#settings, learningRate: learningRate * share }),
    }))
  }

  #batch(values: BatchValues, count: number): Tensor4D {
    const { height, width, channels } = this.#input
    return this.#tf.tensor4d(values.subarray(0, count * height * width * channels), [count, height, width, channels])
  }

  /** `mask`: what the scaled features are multiplied by, [rows, dim]. */
  #logits(features: Tensor, mask: Float32Array | null = null): Tensor2D {
    const scaled = this.#tf.div(this.#tf.sub(features, this.#means), this.#deviation)
    const seen = mask === null ? scaled : this.#tf.mul(scaled, this.#tf.tensor2d(mask, scaled.shape as [number, number]))
    return this.#tf.add(this.#tf.matMul(seen as Tensor2D, this.#head.weights as Tensor as Tensor2D), this.#head.bias)
  }

  /**
   * One step against the gradient of a batch's mean cross-entropy. `classes`: of each of its rows. Answers with what the batch scored before the
   * step: the sum of cross-entropies in nats, and how many rows got their own class. `share` of the learning rates is taken. `mix`: how the rows were mixed,
   * whose labels are mixed then too; a row is right by the share of the class that it got. `mask`, row-major [rows, dim]: features are dropped before the head.
   */
  async step(
    values: BatchValues,
    classes: Int32Array,
    share = 1,
    mix: Mix | null = null,
    mask: Float32Array | null = null,
  ): Promise<{ readonly loss: number; readonly right: number }> {
    const { value, logits, grads } = this.#gradients(values, classes, mix, mask)
    try {
      for (const { optimiser, variables } of this.#optimisers) optimiser.step(variables, grads, share)
      this.#convolutions.stepped()
      const [loss, scores] = await Promise.all([value.data(), logits.data()])
      return { loss: (loss[0] ?? NaN) * classes.length, right: this.#countRight(scores, classes, mix) }
    } finally {
      this.#tf.dispose([value, logits, grads])
    }
  }

  #countRight(scores: ArrayLike<number>, classes: Int32Array, mix: Mix | null): number {
    const right = countRight(scores, classes, this.#classCount)
    if (mix === null) return right
    return mix.share * right + (1 - mix.share) * countRight(scores, partnersOf(classes, mix), this.#classCount)
  }

  /** What is aimed at, [rows, classCount] with sums of 1, and how much each row counts; undefined: 1 each. */
  #targets(classes: Int32Array, mix: Mix | null): { readonly labels: Tensor2D; readonly weights: Tensor | undefined } {
    const tf = this.#tf
    const { weightOfClass = null } = this.#settings
    const weightsOf = (own: Int32Array): number[] => Array.from(own, (each) => (weightOfClass === null ? 1 : (weightOfClass[each] ?? NaN)))
    const oneHot = (own: Int32Array): Tensor2D => tf.oneHot(tf.tensor1d(own, 'int32'), this.#classCount) as Tensor2D
    if (mix === null) return { labels: oneHot(classes), weights: weightOfClass === null ? undefined : tf.tensor1d(weightsOf(classes)) }
    const partners = partnersOf(classes, mix)
    const own = tf.mul(tf.tensor1d(weightsOf(classes)), mix.share)
    const other = tf.mul(tf.tensor1d(weightsOf(partners)), 1 - mix.share)
    const weights = tf.add(own, other)
    const shareOf = (part: Tensor): Tensor => tf.expandDims(tf.div(part, weights), 1)
    return { labels: tf.add(tf.mul(oneHot(classes), shareOf(own)), tf.mul(oneHot(partners), shareOf(other))), weights }
  }

  /** Gradients by the names of the variables; the caller disposes of all three. */
  #gradients(
    values: BatchValues,
    classes: Int32Array,
    mix: Mix | null,
    mask: Float32Array | null = null,
  ): { value: Scalar; logits: Tensor2D; grads: Record<string, Tensor> } {
    const tf = this.#tf
    const { labelSmoothing } = this.#settings
    const seen: Tensor2D[] = []
    const compute = (): { value: Scalar; grads: Record<string, Tensor> } => {
      const batch = this.#batch(values, classes.length)
      const { labels, weights } = this.#targets(classes, mix)
      return tf.variableGrads(() => {
        const answer = this.#logits(
          runForGradients(tf, this.#ops, (op, input) => this.#convolutions.learn(op, input), batch),
          mask,
        )
        seen.push(tf.keep(answer.clone()))
        return tf.losses.softmaxCrossEntropy<Tensor, Scalar>(labels, answer, weights, labelSmoothing)
      }, this.#variables)
    }
    try {
      const { value, grads } = tf.tidy(compute)
      const [logits] = seen
      if (logits === undefined) throw new Error('the network was not run')
      return { value, logits, grads }
    } catch (error) {
      // Where memory runs out on the way back, what was kept of the way there is in the way of the next try.
      tf.dispose(seen)
      this.#convolutions.changed()
      throw error
    }
  }

  get #variables(): Variable[] {
    return [...[...this.#convolutions.variables.values()].flat(), this.#head.weights, this.#head.bias]
  }

  get #state(): Variable[] {
    return [...this.#convolutions.state, this.#head.weights, this.#head.bias]
  }

  /**
   * The gradient of a batch's mean cross-entropy by each weight, in the order of the ops (kernel and bias, or kernel, gamma and beta) and then the head's;
   * and that mean.
   */
  async gradients(
    values: BatchValues,
    classes: Int32Array,
    mix: Mix | null = null,
  ): Promise<{ readonly loss: number; readonly gradients: readonly Float32Array[] }> {
    const { value, logits, grads } = this.#gradients(values, classes, mix)
    try {
      const gradients = await Promise.all(
        this.#variables.map(async ({ name }) => ((await grads[name]?.data()) ?? new Float32Array()) as Float32Array),
      )
      return { loss: (await value.data())[0] ?? NaN, gradients }
    } finally {
      this.#convolutions.changed()
      this.#tf.dispose([value, logits, grads])
    }
  }

  /** What comes in as features, row-major [count, dim], without the head. */
  features(values: BatchValues, count: number): Promise<Float32Array> {
    return this.#answer(() => runNetwork(this.#tf, this.#ops, this.#convolutions.answering(), this.#batch(values, count)))
  }

  /** Row-major [count, classCount]; `softmaxRow` makes probabilities of them. */
  logits(values: BatchValues, count: number): Promise<Float32Array> {
    return this.#answer(() => this.#logits(runNetwork(this.#tf, this.#ops, this.#convolutions.answering(), this.#batch(values, count))))
  }

  async #answer(run: () => Tensor): Promise<Float32Array> {
    const tensor = this.#tf.tidy(run)
    try {
      return (await tensor.data()) as Float32Array
    } finally {
      tensor.dispose()
    }
  }

  /** A copy of everything that a step changes. */
  async read(): Promise<Snapshot> {
    const copies: Float32Array[] = []
    for (const variable of this.#state) copies.push(Float32Array.from((await variable.data()) as Float32Array))
    return copies
  }

  /** Goes back to what was read before; what the optimiser remembered of the way is forgotten. */
  write(snapshot: Snapshot): void {
    for (const [index, variable] of this.#state.entries())
      this.#tf.tidy(() => variable.assign(this.#tf.tensor(snapshot[index] ?? [], variable.shape)))
    this.#convolutions.changed()
    this.#disposeOptimisers()
    this.#optimisers = this.#newOptimisers()
  }

  /** What the optimisers remember of the way. */
  async readOptimisers(): Promise<readonly OptimiserState[]> {
    return Promise.all(this.#optimisers.map(({ optimiser }) => optimiser.read()))
  }

  /** Goes back to where both were read. Throws where a state is missing: without its memory an optimiser would learn otherwise, and nobody would know. */
  resume(snapshot: Snapshot, optimisers: readonly OptimiserState[]): void {
    if (optimisers.length !== this.#optimisers.length) throw new Error('these are not the optimisers of this network')
    this.write(snapshot)
    for (const [index, state] of optimisers.entries()) this.#optimisers[index]?.optimiser.write(state)
  }

  /** What was learned when `snapshot` was read. */
  learned(snapshot: Snapshot): LearnedWeights {
    const count = this.#convolutions.state.length
    const [headWeights, headBias] = snapshot.slice(count)
    if (headWeights === undefined || headBias === undefined) throw new Error('these are not the values of this network')
    return { convolutions: this.#convolutions.toNetwork(snapshot.slice(0, count)), headWeights, headBias }
  }

  #disposeOptimisers(): void {
    for (const { optimiser } of this.#optimisers) optimiser.dispose()
  }

  dispose(): void {
    this.#disposeOptimisers()
    this.#convolutions.dispose()
    this.#tf.dispose(this.#state)
    this.#tf.dispose([this.#means, this.#deviation])
  }
}

/** The classes of the rows' partners. */
function partnersOf(classes: Int32Array, { partners }: Mix): Int32Array {
  return partners.map((place) => classes[place] ?? NaN)
}

function countRight(scores: ArrayLike<number>, classes: Int32Array, classCount: number): number {
  let right = 0
  for (const [row, own] of classes.entries()) {
    let best = 0
    for (let c = 1; c < classCount; c++) if ((scores[row * classCount + c] ?? NaN) > (scores[row * classCount + best] ?? NaN)) best = c
    if (best === own) right += 1
  }
  return right
}
