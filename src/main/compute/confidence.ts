import { assignFolds, type RowToFold } from './assign-folds.ts'
import { fitExponent, raise } from './fit-exponent.ts'
import { fitSoftmax } from './fit-softmax.ts'
import { applyHead } from './head.ts'
import type { LabelledRows } from './softmax-regression.ts'
import { foldScale, measureScale, standardise } from './standardise.ts'
import type { Head } from '../contract/worker/training-tasks.ts'

export interface HeadShape {
  readonly dim: number
  readonly classCount: number
}

/**
 * The penalty of one labelled photo; with `n` of them it is this over `n` (scikit-learn's C = 5). Tried from 0.1 to 3000 on two photo sets with 3 to 20
 * labels a class: accuracy hardly moves, and at 0.1 to 0.3 the answers are as sure as they are right.
 */
const penaltyOfOne = 0.2
const folds = 3
/** Photos that the sureness is judged on: a single number is found from them, and each costs the fits time. */
const judgedAtMost = 600
/** How much evidence it takes to take sureness away, in photos: with a handful of labels chance alone would. */
const trustInFit = 5
const mostTemperature = 12

/** Fits a head to plain features, which are standardised in place. Throws the signal's reason when cancelled. */
export async function fitHead(rows: LabelledRows, { dim, classCount }: HeadShape, signal: AbortSignal): Promise<Head> {
  const scale = measureScale(rows.features, dim)
  standardise(rows.features, scale)
  const penalty = penaltyOfOne / rows.classes.length
  return foldScale(await fitSoftmax(rows, { dim, classCount, penalty }, signal), classCount, scale)
}

/** What tells the photos of rows apart, and which belong together. */
export type LabelledPhoto = Pick<RowToFold, 'hash' | 'groupId'>

/**
 * By how much a head is too sure of itself, 1 or more: its logits are divided by that (`fitExponent`, of which it is the inverse). Found on answers for
 * labelled photos by heads that had not seen them, nor any that look nearly the same, so that labels which contradict each other make it less sure. `rows`
 * are left as they are; `photos` are in their order.
 */
export async function findTemperature(
  rows: LabelledRows,
  photos: readonly LabelledPhoto[],
  shape: HeadShape,
  signal: AbortSignal,
): Promise<number> {
  const foldOf = foldsOf(rows.classes, photos, shape.classCount)
  const answers: Float32Array[] = []
  const classes: number[] = []
  for (let fold = 0; fold < folds; fold++) {
    const own = pick(rows, shape.dim, (row) => foldOf[row] === fold)
    const others = pick(rows, shape.dim, (row) => foldOf[row] !== fold && foldOf[row] !== -1)
    if (own.classes.length === 0 || new Set(others.classes).size < 2) continue
    answers.push(applyHead(await fitHead(others, shape, signal), own.features))
    classes.push(...own.classes)
  }
  const judged = Float32Array.from(answers.flatMap((each) => [...each]))
  const { classCount } = shape
  return 1 / fitExponent(judged, Int32Array.from(classes), { classCount, from: 1 / mostTemperature, to: 1, trust: trustInFit })
}

/** The fold of each row, of the first ones of each class; -1 for rows beyond those that are judged on. */
function foldsOf(classes: Int32Array, photos: readonly LabelledPhoto[], classCount: number): Int32Array {
  const seen = new Int32Array(classCount)
  const perClass = Math.ceil(judgedAtMost / classCount)
  const judged = [...classes.keys()].filter((row) => (seen[classes[row] as number] as number)++ < perClass)
  const assigned = assignFolds(
    judged.map((row) => ({ hash: '', groupId: null, ...photos[row], classIndex: classes[row] as number })),
    folds,
    1,
  )
  const foldOf = new Int32Array(classes.length).fill(-1)
  for (const [at, row] of judged.entries()) foldOf[row] = assigned[at] as number
  return foldOf
}

function pick({ features, classes }: LabelledRows, dim: number, isWanted: (row: number) => boolean): LabelledRows {
  const wanted = [...classes.keys()].filter(isWanted)
  const picked = new Float32Array(wanted.length * dim)
  for (const [at, row] of wanted.entries()) picked.set(features.subarray(row * dim, (row + 1) * dim), at * dim)
  return { features: picked, classes: Int32Array.from(wanted, (row) => classes[row] as number) }
}

/** Probabilities, row-major [rows, classCount], as they would be with all logits divided by `temperature`; another array. */
export function soften(probabilities: Float32Array, classCount: number, temperature: number): Float32Array {
  const softened = probabilities.slice()
  raise(softened, classCount, 1 / temperature)
  return softened
}
