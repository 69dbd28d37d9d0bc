import type { UseReason } from '../contract/worker/suggest-task.ts'
import type { Turns } from './turns.ts'
import { dot } from './dot.ts'

/** Rows of one kind, row-major [rows, dim], centred and of length 1: their products are cosines. */
export interface UnitRows {
  readonly features: Float32Array
  readonly rows: number
}

export interface ReasonRows {
  readonly dim: number
  readonly classCount: number
  /** The photos to give reasons for, with their probabilities, row-major [rows, classCount]. */
  readonly chosen: UnitRows
  readonly probabilities: Float32Array
  readonly labelled: UnitRows
  /** Some of the unlabelled photos, drawn by chance. */
  readonly sample: UnitRows
}

/** Two classes are about as likely where the second has at least this share of the first one's probability. */
const aboutAsLikely = 0.6
/** Fewer than this share of the photos are not many. */
const manyShare = 0.05
const manyAtLeast = 4
/** A photo is unlike all labelled ones where no more than this share of the sample is farther from them. */
const farthestShare = 0.1

/** From this probability of a class on, nobody would call it unsure. */
const sureFrom = 0.9

/** A reason for each of the chosen photos: what is likely first, then what it stands for among all others. */
export async function reasonsFor(input: ReasonRows, turns: Turns): Promise<UseReason[]> {
  const { sample, chosen, labelled, dim } = input
  const sampleNearness = await nearnessTo(labelled, sample, dim, turns)
  const chosenNearness = await nearnessTo(labelled, chosen, dim, turns)
  const farthest = sampleNearness.toSorted()[Math.floor(sample.rows * farthestShare)] ?? -1
  const reasons: UseReason[] = []
  for (let row = 0; row < chosen.rows; row++) {
    await turns.give(false)
    const between = betweenClasses(input, row)
    if (between !== null) {
      reasons.push(between)
      continue
    }
    const nearer = countNearer(input, row, sampleNearness)
    if (nearer >= manyAtLeast && nearer >= manyShare * sample.rows) reasons.push({ kind: 'many', share: nearer / sample.rows })
    else if ((chosenNearness[row] as number) <= farthest) reasons.push({ kind: 'unlike' })
    else reasons.push({ kind: isSure(input, row) ? 'sure' : 'unsure' })
  }
  return reasons
}

/** The cosine of each of `rows` with the row of `others` that is most like it; -1 where there are none. */
async function nearnessTo(others: UnitRows, { features, rows }: UnitRows, dim: number, turns: Turns): Promise<Float64Array> {
  const nearness = new Float64Array(rows).fill(-1)
  for (let row = 0; row < rows; row++) {
    await turns.give(false)
    for (let other = 0; other < others.rows; other++) {
      const cosine = dot(features, row * dim, others.features, other * dim, dim)
      if (cosine > (nearness[row] as number)) nearness[row] = cosine
    }
  }
  return nearness
}

/** How many of the sample are more like this photo than like any labelled one, itself left out. */
function countNearer({ sample, chosen, dim }: ReasonRows, row: number, sampleNearness: Float64Array): number {
  let count = 0
  for (let other = 0; other < sample.rows; other++) {
    const cosine = dot(chosen.features, row * dim, sample.features, other * dim, dim)
    // A product of 1 is the photo itself, or a copy of it.
    if (cosine > (sampleNearness[other] as number) && cosine < 0.9999) count++
  }
  return count
}

function isSure({ probabilities, classCount }: ReasonRows, row: number): boolean {
  return probabilities.subarray(row * classCount, (row + 1) * classCount).some((probability) => probability >= sureFrom)
}

function betweenClasses({ probabilities, classCount }: ReasonRows, row: number): UseReason | null {
  const own = [...probabilities.subarray(row * classCount, (row + 1) * classCount)]
  const [first, second] = topTwo(own)
  const isBetween = (own[second] as number) >= aboutAsLikely * (own[first] as number)
  // Where a third class is about as likely too, naming two would say too much.
  const third = Math.max(0, ...own.filter((_, c) => c !== first && c !== second))
  return isBetween && third < aboutAsLikely * (own[second] as number) ? { kind: 'between', first, second } : null
}

/** Places of the largest and the second largest value; of equal ones the first comes first. */
export function topTwo(values: ArrayLike<number>): readonly [number, number] {
  let [first, second] = [0, -1]
  for (let c = 1; c < values.length; c++) {
    if ((values[c] as number) > (values[first] as number)) [first, second] = [c, first]
    else if (second === -1 || (values[c] as number) > (values[second] as number)) second = c
  }
  return [first, second === -1 ? first : second]
}

/** Rows less `means`, each divided by its length, as another array. */
export function toUnitRows(features: Float32Array, means: Float64Array): UnitRows {
  const dim = means.length
  const rows = features.length / dim
  const unit = new Float32Array(features.length)
  for (let row = 0; row < rows; row++) {
    let squares = 0
    for (let j = 0; j < dim; j++) {
      const value = (features[row * dim + j] as number) - (means[j] as number)
      unit[row * dim + j] = value
      squares += value * value
    }
    const length = Math.sqrt(squares)
    for (let j = 0; length > 0 && j < dim; j++) unit[row * dim + j] = (unit[row * dim + j] as number) / length
  }
  return { features: unit, rows }
}
