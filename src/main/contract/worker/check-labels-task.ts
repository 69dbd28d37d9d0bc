import type { Task } from './protocol.ts'
import type { FeatureCache } from './training-tasks.ts'

/**
 * Which labels are likely wrong: heads learn from parts of the labelled images and judge the others. `classIndex`: 0..classCount-1, each of them with
 * several rows; rows with the same `groupId` look nearly the same and are judged together. The order of rows changes nothing. `done` counts parts.
 */
export type CheckLabelsTask = Task<
  {
    readonly cache: FeatureCache
    readonly classCount: number
    readonly rows: readonly { readonly hash: string; readonly classIndex: number; readonly groupId: number | null }[]
    readonly seed: number
  },
  { readonly done: number; readonly total: number },
  {
    /** Most certain first. `margin`: probability of the given class minus that of `likely`, -1..0; `certainty`: that of `likely`, 0..1. */
    readonly doubts: readonly { readonly hash: string; readonly likely: number; readonly margin: number; readonly certainty: number }[]
    /** Rows with a wrong label, those included that cannot be told one by one. */
    readonly estimatedWrong: number
  }
>
