import { mostProbable } from '../training/evaluate-run.ts'

/** What two programs said about one image: probabilities in the same order of classes. */
export interface AnswerPair {
  readonly studio: Float32Array
  readonly exported: Float32Array
  /** Whether the export said none of these. */
  readonly isRefused: boolean
}

export interface Agreement {
  readonly images: number
  /** Images for which both name the same class. */
  readonly agree: number
  /** Largest difference of any probability of any image. */
  readonly maxDifference: number
  /** Images for which both say none of these. */
  readonly refused: number
  /**
   * Images for which both name different classes although neither has a tie between the two within `tieWithin`, or one alone says none of these although the
   * studio is further than that from its threshold.
   */
  readonly contradictions: number
}

/** `tieWithin`: two probabilities that differ by no more than that count as equal. `answerFrom`: the studio says none of these where it is less sure, 0..1. */
export function compareAnswers(
  pairs: readonly AnswerPair[],
  { tieWithin, answerFrom }: { tieWithin: number; answerFrom: number },
): Agreement {
  let agree = 0
  let contradictions = 0
  let refused = 0
  let maxDifference = 0
  for (const { studio, exported, isRefused } of pairs) {
    const ours = mostProbable(studio)
    const theirs = mostProbable(exported)
    if (ours === theirs) agree++
    else if (studio[ours]! - studio[theirs]! > tieWithin) contradictions++
    const toThreshold = studio[ours]! - answerFrom
    if (isRefused && toThreshold < 0) refused++
    if (isRefused !== toThreshold < 0 && Math.abs(toThreshold) > tieWithin) contradictions++
    maxDifference = Math.max(maxDifference, largestDifference(studio, exported))
  }
  return { images: pairs.length, agree, refused, maxDifference, contradictions }
}

/** Infinite where the lengths differ or a value is not a number: such answers agree in nothing. */
export function largestDifference(first: Float32Array, second: Float32Array): number {
  if (first.length !== second.length) return Infinity
  let largest = 0
  for (let index = 0; index < first.length; index++) {
    const difference = Math.abs(first[index]! - second[index]!)
    if (Number.isNaN(difference)) return Infinity
    largest = Math.max(largest, difference)
  }
  return largest
}
