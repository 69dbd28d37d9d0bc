import type { Task } from './protocol.ts'
import type { FeatureCache } from './training-tasks.ts'

/** How well features tell classes apart, of photos that are the same for every network. */
export interface FeatureScore {
  /** Of each photo of `hashes` whether a linear probe was right that had not learned from it. */
  readonly probeRight: readonly boolean[]
  /** Photos of which the nearest others say the class. */
  readonly neighboursRight: number
  /** Logarithm of the maximum evidence a photo (LogME); larger is better. */
  readonly logEvidence: number
}

/** Photos that look nearly the same are to be one row. `classIndex`: 0..classCount-1, of each several rows. */
export type ScoreFeaturesTask = Task<
  {
    readonly cache: FeatureCache
    readonly classCount: number
    readonly rows: readonly { readonly hash: string; readonly classIndex: number }[]
    readonly seed: number
  },
  never,
  FeatureScore
>
