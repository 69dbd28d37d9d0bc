import type { EpochReport, Recipe } from '../../contract/runs.ts'

/** An epoch without its time. */
export type CurvePoint = Omit<EpochReport, 'durationMs'>

/** All that the coach looks at. */
export interface Evidence {
  /** In order; may be empty. */
  readonly epochs: readonly CurvePoint[]
  readonly recipe: Recipe
  /** `running`: also while it waits or rests; `diverged`: its numbers grew beyond all bounds; `broken-off`: it failed otherwise, or was interrupted. */
  readonly ended: 'running' | 'completed' | 'early-stopped' | 'stopped-by-user' | 'diverged' | 'broken-off'
  /** The classes of the split with their images in each part. */
  readonly classes: readonly {
    readonly id: number
    readonly name: string
    readonly train: number
    readonly validation: number
    readonly test: number
  }[]
  /** About the validation images: counts by label (row) and by what it said (column), both in the order of `classes`; null before there is a result. */
  readonly confusion: readonly (readonly number[])[] | null
  /** The last check of labels, less what was decided since; null where there was none that still counts. `listed`: labels that nobody has decided about. */
  readonly labelCheck: { readonly images: number; readonly estimatedWrong: number; readonly listed: number } | null
  /** Validation and test images of which a look-alike is among those learned from: surely the same picture, or perhaps. */
  readonly lookAlikes: { readonly sure: number; readonly perhaps: number }
}
