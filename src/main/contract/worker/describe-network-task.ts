import type { Task } from './protocol.ts'
import type { BackboneFiles } from './training-tasks.ts'

/** What a network is, as its topology says. */
export interface NetworkFacts {
  readonly parameters: number
  readonly inputSizePx: number
  readonly featureDim: number
  readonly megaMacs: number
  /** Of its weights. */
  readonly sizeBytes: number
  /** Names of the places where it can be cut, in order. */
  readonly cuts: readonly string[]
}

/** Reads a network whole and tells what it is. Throws `BACKBONE_DAMAGED`. */
export type DescribeNetworkTask = Task<{ readonly backbone: BackboneFiles }, never, NetworkFacts>

/** How many values come out at a cut of a backbone, and how much of its work lies before it; `pixels`: the floats that hold its input's bytes, and no work. */
export type MeasureCutTask = Task<
  { readonly backbone: BackboneFiles; readonly cut: string },
  never,
  Required<Pick<BackboneFiles, 'featureDim' | 'workShare'>>
>
