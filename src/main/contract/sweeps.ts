import { z } from 'zod'
import { procedure } from './base.ts'
import type { BackboneId } from './backbones.ts'
import { TrainingEngineWanted } from './engines.ts'
import { WireError } from './errors.ts'
import { JobId, RunId, RunRef } from './ids.ts'
import { namedRecipes, recipeOfMode } from './named-recipes.ts'
import { AskedRecipe } from './runs.ts'

/** So many trainings are planned and started together at most. */
export const mostTogether = 200

/** What can be said of a training before it begins: shares of photos it should get right, 0..1. */
export const Expectation = z.discriminatedUnion('by', [
  /** Of the photos that the starting networks were compared by, what a linear probe on this one got right. */
  z.object({ by: z.literal('advice'), right: z.number() }),
  /** Of their validation photos, what so many earlier runs with this network and this way to train got right on average. */
  z.object({ by: z.literal('runs'), right: z.number(), runs: z.int().positive() }),
  z.object({ by: z.literal('nothing') }),
])
export type Expectation = z.infer<typeof Expectation>

export const PlannedTraining = z.object({
  /** Its place in what was asked. */
  index: z.int().nonnegative(),
  /** Why it cannot start; null where it can. */
  problem: WireError.nullable(),
  expected: Expectation,
  /** How long it takes after those before it: what they extract it need not extract again. Null where that is not known. */
  seconds: z.number().nullable(),
})
export type PlannedTraining = z.infer<typeof PlannedTraining>

export const SweepPlan = z.object({
  /** In the order in which they should be trained: those that should be right most often first, of equals the quickest, then those of which nothing is known. */
  trainings: z.array(PlannedTraining),
  /** Of all that can start and whose time is known. */
  seconds: z.number(),
  /** So many can start whose time is not known. */
  unknown: z.int(),
})
export type SweepPlan = z.infer<typeof SweepPlan>

/**
 * Runs that differ by nothing but their seed, on the same split: what chance in training does. Accuracies of the test, 0..1. The interval is that of the
 * mean over seeds (Student's t, 95 %), not that of other photos, which each run has of its own.
 */
export const Repeats = z.object({
  /** In order of their numbers; of two with the same seed the newer one alone. */
  runs: z.array(RunId).min(2),
  mean: z.number(),
  /** Standard deviation, of the sample. */
  deviation: z.number(),
  low: z.number(),
  high: z.number(),
  worst: z.number(),
  best: z.number(),
  /** Of the test part, which is the same for all of them. */
  photos: z.int(),
})
export type Repeats = z.infer<typeof Repeats>

const started = z.object({ runId: RunId, jobId: JobId })
const several = z.object({ recipes: z.array(AskedRecipe).min(1).max(mostTogether), engine: TrainingEngineWanted.optional() })

export const sweeps = {
  /**
   * In which order several trainings should go, and how long each takes. What was never done on this machine is measured, which takes some seconds a
   * network; `measure` false: not.
   */
  plan: procedure.input(several.extend({ measure: z.boolean().default(false) })).output(SweepPlan),
  /** Starts all of them in the order of `recipes`, or none: they wait for each other. */
  start: procedure.input(several).output(z.array(started)),
  /**
   * Lets runs that wait or are at work rest until they are resumed, also by another process: those that are named, else all. One at work rests as soon as
   * what is needed to go on from there is written.
   */
  pause: procedure.input(z.object({ runs: z.array(RunRef).optional() })).output(z.void()),
  /** Lets paused runs take their turns again, in the order of their numbers: those that are named, else all. On a processor, with the
   * same engine, they come to the bits that they would have come to. */
  resume: procedure.input(z.object({ runs: z.array(RunRef).optional() })).output(z.array(started)),
  /** Of all runs that were trained to their end, the newest ones first. */
  repeats: procedure.output(z.array(Repeats)),
}

/** What is tried in a sweep. */
export interface SweepAxes {
  readonly backbones: readonly z.infer<typeof BackboneId>[]
  readonly modes: readonly AskedRecipe['mode'][]
  readonly seeds: readonly number[]
}

/**
 * Every combination, all on the split of `base`, so that they can be compared. Its way to train has its other settings, the others have those of their named
 * recipes: what suits one way suits no other. A network that learns from nothing takes no
 * starting network: it is tried once a seed.
 */
export function sweepRecipes(base: AskedRecipe, { backbones, modes, seeds }: SweepAxes): readonly AskedRecipe[] {
  const splitSeed = base.splitSeed ?? base.seed
  return modes.flatMap((mode) => {
    const settings = mode === base.mode ? base : { ...base, ...namedRecipes[recipeOfMode[mode]] }
    return (mode === 'scratch' ? backbones.slice(0, 1) : backbones).flatMap((backbone) =>
      seeds.map((seed) => ({ ...settings, mode, backbone, seed, splitSeed })),
    )
  })
}
