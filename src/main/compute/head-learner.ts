import type { HeadSettings } from '../contract/worker/training-tasks.ts'
import { drawBalanced } from './balanced-draw.ts'
import { balancedWeights } from './balanced-weights.ts'
import { dropMask, dropoutStream } from './drop-features.ts'
import { mixedGradient } from './mixed-gradient.ts'
import { drawMix } from './mixup.ts'
import { makeOptimiser, type Step } from './optimiser.ts'
import { makeRandom, shuffle } from './random.ts'
import {
  meanGradient,
  writePriors,
  type Aim,
  type BatchMemory,
  type LabelledRows,
  type Parameters,
  type Tally,
} from './softmax-regression.ts'

/** How a head learns, whatever says how long and with which rate. */
export type HeadRule = Omit<HeadSettings, 'epochs' | 'patience' | 'schedule'>

/**
 * A head while it learns from standardised rows by mini-batches in a seeded order: from the class counts, or from nothing where classes are weighted or drawn
 * as frequent as one another. Its step takes a share of the learning rate. `rows.features` may hold more rows than `rows.classes`: those of the photos' variants,
 * [1 + variants, rows, dim]; each epoch draws one of a photo's rows, its own among them.
 */
export class HeadLearner {
  readonly parameters: Parameters
  /** Rows in an epoch. */
  readonly rowCount: number
  /** Of every look of every photo. */
  readonly #rows: LabelledRows
  readonly #photoClasses: Int32Array
  /** Rows of a photo. */
  readonly #looks: number
  readonly #rule: HeadRule
  readonly #dim: number
  readonly #classCount: number
  readonly #aim: Aim
  readonly #step: Step
  readonly #memory: BatchMemory
  readonly #random: () => number
  readonly #dropped: () => number
  /** Of its own: the order of the photos is the same with and without variants. */
  readonly #augmentation: () => number
  /** Photos of the epoch, and the row that each is seen in. */
  readonly #order: Int32Array
  #drawn: Int32Array

  constructor({ dim, classCount, rows, rule }: { dim: number; classCount: number; rows: LabelledRows; rule: HeadRule }) {
    this.#rule = rule
    this.#dim = dim
    this.#classCount = classCount
    this.rowCount = rows.classes.length
    this.#photoClasses = rows.classes
    this.#looks = rows.features.length / (this.rowCount * dim)
    const classes = Int32Array.from({ length: this.rowCount * this.#looks }, (_, row) => rows.classes[row % this.rowCount] ?? NaN)
    this.#rows = { features: rows.features, classes }
    this.parameters = new Float32Array(classCount * (dim + 1))
    // Where all classes count as much as one another, 0 says so.
    if (rule.classWeights === 'none') writePriors(this.parameters, rows.classes, classCount)
    const weights = rule.classWeights === 'balanced' ? balancedWeights(rows.classes, classCount) : null
    this.#aim = { smoothing: rule.labelSmoothing, weights }
    this.#step = makeOptimiser(rule, this.parameters.length, classCount * dim)
    this.#memory = {
      gradient: new Float32Array(this.parameters.length),
      probabilities: new Float64Array(Math.min(rule.batchSize, this.rowCount) * classCount),
    }
    this.#random = makeRandom(rule.seed)
    this.#dropped = makeRandom(rule.seed ^ dropoutStream)
    this.#augmentation = makeRandom(rule.seed ^ 0x5eed)
    this.#order = Int32Array.from({ length: this.rowCount }, (_, row) => row)
    this.#drawn = this.#order
  }

  /** Chooses the order of the photos of the next epoch, and the row that each is seen in. */
  beginEpoch(): void {
    if (this.#rule.classWeights === 'sampled') this.#order.set(drawBalanced(this.#photoClasses, this.#classCount, this.#random))
    else shuffle(this.#order, this.#random)
    this.#drawn =
      this.#looks === 1 ? this.#order : this.#order.map((photo) => photo + this.rowCount * Math.floor(this.#looks * this.#augmentation()))
  }

  /** A step over the rows at these places of the epoch, a batch at most; adds what they scored before it to `tally`. */
  learn(from: number, to: number, share: number, tally: Tally): void {
    const { dropout, mixup } = this.#rule
    const mix = drawMix(to - from, mixup, this.#augmentation)
    const mask = dropout === 0 ? null : dropMask((to - from) * this.#dim, dropout, this.#dropped)
    const [parameters, classCount, memory, aim] = [this.parameters, this.#classCount, this.#memory, this.#aim]
    if (mix !== null) {
      mixedGradient(this.#rows, this.#drawn.subarray(from, to), mix, parameters, classCount, memory, tally, aim, mask)
    } else if (mask !== null) {
      const rows = this.#masked(from, mask)
      meanGradient(rows, Int32Array.from(rows.classes.keys()), [0, to - from], parameters, classCount, memory, tally, aim)
    } else meanGradient(this.#rows, this.#drawn, [from, to], parameters, classCount, memory, tally, aim)
    this.#step(parameters, memory.gradient, share)
  }

  /** Copies of the rows from this place of the epoch on, each without some of its features. */
  #masked(from: number, mask: Float32Array): LabelledRows {
    const dim = this.#dim
    const rows = this.#drawn.subarray(from, from + mask.length / dim)
    const features = Float32Array.from(mask)
    for (const [place, row] of rows.entries())
      for (let j = 0; j < dim; j++) {
        const at = place * dim + j
        features[at] = (features[at] as number) * (this.#rows.features[row * dim + j] as number)
      }
    return { features, classes: rows.map((row) => this.#rows.classes[row] ?? NaN) }
  }
}
