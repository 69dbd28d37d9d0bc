import type { RateFinding } from '../rate-finder.ts'
import type { Task } from './protocol.ts'
import type { FeatureCache, HeadSettings, NetworkSettings, NetworkStart, TrainingEngineChoice } from './training-tasks.ts'

/**
 * Which learning rate a training goes well with, by some dozens of its steps with growing rates, after which all is thrown away. `rows`: those to learn from
 * and, for a head that learns before its network, those to validate on. The learning rate of the settings plays no part.
 */
export type FindRateTask = Task<
  {
    readonly cache: FeatureCache
    readonly classCount: number
    readonly rows: readonly { readonly hash: string; readonly classIndex: number; readonly part: 'train' | 'validation' | 'test' }[]
  } & (
    | { readonly kind: 'head'; readonly settings: HeadSettings }
    | {
        readonly kind: 'network'
        readonly network: NetworkStart
        readonly settings: NetworkSettings
        readonly engine: TrainingEngineChoice
      }
  ),
  { readonly done: number },
  RateFinding
>
