import type { Head, NetworkSettings, TrainingResult } from '../contract/worker/training-tasks.ts'
import type { Network } from './convert/network.ts'
import type { TrainingEngine } from './engines/training-engine.ts'
import type { NetworkCheckpointState } from './network-checkpoint.ts'
import type { NetworkRows } from './network-rows.ts'
import type { TrainingCheckpoints } from './training-checkpoint.ts'

/** Images with the class of each. */
export interface LabelledImages {
  readonly hashes: readonly string[]
  /** 0..classCount-1, [hashes]. */
  readonly classes: Int32Array
}

/** Epochs in which everything after a cut learns. */
export interface TrainingPhase {
  /** `pixels`: all of the network learns. */
  readonly cut: string
  /** What comes in at the cut. */
  readonly rows: NetworkRows
  readonly epochs: number
  /** Of the learning rates that are set. */
  readonly rate: number
}

/** Both parts have at least one image. */
export interface NetworkTask {
  readonly engine: TrainingEngine
  readonly network: Network
  /** One after the other; each begins with the best weights so far, and cuts before the one that it follows. */
  readonly phases: readonly [TrainingPhase, ...TrainingPhase[]]
  readonly classCount: number
  readonly train: LabelledImages
  readonly validation: LabelledImages
  /** Answers are wanted for these in the end. */
  readonly judged: readonly string[]
  readonly settings: Omit<NetworkSettings, 'epochs'>
  /** Where it rests and goes on from; null: it does neither. */
  readonly checkpoints?: TrainingCheckpoints<NetworkCheckpointState> | null
}

export interface TrainedNetwork {
  /** With the weights of the best epoch. */
  readonly network: Network
  readonly head: Head
  readonly bestEpoch: number
  /** Epochs of each phase that was begun. */
  readonly epochs: readonly number[]
  readonly endedBecause: TrainingResult['endedBecause']
  /** Of `judged`, row-major [judged, classCount]; each row sums to 1. */
  readonly probabilities: Float32Array
}
