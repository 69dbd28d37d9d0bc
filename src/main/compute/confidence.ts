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
export const penaltyOfOne = 0.2
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
 *
 * A class whose photos all look nearly the same (one take of a camera) lies in one fold whole, and the head for that fold has never heard of it: its photos
 * say nothing of sureness there. They are judged once more in folds that part what looks the same. That is easier and finds a head too sure of itself more
 * rarely, so the larger of both counts: where no other photos are left, a head is trusted as far as the labels within the takes agree, which keeps
 * suggestions usable, and whose photos of other takes it may get wrong nobody can know yet.
 */
export async function findTemperature(
  rows: LabelledRows,
  photos: readonly LabelledPhoto[],
  shape: HeadShape,
  signal: AbortSignal,
): Promise<number> {
  const judged = firstOfEachClass(rows.classes, shape.classCount)
  const whole = await judgeInFolds(rows, foldsOf(rows.classes, photos, judged), shape, signal)
  if (whole.unknown === 0) return temperatureOf(whole, shape)
  const alone = photos.map(({ hash }) => ({ hash, groupId: null }))
  const parted = await judgeInFolds(rows, foldsOf(rows.classes, alone, judged), shape, signal)
  return Math.max(temperatureOf(whole, shape), temperatureOf(parted, shape))
}

interface Judged {
  /** Row-major [classes, classCount]. */
  readonly probabilities: Float32Array
  readonly classes: Int32Array
  /** Rows of classes that no head of another fold has learned: they are not among `classes`. */
  readonly unknown: number
}

function temperatureOf({ probabilities, classes }: Judged, { classCount }: HeadShape): number {
  return 1 / fitExponent(probabilities, classes, { classCount, from: 1 / mostTemperature, to: 1, trust: trustInFit })
}

/** What heads answer for the rows of each fold that have learned from the other folds. */
async function judgeInFolds(rows: LabelledRows, foldOf: Int32Array, shape: HeadShape, signal: AbortSignal): Promise<Judged> {
  const answers: Float32Array[] = []
  const classes: number[] = []
  let unknown = 0
  for (let fold = 0; fold < folds; fold++) {
    const others = pick(rows, shape.dim, (row) => foldOf[row] !== fold && foldOf[row] !== -1)
    const known = new Set(others.classes)
    const all = [...rows.classes.keys()].filter((row) => foldOf[row] === fold)
    const own = pick(rows, shape.dim, (row) => foldOf[row] === fold && known.has(rows.classes[row] as number))
    unknown += all.length - own.classes.length
    if (own.classes.length === 0 || known.size < 2) continue
    answers.push(applyHead(await fitHead(others, shape, signal), own.features))
    classes.push(...own.classes)
  }
  return { probabilities: Float32Array.from(answers.flatMap((each) => [...each])), classes: Int32Array.from(classes), unknown }
}

/** So many rows of each class that sureness is judged on. */
function firstOfEachClass(classes: Int32Array, classCount: number): number[] {
  const seen = new Int32Array(classCount)
  const perClass = Math.ceil(judgedAtMost / classCount)
  return [...classes.keys()].filter((row) => (seen[classes[row] as number] as number)++ < perClass)
}

/** The fold of each row; -1 for rows that are not among `judged`. */
function foldsOf(classes: Int32Array, photos: readonly LabelledPhoto[], judged: readonly number[]): Int32Array {
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
