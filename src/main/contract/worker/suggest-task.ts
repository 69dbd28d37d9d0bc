import type { Task } from './protocol.ts'
import type { FeatureCache } from './training-tasks.ts'

/** Why a photo teaches much, by indexes of classes. */
export type UseReason =
  /** Both classes are about as likely. */
  | { readonly kind: 'between'; readonly first: number; readonly second: number }
  /** So many of the unlabelled photos are more like it than like any labelled one; a share, 0..1. */
  | { readonly kind: 'many'; readonly share: number }
  /** Farther from every labelled photo than most unlabelled ones are. */
  | { readonly kind: 'unlike' }
  /** No class is likely enough to be sure. */
  | { readonly kind: 'unsure' }
  /** One class is likely; others are surer still. */
  | { readonly kind: 'sure' }

/** What a head says of photos; each array has one value a photo, in the order that was asked in. */
export interface SuggestedClasses {
  /** The most probable class, and the one after it; `noClass` for a photo without features. */
  readonly best: Uint16Array
  readonly second: Uint16Array
  /** Their probabilities, 0..1: of photos with a confidence of 0.9 about nine in ten are right. */
  readonly confidence: Float32Array
  readonly secondConfidence: Float32Array
  /** Places of the photos that have a class, the surest first. */
  readonly order: Uint32Array
  /** Places of the photos that teach most when they are labelled next, in that order. */
  readonly useful: readonly { readonly place: number; readonly reason: UseReason }[]
  /** Photos without features. */
  readonly withoutFeatures: number
}
/** Stands in `best` and `second` where there is no class. */
export const noClass = 0xffff

export interface SuggestInput {
  /** Read alone. */
  readonly cache: FeatureCache
  readonly classCount: number
  /** To learn from, a few thousand at most; those without features are left out. Those of one group look nearly the same; null: like no other. */
  readonly labelled: readonly { readonly hash: string; readonly classIndex: number; readonly groupId: number | null }[]
  /** Hashes of the photos to answer for, 32 bytes each, one after the other. */
  readonly unlabelled: Uint8Array
  /** How many of the most useful photos are wanted. */
  readonly useful: number
  readonly seed: number
}

/**
 * Trains a head on labelled photos and answers for all others, which are read in pieces. The same input gives the same answers. The result is
 * null where fewer than two classes have labelled photos with features.
 */
export type SuggestTask = Task<SuggestInput, { readonly done: number; readonly total: number }, SuggestedClasses | null>
