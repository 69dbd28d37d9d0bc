import type { Optimizer, Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs'
import { isConvolution, type ConvolutionWeights, type Network, type NetworkOp, type Shape } from '../convert/network.ts'
import type { Tfjs } from './load-tfjs.ts'
import { filterShape, runForGradients, runNetwork, type EngineWeights } from './run-network.ts'

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

/** Everything that learns, outside of the engine. */
export interface LearnedWeights {
  readonly convolutions: ReadonlyMap<string, ConvolutionWeights>
  readonly headWeights: Float32Array
  readonly headBias: Float32Array
}

export interface StepSettings {
  readonly optimiser: 'adam' | 'sgd'
  /** Of the head. */
  readonly learningRate: number
  /** Of the convolutions, as a share of the head's. */
  readonly bodyRate: number
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
  readonly #convolutions = new Map<string, { readonly filter: Variable; readonly bias: Variable }>()
  readonly #head: { readonly weights: Variable; readonly bias: Variable }
  readonly #means: Tensor
  readonly #deviation: Scalar
  #optimisers: { readonly head: Optimizer; readonly body: Optimizer }
  readonly #settings: StepSettings

  constructor(
    tf: Tfjs,
    {
      ops,
      input,
      weights,
      head,
      settings,
    }: {
      readonly ops: readonly NetworkOp[]
      readonly input: Shape
      readonly weights: Network['weights']
      readonly head: ScaledHead
      readonly settings: StepSettings
    },
  ) {
    this.#tf = tf
    this.#ops = ops
    this.#input = input
    this.#settings = settings
    this.#classCount = head.bias.length
    for (const op of ops.filter(isConvolution)) {
      const own = weights.get(op.name)
      if (own === undefined) throw new Error(`${op.name} has no weights`)
      const [filter, bias] = [
        tf.tidy(() => tf.variable(tf.tensor4d(own.kernel, filterShape(op)))),
        tf.tidy(() => tf.variable(tf.tensor1d(own.bias))),
      ]
      this.#convolutions.set(op.name, { filter, bias })
    }
    this.#head = tf.tidy(() => ({
      weights: tf.variable(tf.tensor2d(head.weights, [head.means.length, this.#classCount])),
      bias: tf.variable(tf.tensor1d(head.bias)),
    }))
    this.#means = tf.tensor1d(head.means)
    this.#deviation = tf.scalar(head.deviation)
    this.#optimisers = this.#newOptimisers()
  }

  #newOptimisers(): { readonly head: Optimizer; readonly body: Optimizer } {
    const { optimiser, learningRate, bodyRate } = this.#settings
    const make = (rate: number): Optimizer =>
      // The same constants as for a head that is trained alone: see optimiser.ts.
      optimiser === 'adam' ? this.#tf.train.adam(rate, 0.9, 0.999, 1e-7) : this.#tf.train.momentum(rate, 0.9)
    return { head: make(learningRate), body: make(learningRate * bodyRate) }
  }

  get #engineWeights(): ReadonlyMap<string, EngineWeights> {
    return this.#convolutions as ReadonlyMap<string, unknown> as ReadonlyMap<string, EngineWeights>
  }

  #batch(values: BatchValues, count: number): Tensor4D {
    const { height, width, channels } = this.#input
    return this.#tf.tensor4d(values.subarray(0, count * height * width * channels), [count, height, width, channels])
  }

  #logits(features: Tensor): Tensor2D {
    const scaled = this.#tf.div(this.#tf.sub(features, this.#means), this.#deviation)
    return this.#tf.add(this.#tf.matMul(scaled as Tensor2D, this.#head.weights as Tensor as Tensor2D), this.#head.bias)
  }

  /**
   * One step against the gradient of a batch's mean cross-entropy. `classes`: of each of its rows. Answers with what the batch scored before the
   * step: the sum of cross-entropies in nats, and how many rows got their own class.
   */
  async step(values: BatchValues, classes: Int32Array): Promise<{ readonly loss: number; readonly right: number }> {
    const { value, logits, grads } = this.#gradients(values, classes)
    const apply = (optimiser: Optimizer, variables: readonly Variable[]): void => {
      const named = variables.flatMap(({ name }) => (grads[name] === undefined ? [] : [{ name, tensor: grads[name] }]))
      if (named.length > 0) optimiser.applyGradients(named)
    }
    try {
      apply(this.#optimisers.head, [this.#head.weights, this.#head.bias])
      apply(
        this.#optimisers.body,
        [...this.#convolutions.values()].flatMap(({ filter, bias }) => [filter, bias]),
      )
      const [loss, scores] = await Promise.all([value.data(), logits.data()])
      return { loss: (loss[0] ?? NaN) * classes.length, right: countRight(scores, classes, this.#classCount) }
    } finally {
      this.#tf.dispose([value, logits, grads])
    }
  }

  /** Gradients by the names of the variables; the caller disposes of all three. */
  #gradients(values: BatchValues, classes: Int32Array): { value: Scalar; logits: Tensor2D; grads: Record<string, Tensor> } {
    const tf = this.#tf
    const seen: Tensor2D[] = []
    const { value, grads } = tf.tidy(() => {
      const batch = this.#batch(values, classes.length)
      const labels = tf.oneHot(tf.tensor1d(classes, 'int32'), this.#classCount)
      const gradients = tf.variableGrads(() => {
        const answer = this.#logits(runForGradients(tf, this.#ops, this.#engineWeights, batch))
        seen.push(tf.keep(answer.clone()))
        return tf.losses.softmaxCrossEntropy<Tensor, Scalar>(labels, answer)
      }, this.#variables)
      return gradients
    })
    const [logits] = seen
    if (logits === undefined) throw new Error('the network was not run')
    return { value, logits, grads }
  }

  get #variables(): Variable[] {
    return [...[...this.#convolutions.values()].flatMap(({ filter, bias }) => [filter, bias]), this.#head.weights, this.#head.bias]
  }

  /** The gradient of a batch's mean cross-entropy by each weight, in the order of the ops (kernel, bias) and then the head's; and that mean. */
  async gradients(
    values: BatchValues,
    classes: Int32Array,
  ): Promise<{ readonly loss: number; readonly gradients: readonly Float32Array[] }> {
    const { value, logits, grads } = this.#gradients(values, classes)
    try {
      const gradients = await Promise.all(
        this.#variables.map(async ({ name }) => ((await grads[name]?.data()) ?? new Float32Array()) as Float32Array),
      )
      return { loss: (await value.data())[0] ?? NaN, gradients }
    } finally {
      this.#tf.dispose([value, logits, grads])
    }
  }

  /** What comes in as features, row-major [count, dim], without the head. */
  features(values: BatchValues, count: number): Promise<Float32Array> {
    return this.#read(() => runNetwork(this.#tf, this.#ops, this.#engineWeights, this.#batch(values, count)))
  }

  /** Row-major [count, classCount]; `softmaxRow` makes probabilities of them. */
  logits(values: BatchValues, count: number): Promise<Float32Array> {
    return this.#read(() => this.#logits(runNetwork(this.#tf, this.#ops, this.#engineWeights, this.#batch(values, count))))
  }

  async #read(run: () => Tensor): Promise<Float32Array> {
    const tensor = this.#tf.tidy(run)
    try {
      return (await tensor.data()) as Float32Array
    } finally {
      tensor.dispose()
    }
  }

  /** A copy of everything that learns. */
  async read(): Promise<LearnedWeights> {
    const copy = async (variable: Variable): Promise<Float32Array<ArrayBuffer>> =>
      Float32Array.from((await variable.data()) as Float32Array)
    const convolutions = new Map<string, ConvolutionWeights>()
    for (const [name, { filter, bias }] of this.#convolutions)
      convolutions.set(name, { kernel: await copy(filter), bias: await copy(bias) })
    return { convolutions, headWeights: await copy(this.#head.weights), headBias: await copy(this.#head.bias) }
  }

  /** Goes back to weights that were read before; what the optimiser remembered of the way is forgotten. */
  write({ convolutions, headWeights, headBias }: LearnedWeights): void {
    const assign = (variable: Variable, values: Float32Array): void =>
      this.#tf.tidy(() => variable.assign(this.#tf.tensor(values, variable.shape)))
    for (const [name, { filter, bias }] of this.#convolutions) {
      const own = convolutions.get(name)
      if (own === undefined) throw new Error(`${name} has no weights`)
      assign(filter, own.kernel)
      assign(bias, own.bias)
    }
    assign(this.#head.weights, headWeights)
    assign(this.#head.bias, headBias)
    this.#disposeOptimisers()
    this.#optimisers = this.#newOptimisers()
  }

  #disposeOptimisers(): void {
    this.#optimisers.head.dispose()
    this.#optimisers.body.dispose()
  }

  dispose(): void {
    this.#disposeOptimisers()
    this.#tf.dispose(this.#variables)
    this.#tf.dispose([this.#means, this.#deviation])
    this.#convolutions.clear()
  }
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
