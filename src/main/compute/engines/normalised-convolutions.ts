import type { Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs'
import { foldBatchNorm } from '../convert/fold-batch-norm.ts'
import type { ConvolutionOp, ConvolutionWeights, Network, NetworkOp } from '../convert/network.ts'
import { convolutionsOf, type LearningConvolutions } from './learning-convolutions.ts'
import type { Tfjs } from './load-tfjs.ts'
import type { ConvolutionMoments } from './measure-moments.ts'
import { normaliseBatch, type BatchMoments } from './normalise-batch.ts'
import { convolveAlone, filterShape, type EngineWeights } from './run-network.ts'

/** As in EfficientNet, and Keras's default. */
const epsilon = 1e-3
/** Share of the running averages that a batch leaves as it was: 0.9 gets used to a few dozen batches of new photos; those of millions use 0.99. */
const momentum = 0.9

interface Layer {
  readonly op: ConvolutionOp
  readonly filter: Variable
  readonly gamma: Variable
  readonly beta: Variable
  /** Running averages of what comes out of the kernel: what answers are normalised with. */
  readonly mean: Variable
  readonly variance: Variable
}

/**
 * Convolutions that are given a batch normalisation of their own (Ioffe and Szegedy 2015), which learns. In the neutral form what normalised before is folded
 * into kernel and bias; from them and from the moments that the kernel gives on the photos to learn from, gamma = sqrt(variance + epsilon) and beta = mean +
 * bias, so that at first the network answers just as it did. This is the layer that was folded, but for the scale of its kernel: normalising takes out any
 * scale (as long as epsilon is small beside the variance), so that the two can learn the same functions. Learning uses the moments of each batch; answers, and the network that is written in the end,
 * the running averages. Every convolution gets one, also one that had none before.
 */
export class NormalisedConvolutions implements LearningConvolutions {
  readonly variables: ReadonlyMap<string, readonly Variable[]>
  readonly state: readonly Variable[]
  readonly #tf: Tfjs
  readonly #layers: ReadonlyMap<string, Layer>
  /** Of the batch that was seen last, until the step that it leads to. */
  readonly #told = new Map<string, BatchMoments>()
  #folded: ReadonlyMap<string, EngineWeights> | null = null

  /** `moments`: of each convolution's output before its bias, over the photos to learn from, by the names of the ops. */
  constructor(tf: Tfjs, ops: readonly NetworkOp[], weights: Network['weights'], moments: ReadonlyMap<string, ConvolutionMoments>) {
    this.#tf = tf
    const vector = (values: Float32Array, learns: boolean): Variable => tf.tidy(() => tf.variable(tf.tensor1d(values), learns))
    const layers = convolutionsOf(ops, weights).map(({ op, own }): Layer => {
      const measured = moments.get(op.name)
      if (measured === undefined) throw new Error(`${op.name} was not measured`)
      const { mean, variance } = measured
      return {
        op,
        filter: tf.tidy(() => tf.variable(tf.tensor4d(own.kernel, filterShape(op)))),
        gamma: vector(
          variance.map((each) => Math.sqrt(each + epsilon)),
          true,
        ),
        beta: vector(
          mean.map((each, channel) => each + (own.bias[channel] ?? NaN)),
          true,
        ),
        mean: vector(mean, false),
        variance: vector(variance, false),
      }
    })
    this.#layers = new Map(layers.map((layer) => [layer.op.name, layer]))
    this.variables = new Map(layers.map(({ op, filter, gamma, beta }) => [op.name, [filter, gamma, beta]]))
    this.state = layers.flatMap(({ filter, gamma, beta, mean, variance }) => [filter, gamma, beta, mean, variance])
  }

  learn(op: ConvolutionOp, input: Tensor4D): Tensor4D {
    const layer = this.#layers.get(op.name)
    if (layer === undefined) throw new Error(`${op.name} has no weights`)
    const sums = convolveAlone(this.#tf, op, layer.filter as unknown as Tensor4D, input)
    const gamma = layer.gamma as unknown as Tensor1D
    const beta = layer.beta as unknown as Tensor1D
    return normaliseBatch(this.#tf, sums, { gamma, beta, epsilon }, op.activation, (moments) => {
      this.#forget(op.name)
      this.#told.set(op.name, moments)
    })
  }

  stepped(): void {
    for (const [name, { mean, variance }] of this.#told) {
      const layer = this.#layers.get(name)
      if (layer === undefined) continue
      for (const [average, batch] of [
        [layer.mean, mean],
        [layer.variance, variance],
      ] as const)
        this.#tf.tidy(() => average.assign(this.#tf.add(this.#tf.mul(average, momentum), this.#tf.mul(batch, 1 - momentum))))
    }
    this.changed()
  }

  answering(): ReadonlyMap<string, EngineWeights> {
    this.#folded ??= new Map([...this.#layers].map(([name, layer]) => [name, this.#fold(layer)]))
    return this.#folded
  }

  /** As `foldBatchNorm`, on the engine. */
  #fold({ op, filter, gamma, beta, mean, variance }: Layer): EngineWeights {
    const tf = this.#tf
    return tf.tidy(() => {
      const scale = tf.div<Tensor1D>(gamma, tf.sqrt(tf.add(variance, epsilon)))
      // The channels of a depthwise kernel lie on its last axis but one.
      const perChannel = op.kind === 'conv' ? scale : tf.reshape(scale, [op.outChannels, 1])
      // They are wanted longer than the work in the midst of which they are asked for.
      return { filter: tf.keep(tf.mul<Tensor4D>(filter, perChannel)), bias: tf.keep(tf.sub<Tensor1D>(beta, tf.mul(mean, scale))) }
    })
  }

  changed(): void {
    for (const name of [...this.#told.keys()]) this.#forget(name)
    for (const { filter, bias } of this.#folded?.values() ?? []) this.#tf.dispose([filter, bias])
    this.#folded = null
  }

  #forget(name: string): void {
    const moments = this.#told.get(name)
    if (moments !== undefined) this.#tf.dispose([moments.mean, moments.variance])
    this.#told.delete(name)
  }

  toNetwork(state: readonly Float32Array[]): Map<string, ConvolutionWeights> {
    const none = new Float32Array()
    return new Map(
      [...this.#layers.keys()].map((name, index) => {
        const [kernel = none, gamma = none, beta = none, mean = none, variance = none] = state.slice(5 * index, 5 * index + 5)
        return [name, foldBatchNorm(kernel, null, { gamma, beta, mean, variance, epsilon })]
      }),
    )
  }

  dispose(): void {
    this.changed()
  }
}
