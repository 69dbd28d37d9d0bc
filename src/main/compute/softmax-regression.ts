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

function dot(features: Float32Array, from: number, parameters: Parameters, at: number, dim: number): number {
  // Four sums, because the processor then need not wait for one addition to begin the next.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const whole = dim - (dim % 4)
  for (let i = 0; i < whole; i += 4) {
    a += (features[from + i] as number) * (parameters[at + i] as number)
    b += (features[from + i + 1] as number) * (parameters[at + i + 1] as number)
    c += (features[from + i + 2] as number) * (parameters[at + i + 2] as number)
    d += (features[from + i + 3] as number) * (parameters[at + i + 3] as number)
  }
  for (let i = whole; i < dim; i++) a += (features[from + i] as number) * (parameters[at + i] as number)
  return a + b + (c + d)
}

/** Probabilities of one row into `probabilities`; adds its loss and whether it was right to `tally`. */
function judgeRow(rows: LabelledRows, row: number, parameters: Parameters, probabilities: Float64Array, tally: Tally): void {
  const classCount = probabilities.length
  const dim = parameters.length / classCount - 1
  let best = 0
  for (let c = 0; c < classCount; c++) {
    const logit = dot(rows.features, row * dim, parameters, c * dim, dim) + (parameters[classCount * dim + c] as number)
    probabilities[c] = logit
    if (logit > (probabilities[best] as number)) best = c
  }
  const label = rows.classes[row] as number
  const own = probabilities[label] as number
  tally.loss += softmaxRow(probabilities, 0, classCount) - own
  if (best === label) tally.right += 1
}

/** Loss and right answers over all rows. */
export function judge(rows: LabelledRows, parameters: Parameters, classCount: number): Tally {
  const tally = { loss: 0, right: 0 }
  const probabilities = new Float64Array(classCount)
  for (let row = 0; row < rows.classes.length; row++) judgeRow(rows, row, parameters, probabilities, tally)
  return tally
}

/**
 * Gradient of the mean cross-entropy of the rows `order[from..to)` into `gradient` (laid out as the parameters), and what they scored
 * before the step into `tally`. For softmax regression: d loss / d logit = probability - (1 for the row's own class, else 0).
 */
export function meanGradient(
  rows: LabelledRows,
  order: Int32Array,
  from: number,
  to: number,
  parameters: Parameters,
  gradient: Float32Array,
  probabilities: Float64Array,
  tally: Tally,
): void {
  const classCount = probabilities.length
  const dim = parameters.length / classCount - 1
  gradient.fill(0)
  for (let i = from; i < to; i++) {
    const row = order[i] as number
    judgeRow(rows, row, parameters, probabilities, tally)
    const start = row * dim
    for (let c = 0; c < classCount; c++) {
      const slope = ((probabilities[c] as number) - (rows.classes[row] === c ? 1 : 0)) / (to - from)
      const at = c * dim
      for (let j = 0; j < dim; j++) gradient[at + j] = (gradient[at + j] as number) + slope * (rows.features[start + j] as number)
      gradient[classCount * dim + c] = (gradient[classCount * dim + c] as number) + slope
    }
  }
}
