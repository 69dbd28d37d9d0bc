import { penaltyOfOne } from './confidence.ts'
import { fitSoftmax } from './fit-softmax.ts'
import { makeRandom, shuffle } from './random.ts'
import { judgeRow, type LabelledRows } from './softmax-regression.ts'
import { Turns } from './turns.ts'

export interface CurveRows extends LabelledRows {
  readonly dim: number
  readonly classCount: number
}

export interface RightWanted {
  /** Standardised. */
  readonly data: CurveRows
  /** For each repeat the fold of each row, 0..folds-1. */
  readonly foldsOf: readonly Int32Array[]
  readonly folds: number
  /** Which share, above 0 to 1, of the photos of a class that may be learned from is learned from. */
  readonly shareOf: (classIndex: number) => number
  readonly seed: number
  readonly signal: AbortSignal
}

/** How often rows were right that the heads had not learned from. */
export interface Measured {
  /** Of each row the share of repeats, 0..1. */
  readonly right: Float64Array
  /** Rows learned from, on average over heads; and those of one class. */
  readonly learned: number
  learnedOf(classIndex: number): number
  /** As `right`, of the rows of one class. */
  rightOf(classIndex: number): Float64Array
}

/** Answers for every row by heads that learned from a share of the other folds. Throws the signal's reason; `onHead` is called after each head. */
export async function measureRight({ data, foldsOf, folds, shareOf, seed, signal }: RightWanted, onHead: () => void): Promise<Measured> {
  const { classes, classCount, dim } = data
  const right = new Float64Array(classes.length)
  const learnedOfClass = new Float64Array(classCount)
  const probabilities = new Float64Array(classCount)
  const turns = new Turns(signal)
  for (const [repeat, foldOf] of foldsOf.entries()) {
    // The same order at each share: the smaller part lies in the larger one, and what differs between them is the photos that came.
    const order = Int32Array.from(classes.keys())
    shuffle(order, makeRandom(seed + repeat))
    for (let fold = 0; fold < folds; fold++) {
      // A head of few photos is fitted before it gives a turn itself.
      await turns.give(true)
      const part = takeShares(
        order.filter((row) => foldOf[row] !== fold),
        classes,
        shareOf,
      )
      const learned = pick(data, part)
      const parameters = await fitSoftmax(learned, { dim, classCount, penalty: penaltyOfOne / part.length }, signal)
      for (const row of part) learnedOfClass[classes[row] as number]! += 1 / (foldsOf.length * folds)
      for (let row = 0; row < classes.length; row++) {
        if (foldOf[row] !== fold) continue
        const tally = { loss: 0, right: 0 }
        judgeRow(data, row, parameters, classCount, probabilities, 0, tally)
        right[row]! += tally.right / foldsOf.length
      }
      onHead()
    }
  }
  return {
    right,
    learned: learnedOfClass.reduce((sum, each) => sum + each, 0),
    learnedOf: (classIndex) => learnedOfClass[classIndex] as number,
    rightOf: (classIndex) => right.filter((_, row) => classes[row] === classIndex),
  }
}

/** The first rows of each class, at least one. */
function takeShares(order: Int32Array, classes: Int32Array, shareOf: (classIndex: number) => number): Int32Array {
  const counts = new Map<number, number>()
  for (const row of order) counts.set(classes[row] as number, (counts.get(classes[row] as number) ?? 0) + 1)
  const left = new Map([...counts].map(([classIndex, count]) => [classIndex, Math.max(1, Math.round(shareOf(classIndex) * count))]))
  return order.filter((row) => {
    const wanted = left.get(classes[row] as number) ?? 0
    left.set(classes[row] as number, wanted - 1)
    return wanted > 0
  })
}

function pick({ features, classes, dim }: CurveRows, rows: Int32Array): LabelledRows {
  const picked = new Float32Array(rows.length * dim)
  for (const [at, row] of rows.entries()) picked.set(features.subarray(row * dim, (row + 1) * dim), at * dim)
  return { features: picked, classes: Int32Array.from(rows, (row) => classes[row] as number) }
}
