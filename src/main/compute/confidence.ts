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
const temperatures = Array.from({ length: 51 }, (_, step) => Math.exp(step * 0.05))

/** Fits a head to plain features, which are standardised in place. Throws the signal's reason when cancelled. */
export async function fitHead(rows: LabelledRows, { dim, classCount }: HeadShape, signal: AbortSignal): Promise<Head> {
  const scale = measureScale(rows.features, dim)
  standardise(rows.features, scale)
  const penalty = penaltyOfOne / rows.classes.length
  return foldScale(await fitSoftmax(rows, { dim, classCount, penalty }, signal), classCount, scale)
}

/**
 * By how much a head is too sure of itself, 1 or more: its logits are divided by that (temperature scaling: Guo et al., ICML 2017). Found on answers for
 * labelled photos by heads that had not seen them, so that labels which contradict each other make it less sure. `rows` are left as they are.
 */
export async function findTemperature(rows: LabelledRows, shape: HeadShape, signal: AbortSignal): Promise<number> {
  const foldOf = dealOut(rows.classes, shape.classCount)
  const judged: { readonly probabilities: Float32Array; readonly classes: Int32Array }[] = []
  for (let fold = 0; fold < folds; fold++) {
    const own = pick(rows, shape.dim, (row) => foldOf[row] === fold)
    const others = pick(rows, shape.dim, (row) => foldOf[row] !== fold && foldOf[row] !== -1)
    if (own.classes.length === 0 || new Set(others.classes).size < 2) continue
    const head = await fitHead(others, shape, signal)
    judged.push({ probabilities: applyHead(head, own.features), classes: own.classes })
  }
  const costs = temperatures.map((temperature) => {
    let cost = trustInFit * Math.log(temperature) ** 2
    for (const { probabilities, classes } of judged) cost += logLoss(soften(probabilities, shape.classCount, temperature), classes)
    return cost
  })
  return temperatures[costs.indexOf(Math.min(...costs))] ?? 1
}

/** The fold of each row, each class dealt out in turn; -1 for rows beyond those that are judged on. */
function dealOut(classes: Int32Array, classCount: number): Int32Array {
  const dealt = new Int32Array(classCount)
  const perClass = Math.ceil(judgedAtMost / classCount)
  return classes.map((each) => {
    const place = (dealt[each] as number)++
    return place < perClass ? place % folds : -1
  })
}

function pick({ features, classes }: LabelledRows, dim: number, isWanted: (row: number) => boolean): LabelledRows {
  const wanted = [...classes.keys()].filter(isWanted)
  const picked = new Float32Array(wanted.length * dim)
  for (const [at, row] of wanted.entries()) picked.set(features.subarray(row * dim, (row + 1) * dim), at * dim)
  return { features: picked, classes: Int32Array.from(wanted, (row) => classes[row] as number) }
}

/** Probabilities, row-major [rows, classCount], as they would be with all logits divided by `temperature`; another array. */
export function soften(probabilities: Float32Array, classCount: number, temperature: number): Float32Array {
  if (temperature === 1) return probabilities
  const softened = new Float32Array(probabilities.length)
  for (let at = 0; at < probabilities.length; at += classCount) {
    let sum = 0
    for (let c = at; c < at + classCount; c++) sum += softened[c] = (probabilities[c] as number) ** (1 / temperature)
    for (let c = at; c < at + classCount; c++) softened[c] = (softened[c] as number) / sum
  }
  return softened
}

/** Sum over rows, nats. */
function logLoss(probabilities: Float32Array, classes: Int32Array): number {
  const classCount = probabilities.length / classes.length
  let sum = 0
  for (const [row, own] of classes.entries()) sum -= Math.log(Math.max(1e-12, probabilities[row * classCount + own] as number))
  return sum
}
