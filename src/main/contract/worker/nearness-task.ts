import type { Task } from './protocol.ts'
import type { FeatureCache } from './training-tasks.ts'

/** Photos that a head has learned from. Those without features are left out. */
export interface LearnedPhotos {
  readonly cache: FeatureCache
  readonly hashes: readonly string[]
}

/**
 * How much photos look like the learned one that they are most like: the cosine of their features, -1..1. In the order of `asked`; null for a photo without
 * features, and for all of them where no learned photo has any.
 */
export type NearnessTask = Task<{ readonly learned: LearnedPhotos; readonly asked: readonly string[] }, never, readonly (number | null)[]>

/** What a run says of one network input. */
export interface Predicted {
  /** In the order of the run's classes. */
  readonly probabilities: Float32Array
  /** As in `NearnessTask`; null where it was not asked for, or no learned photo has features. */
  readonly nearness: number | null
}
