import type { CheckpointPlace, PausedTraining } from './checkpoint.ts'
import type { Task } from './protocol.ts'
import type {
  BackboneFiles,
  DeeperPhase,
  FeatureCache,
  NetworkEvent,
  NetworkSettings,
  NetworkStart,
  TrainingEngineChoice,
  TrainingEngineInUse,
  TrainingResult,
  TrainingRow,
} from './training-tasks.ts'

/**
 * `cache` holds what comes in at the cut, of every row. The trained network goes into `folder`, which exists and is empty. Epochs are numbered on from one
 * phase to the next; `epochs` of the answer: how many each has had.
 */
export type TrainNetworkTask = Task<
  {
    readonly network: NetworkStart
    readonly cache: FeatureCache
    /** As in `train`. */
    readonly variants: readonly FeatureCache[]
    readonly deeper: DeeperPhase | null
    readonly classCount: number
    readonly rows: readonly TrainingRow[]
    readonly settings: NetworkSettings
    readonly engine: TrainingEngineChoice
    readonly folder: string
    /** Goes on from what is there. */
    readonly checkpoint: CheckpointPlace
  },
  NetworkEvent,
  | PausedTraining
  | (TrainingResult & {
      /** Until the engine and the network were there; part of `seconds`. */
      readonly startSeconds: number
      readonly epochs: readonly number[]
      readonly network: Pick<BackboneFiles, 'hash' | 'inputSizePx' | 'featureDim'>
      readonly engine: TrainingEngineInUse
    })
>
