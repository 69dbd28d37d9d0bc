import type { Network } from './convert/network.ts'
import type { ScaledHead } from './engines/trainable-network.ts'
import type { NetworkProgress } from './network-checkpoint.ts'
import type { TrainingPhase } from './network-task.ts'
import type { FeatureScale } from './standardise.ts'

/** What is kept so far: of the epoch with the lowest validation loss, over all phases. */
export interface Best {
  readonly epoch: number
  readonly loss: number
  readonly network: Network
  readonly head: ScaledHead
  /** In which it was found. */
  readonly phase: TrainingPhase
}

/** What is fixed while a phase learns. */
export interface Course {
  readonly scale: FeatureScale
  /** Epochs of each phase before. */
  readonly epochs: readonly number[]
  /** Where an earlier process left this phase; null where it begins. */
  readonly kept: NetworkProgress | null
}
