import type { GainForecast } from '../learning-curve.ts'
import type { Task } from './protocol.ts'
import type { FeatureCache } from './training-tasks.ts'

export interface LearningCurves {
  /** Of all classes together, where each of them gets as many photos again as it has: of photos of which every class has its share. */
  readonly all: GainForecast
  /** Of one class each, where it alone gets `more` photos: of its own photos. In the order of their indices, the weakest classes alone where there are many. */
  readonly classes: readonly (GainForecast & { readonly classIndex: number })[]
}

/**
 * How much more photos would bring: heads learn from growing parts of the labelled photos and answer for others. `classIndex`: 0..classCount-1, each of them
 * with several units; rows with the same `groupId` look nearly the same and count as one unit. The order of rows changes nothing. `done` counts heads.
 */
export type LearningCurveTask = Task<
  {
    readonly cache: FeatureCache
    readonly classCount: number
    readonly rows: readonly { readonly hash: string; readonly classIndex: number; readonly groupId: number | null }[]
    /** Photos that a class would get. */
    readonly more: number
    readonly seed: number
  },
  { readonly done: number; readonly total: number },
  LearningCurves
>
