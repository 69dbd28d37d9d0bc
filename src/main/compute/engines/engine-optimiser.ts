import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs'
import type { HeadSettings } from '../../contract/worker/training-tasks.ts'
import type { Tfjs } from './load-tfjs.ts'

/** What is told of an optimiser. */
export interface OptimiserSettings {
  readonly optimiser: HeadSettings['optimiser']
  readonly learningRate: number
  /** As optimiser.ts has it, of what has more than one axis: kernels and the weights of the head. Absent: 0. */
  readonly weightDecay?: number
}

/** What an optimiser remembers of its steps. `shapes`: of each of the values. */
export interface OptimiserState {
  readonly shapes: readonly (readonly number[])[]
  readonly values: readonly Float32Array[]
}

interface Slot {
  readonly originalName: string
  readonly variable: Variable
}

/** Inside of TensorFlow.js' optimisers: its own way to read and write them computes Adam's powers anew, which then differ in their last bits. */
interface Memory {
  readonly accBeta1?: Variable
  readonly accBeta2?: Variable
  accumulatedFirstMoment?: Slot[]
  accumulatedSecondMoment?: Slot[]
  accumulations?: Slot[]
}
const slotsOf = ['accumulatedFirstMoment', 'accumulatedSecondMoment', 'accumulations'] as const

/** An optimiser of TensorFlow.js whose steps may take a share of its learning rate, and let weights decay. Its memory on the engine is freed by `dispose`. */
export class EngineOptimiser {
  readonly #tf: Tfjs
  readonly #settings: OptimiserSettings
  readonly #optimiser: Optimizer

  constructor(tf: Tfjs, settings: OptimiserSettings) {
    this.#tf = tf
    this.#settings = settings
    const { optimiser, learningRate } = settings
    // The same constants as for a head that is trained alone: see optimiser.ts.
    this.#optimiser = optimiser === 'sgd' ? tf.train.momentum(learningRate, 0.9) : tf.train.adam(learningRate, 0.9, 0.999, 1e-7)
  }

  /** One step against `gradients`, by the names of the variables; a variable without one stays. `share` of the learning rate is taken. */
  step(variables: readonly Variable[], gradients: Readonly<Record<string, Tensor>>, share: number): void {
    const named = variables.flatMap(({ name }) => (gradients[name] === undefined ? [] : [{ name, tensor: gradients[name] }]))
    if (named.length === 0) return
    this.#decay(variables, share)
    if (this.#settings.optimiser === 'sgd') this.#stepWithMomentum(named, share)
    else {
      // It reads its rate anew for each step, and has no other way to change it.
      const adam = this.#optimiser as unknown as { learningRate: number }
      adam.learningRate = share * this.#settings.learningRate
      this.#optimiser.applyGradients(named)
    }
  }

  /**
   * The rate of the optimiser stays, and the gradient is scaled: a velocity then holds steps that were taken at the rate of their time, as Keras and
   * optimiser.ts have it.
   */
  #stepWithMomentum(named: readonly { readonly name: string; readonly tensor: Tensor }[], share: number): void {
    if (share === 1) return this.#optimiser.applyGradients([...named])
    const scaled = named.map(({ name, tensor }) => ({ name, tensor: this.#tf.mul(tensor, share) }))
    this.#optimiser.applyGradients(scaled)
    for (const { tensor } of scaled) tensor.dispose()
  }

  #decay(variables: readonly Variable[], share: number): void {
    const { learningRate, weightDecay = 0 } = this.#settings
    if (weightDecay === 0) return
    const kept = 1 - share * learningRate * weightDecay
    for (const variable of variables) if (variable.rank > 1) this.#tf.tidy(() => variable.assign(this.#tf.mul(variable, kept)))
  }

  get #memory(): Memory {
    return this.#optimiser as unknown as Memory
  }

  async read(): Promise<OptimiserState> {
    const { accBeta1, accBeta2 } = this.#memory
    const powers = accBeta1 === undefined || accBeta2 === undefined ? [] : [accBeta1, accBeta2]
    const variables = [...powers, ...slotsOf.flatMap((name) => this.#memory[name] ?? []).map(({ variable }) => variable)]
    const values: Float32Array[] = []
    for (const variable of variables) values.push(Float32Array.from((await variable.data()) as Float32Array))
    return { shapes: variables.map(({ shape }) => shape), values }
  }

  /** Remembers what was read of one of the same kind; this one has made no step yet. Throws where that is not whole. */
  write({ shapes, values }: OptimiserState): void {
    const memory = this.#memory
    const { accBeta1, accBeta2 } = memory
    const powers = accBeta1 === undefined || accBeta2 === undefined ? [] : [accBeta1, accBeta2]
    if (values.length !== shapes.length || shapes.length < powers.length)
      throw new Error('a part of what an optimiser remembers is missing')
    const tensors = shapes.map((shape, index) => this.#tf.tensor(values[index] ?? [], [...shape]))
    for (const power of powers) this.#tf.tidy(() => power.assign(tensors.shift() ?? power))
    const slots = tensors.map((tensor): Slot => ({ originalName: '', variable: this.#tf.variable(tensor, false) }))
    this.#tf.dispose(tensors)
    if (memory.accumulations !== undefined) memory.accumulations = slots
    else {
      memory.accumulatedFirstMoment = slots.slice(0, slots.length / 2)
      memory.accumulatedSecondMoment = slots.slice(slots.length / 2)
    }
  }

  dispose(): void {
    this.#optimiser.dispose()
  }
}
