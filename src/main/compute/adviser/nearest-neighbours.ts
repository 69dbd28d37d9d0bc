import { dot } from '../dot.ts'

/** So many others vote, the nearer the more. */
const voters = 5

/**
 * Rows whose class the nearest other rows say: the votes of the five most similar ones, each as heavy as it is similar. `features`: row-major [rows, dim], each row
 * one long; similarity is the cosine. Of equal votes the lower class counts.
 */
export function countNeighboursRight(features: Float32Array, dim: number, classes: Int32Array): number {
  let right = 0
  for (const row of classes.keys()) {
    const others = [...classes.keys()]
      .filter((other) => other !== row)
      .map((other) => ({ classIndex: classes[other] as number, similarity: dot(features, row * dim, features, other * dim, dim) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, voters)
    const votes = new Map<number, number>()
    for (const { classIndex, similarity } of others) votes.set(classIndex, (votes.get(classIndex) ?? 0) + similarity)
    const [winner] = [...votes].sort(([a, votesA], [b, votesB]) => votesB - votesA || a - b)
    if (winner?.[0] === classes[row]) right += 1
  }
  return right
}
