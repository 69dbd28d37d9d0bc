import type { Rank, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { isConvolution, type ConvolutionOp, type Network, type NetworkOp, type Shape } from '../convert/network.ts'
import { trainingKernels } from './kernels/training-kernels.ts'
import type { Tfjs } from './load-tfjs.ts'
import { clip, convolveAlone, runOps, uploadWeights, type EngineWeights } from './run-network.ts'

/** Of what a convolution gives before its bias, over all positions of all pictures, each [channels]; `variance` with n in its denominator. */
export interface ConvolutionMoments {
  readonly mean: Float32Array
  readonly variance: Float32Array
}

/** For work of which only the time counts: as if all were normal already. */
export function plainMoments(ops: readonly NetworkOp[]): ReadonlyMap<string, ConvolutionMoments> {
  const plain = ({ outChannels }: ConvolutionOp): ConvolutionMoments => ({
    mean: new Float32Array(outChannels),
    variance: new Float32Array(outChannels).fill(1),
  })
  return new Map(ops.filter(isConvolution).map((op) => [op.name, plain(op)]))
}

interface Sums {
  count: number
  readonly mean: Float64Array
  /** Of squared distances from the mean. */
  readonly squares: Float64Array
}

/** Measures what each convolution of a network gives, batch by batch, without changing anything. Its memory on the engine is freed by `dispose`. */
export class MomentsOfConvolutions {
  readonly #tf: Tfjs
  readonly #ops: readonly NetworkOp[]
  readonly #input: Shape
  readonly #weights: ReadonlyMap<string, EngineWeights>
  readonly #sums = new Map<string, Sums>()

  constructor(tf: Tfjs, { ops, input, weights }: { ops: readonly NetworkOp[]; input: Shape; weights: Network['weights'] }) {
    this.#tf = tf
    this.#ops = ops
    this.#input = input
    this.#weights = uploadWeights(tf, ops, weights)
  }

  /** `values`: row-major [count, height, width, channels]. */
  async add(values: Float32Array, count: number): Promise<void> {
    const tf = this.#tf
    const { height, width, channels } = this.#input
    const seen: { readonly op: ConvolutionOp; readonly positions: number; readonly mean: Tensor1D; readonly variance: Tensor1D }[] = []
    const measured = (op: ConvolutionOp, input: Tensor4D): Tensor4D => {
      const own = this.#weights.get(op.name)
      if (own === undefined) throw new Error(`${op.name} has no weights`)
      const sums = convolveAlone(tf, op, own.filter, input)
      const [ones, zeros] = [tf.ones<Rank.R1>([op.outChannels]), tf.zeros<Rank.R1>([op.outChannels])]
      const { mean, variance } = trainingKernels(tf).normalise(sums, ones, zeros, 1)
      seen.push({ op, positions: sums.size / op.outChannels, mean: tf.keep(mean), variance: tf.keep(variance) })
      const moved = tf.add<Tensor4D>(sums, own.bias)
      return op.activation === 'none' ? moved : clip(tf, moved, op.activation)
    }
    try {
      tf.tidy(() => void runOps(tf, this.#ops, measured, tf.tensor4d(values, [count, height, width, channels])))
      for (const { op, positions, mean, variance } of seen)
        this.#take(op.name, positions, (await mean.data()) as Float32Array, (await variance.data()) as Float32Array)
    } finally {
      tf.dispose(seen.flatMap(({ mean, variance }) => [mean, variance]))
    }
  }

  /** Two samples as one: Chan, Golub and LeVeque (1983), in double precision. `variance`: with Bessel's correction. */
  #take(name: string, count: number, mean: Float32Array, variance: Float32Array): void {
    const before = this.#sums.get(name) ?? { count: 0, mean: new Float64Array(mean.length), squares: new Float64Array(mean.length) }
    const total = before.count + count
    for (const [channel, own] of mean.entries()) {
      const distance = own - (before.mean[channel] ?? NaN)
      before.squares[channel] =
        (before.squares[channel] ?? NaN) + (variance[channel] ?? NaN) * (count - 1) + (distance * distance * before.count * count) / total
      before.mean[channel] = (before.mean[channel] ?? NaN) + (distance * count) / total
    }
    this.#sums.set(name, { ...before, count: total })
  }

  /** By the names of the ops. */
  moments(): ReadonlyMap<string, ConvolutionMoments> {
    return new Map(
      [...this.#sums].map(([name, { count, mean, squares }]) => [
        name,
        { mean: Float32Array.from(mean), variance: Float32Array.from(squares, (sum) => sum / count) },
      ]),
    )
  }

  dispose(): void {
    for (const { filter, bias } of this.#weights.values()) this.#tf.dispose([filter, bias])
  }
}
