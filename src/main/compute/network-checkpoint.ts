import type { EpochReport } from '../contract/runs.ts'
import type { ConvolutionWeights, Network } from './convert/network.ts'
import type { OptimiserState } from './engines/engine-optimiser.ts'
import type { ScaledHead, Snapshot } from './engines/trainable-network.ts'
import type { FeatureScale } from './standardise.ts'
import type { Checkpoint, ReadCheckpoint } from './training-checkpoint.ts'

/** Where a training of a network stands after an epoch. */
export interface NetworkProgress {
  /** Its number among the phases, from 0 on, and the epochs of it that are done. */
  readonly phase: number
  readonly done: number
  /** Of all epochs so far: whoever keeps them may have been cut off before it wrote the last ones. */
  readonly reports: readonly EpochReport[]
  /** Epochs of each phase before it. */
  readonly epochs: readonly number[]
  readonly batchSize: number
  /** State of the generators that draw the order of images, the changes of pictures and the features that are left out. */
  readonly random: number
  readonly augmentation: number
  readonly dropped: number
  readonly order: readonly number[]
  readonly scale: FeatureScale
  /** What the phase began with: the best before it. */
  readonly start: {
    readonly epoch: number
    readonly loss: number
    readonly phase: number
    readonly network: Network
    readonly head: ScaledHead
  }
  readonly now: Snapshot
  readonly optimisers: readonly OptimiserState[]
  /** The epoch of this phase that is better than all before, if there is one. */
  readonly better: { readonly epoch: number; readonly loss: number; readonly snapshot: Snapshot } | null
}

/** What of it is numbers and names; the counts say how the arrays are shared out. */
export interface NetworkCheckpointState extends Omit<NetworkProgress, 'scale' | 'start' | 'now' | 'optimisers' | 'better'> {
  readonly scale: { readonly means: readonly number[]; readonly deviation: number }
  readonly start: Omit<NetworkProgress['start'], 'network' | 'head'> & { readonly deviation: number; readonly weights: readonly string[] }
  readonly now: number
  readonly optimisers: readonly (readonly (readonly number[])[])[]
  readonly better: { readonly epoch: number; readonly loss: number; readonly count: number } | null
}

export function packProgress(progress: NetworkProgress): Checkpoint<NetworkCheckpointState> {
  const { scale, start, now, optimisers, better, ...rest } = progress
  const { network, head, ...begun } = start
  const weights = [...network.weights]
  return {
    state: {
      ...rest,
      scale: { means: Array.from(scale.means), deviation: scale.deviation },
      start: { ...begun, deviation: head.deviation, weights: weights.map(([name]) => name) },
      now: now.length,
      optimisers: optimisers.map(({ shapes }) => shapes),
      better: better === null ? null : { epoch: better.epoch, loss: better.loss, count: better.snapshot.length },
    },
    arrays: [
      ...weights.flatMap(([, { kernel, bias }]) => [kernel, bias]),
      head.means,
      head.weights,
      head.bias,
      ...now,
      ...optimisers.flatMap(({ values }) => values),
      ...(better?.snapshot ?? []),
    ],
  }
}

/** `network`: the one that the training began with. */
export function unpackProgress({ state, arrays }: ReadCheckpoint<NetworkCheckpointState>, network: Network): NetworkProgress {
  const { scale, start, now, optimisers, better, ...rest } = state
  let at = 0
  const take = (count: number): readonly Float32Array<ArrayBuffer>[] => arrays.slice(at, (at += count))
  const takeOne = (): Float32Array<ArrayBuffer> => take(1)[0] ?? new Float32Array()
  const { deviation, weights: names, ...begun } = start
  const weights = new Map(names.map((name): [string, ConvolutionWeights] => [name, { kernel: takeOne(), bias: takeOne() }]))
  const head = { means: takeOne(), deviation, weights: takeOne(), bias: takeOne() }
  return {
    ...rest,
    scale: { means: Float64Array.from(scale.means), deviation: scale.deviation },
    start: { ...begun, network: { topology: network.topology, weights }, head },
    now: take(now),
    optimisers: optimisers.map((shapes) => ({ shapes, values: take(shapes.length) })),
    better: better === null ? null : { epoch: better.epoch, loss: better.loss, snapshot: take(better.count) },
  }
}
