import { dot } from './dot.ts'
import { softmaxRow } from './head.ts'

/** Rows to learn from or to measure on. */
export interface LabelledRows {
  /** Row-major [rows, dim]. */
  readonly features: Float32Array
  /** Class of each row, 0..classCount-1, [rows]. */
  readonly classes: Int32Array
}

/**
 * Weights while they are trained: row-major [classCount, dim], so that a class lies in one piece, followed by the bias [classCount].
 * (`Head` holds them the other way round, as layers of other libraries do.)
 */
export type Parameters = Float32Array<ArrayBuffer>

/** What a pass over rows saw: the sum of cross-entropies in nats, and how many rows got their own class. */
export interface Tally {
  loss: number
  right: number
}

/** How the loss that is learned from differs from plain cross-entropy. */
export interface Aim {
  /** 0..0.5: so much of the answer that is aimed at is spread evenly over all classes, the row's own among them (Szegedy et al. 2016, section 7). */
  readonly smoothing: number
  /** How much a row of each class counts, [classCount]; the mean is taken over the number of rows all the same. Null: 1 each. */
  readonly weights: readonly number[] | null
}
const plainAim: Aim = { smoothing: 0, weights: null }

/** Probabilities of one row into `probabilities`, from `at` on; adds its loss and whether it was right to `tally`. */
export function judgeRow(
  rows: LabelledRows,
  row: number,
  parameters: Parameters,
  classCount: number,
  probabilities: Float64Array,
  at: number,
  tally: Tally,
  { smoothing, weights }: Aim = plainAim,
): void {
  const dim = parameters.length / classCount - 1
  let best = 0
  for (let c = 0; c < classCount; c++) {
    const logit = dot(rows.features, row * dim, parameters, c * dim, dim) + (parameters[classCount * dim + c] as number)
    probabilities[at + c] = logit
    if (logit > (probabilities[at + best] as number)) best = c
  }
  const label = rows.classes[row] as number
  const own = probabilities[at + label] as number
  // Of the sum over all classes, each with its part of the aim, this is what differs from the row's own class alone.
  const spread = smoothing === 0 ? 0 : smoothing * (own - meanOf(probabilities, at, classCount))
  const loss = softmaxRow(probabilities, at, classCount) - own + spread
  tally.loss += weights === null ? loss : (weights[label] as number) * loss
  if (best === label) tally.right += 1
}

function meanOf(values: Float64Array, at: number, length: number): number {
  let sum = 0
  for (let i = at; i < at + length; i++) sum += values[i] as number
  return sum / length
}

/** Loss and right answers over all rows. */
export function judge(rows: LabelledRows, parameters: Parameters, classCount: number): Tally {
  const tally = { loss: 0, right: 0 }
  const probabilities = new Float64Array(classCount)
  for (let row = 0; row < rows.classes.length; row++) judgeRow(rows, row, parameters, classCount, probabilities, 0, tally)
  return tally
}

/** Adds the sum of four rows, each times its slope, to the gradient of one class: four rows for one look at the gradient. */
function addRows(features: Float32Array, starts: Int32Array, slopes: Float64Array, gradient: Float32Array, at: number, dim: number): void {
  const [a, b, c, d] = starts as unknown as readonly [number, number, number, number]
  const [p, q, r, s] = slopes as unknown as readonly [number, number, number, number]
  for (let j = 0; j < dim; j++) {
    gradient[at + j] =
      (gradient[at + j] as number) +
      (p * (features[a + j] as number) +
        q * (features[b + j] as number) +
        (r * (features[c + j] as number) + s * (features[d + j] as number)))
  }
}

/** Memory for one batch, used again for the next. */
export interface BatchMemory {
  /** Row-major [rows of the batch, classCount]. */
  readonly probabilities: Float64Array
  readonly gradient: Float32Array
}

/**
 * Gradient of the mean cross-entropy of the rows `order[from..to)` into `memory.gradient` (laid out as the parameters), and what they scored
 * before the step into `tally`. For softmax regression: d loss / d logit = probability - aim, which is 1 for the row's own class and 0 for the others, or
 * smoothed.
 */
export function meanGradient(
  rows: LabelledRows,
  order: Int32Array,
  [from, to]: readonly [number, number],
  parameters: Parameters,
  classCount: number,
  { probabilities, gradient }: BatchMemory,
  tally: Tally,
  aim: Aim = plainAim,
): void {
  const dim = parameters.length / classCount - 1
  const forOthers = aim.smoothing / classCount
  const forOwn = 1 - aim.smoothing + forOthers
  for (let i = from; i < to; i++)
    judgeRow(rows, order[i] as number, parameters, classCount, probabilities, (i - from) * classCount, tally, aim)
  gradient.fill(0)
  const starts = new Int32Array(4)
  const slopes = new Float64Array(4)
  for (let c = 0; c < classCount; c++) {
    for (let first = from; first < to; first += 4) {
      for (let k = 0; k < 4; k++) {
        // Where the batch ends before the fourth row, the first one stands in with the slope 0.
        const i = first + k < to ? first + k : first
        const row = order[i] as number
        const miss = (probabilities[(i - from) * classCount + c] as number) - (rows.classes[row] === c ? forOwn : forOthers)
        starts[k] = row * dim
        const weight = aim.weights === null ? 1 : (aim.weights[rows.classes[row] as number] as number)
        slopes[k] = first + k < to ? (weight * miss) / (to - from) : 0
        gradient[classCount * dim + c] = (gradient[classCount * dim + c] as number) + (slopes[k] as number)
      }
      addRows(rows.features, starts, slopes, gradient, c * dim, dim)
    }
  }
}

/**
 * Begins with the answers that the class counts of the training rows give: the bias of a class is the logarithm of its share of them times
 * the number of classes, and 0 where all have as many. Features that are centred say nothing about how frequent a class is, and a bias
 * moves by about one learning rate a step: from 0 it would take thousands of steps to say that one class is thirty times the other, and
 * until then the weights bend to say it instead.
 */
export function writePriors(parameters: Parameters, classes: Int32Array, classCount: number): void {
  const counts = new Int32Array(classCount)
  for (const each of classes) counts[each] = (counts[each] as number) + 1
  const biases = parameters.length - classCount
  // A class whose photos are all in the other parts is taken for one with a single row.
  counts.forEach((count, c) => (parameters[biases + c] = Math.log((Math.max(1, count) * classCount) / classes.length)))
}
