import type { Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs'
import { isConvolution, type ConvolutionOp, type ConvolutionWeights, type Network, type NetworkOp } from '../convert/network.ts'
import { biasAndActivation } from './bias-and-activation.ts'
import type { Tfjs } from './load-tfjs.ts'
import { convolveAlone, filterShape, type EngineWeights } from './run-network.ts'

/** The convolutions of a network while they learn. */
export interface LearningConvolutions {
  /** What gradients are taken by: the variables of each op, by its name, in the order of the ops. */
  readonly variables: ReadonlyMap<string, readonly Variable[]>
  /** Everything that a step changes, in a fixed order: what has to be kept to come back to where one was. */
  readonly state: readonly Variable[]
  /** One convolution and what follows it, for use inside of `tf.variableGrads`. */
  learn(op: ConvolutionOp, input: Tensor4D): Tensor4D
  /** After the optimiser's step: takes over what the batch told besides its gradients. */
  stepped(): void
  /** Weights to answer with, by the names of the ops; good until the next step or until `changed`. */
  answering(): ReadonlyMap<string, EngineWeights>
  /** `state` was changed from outside, or what was told of a batch is not wanted. */
  changed(): void
  /** The values of `state`, read earlier, in the neutral form. */
  toNetwork(state: readonly Float32Array[]): Map<string, ConvolutionWeights>
  /** Frees everything but `state`. */
  dispose(): void
}

/** The ops that convolve, with their weights. Throws where some are missing. */
export function convolutionsOf(
  ops: readonly NetworkOp[],
  weights: Network['weights'],
): readonly { readonly op: ConvolutionOp; readonly own: ConvolutionWeights }[] {
  return ops.filter(isConvolution).map((op) => {
    const own = weights.get(op.name)
    if (own === undefined) throw new Error(`${op.name} has no weights`)
    return { op, own }
  })
}

/** Kernels and biases as the neutral form has them: what normalised in the original is folded into both, and stays as it was. */
export class FoldedConvolutions implements LearningConvolutions {
  readonly state: readonly Variable[]
  readonly #tf: Tfjs
  readonly #weights = new Map<string, { readonly filter: Variable; readonly bias: Variable }>()

  constructor(tf: Tfjs, ops: readonly NetworkOp[], weights: Network['weights']) {
    this.#tf = tf
    for (const { op, own } of convolutionsOf(ops, weights))
      this.#weights.set(op.name, {
        filter: tf.tidy(() => tf.variable(tf.tensor4d(own.kernel, filterShape(op)))),
        bias: tf.tidy(() => tf.variable(tf.tensor1d(own.bias))),
      })
    this.state = [...this.#weights.values()].flatMap(({ filter, bias }) => [filter, bias])
  }

  get variables(): ReadonlyMap<string, readonly Variable[]> {
    return new Map([...this.#weights].map(([name, { filter, bias }]) => [name, [filter, bias]]))
  }

  learn(op: ConvolutionOp, input: Tensor4D): Tensor4D {
    const own = this.#weights.get(op.name)
    if (own === undefined) throw new Error(`${op.name} has no weights`)
    const sums = convolveAlone(this.#tf, op, own.filter as unknown as Tensor4D, input)
    return biasAndActivation(this.#tf, sums, own.bias as unknown as Tensor1D, op.activation)
  }

  stepped(): void {
    // The optimiser has changed all there is.
  }

  answering(): ReadonlyMap<string, EngineWeights> {
    return this.#weights as ReadonlyMap<string, unknown> as ReadonlyMap<string, EngineWeights>
  }

  changed(): void {
    // It answers with what it learns.
  }

  toNetwork(state: readonly Float32Array[]): Map<string, ConvolutionWeights> {
    const names = [...this.#weights.keys()]
    return new Map(
      names.map((name, index) => [
        name,
        { kernel: Float32Array.from(state[2 * index] ?? []), bias: Float32Array.from(state[2 * index + 1] ?? []) },
      ]),
    )
  }

  dispose(): void {
    this.#weights.clear()
  }
}
