import { z } from 'zod'
import { procedure } from './base.ts'
import { ClassId, Interval, RunRef } from './ids.ts'
import { Recipe, SplitShares } from './runs.ts'

/** What the coach would change of a run's recipe. */
const RecipeChanges = z.object({
  mode: z.enum(['head', 'fine-tune', 'scratch']).optional(),
  epochs: z.int().optional(),
  patience: z.int().optional(),
  learningRate: z.number().optional(),
  shares: SplitShares.optional(),
})
type RecipeChanges = z.infer<typeof RecipeChanges>

/** A recipe with what the coach would change of it. */
export function changedRecipe(recipe: Recipe, changes: RecipeChanges): Recipe {
  return Recipe.parse({ ...recipe, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) })
}

/** What can be done about a finding, by one button. */
export const CoachStep = z.discriminatedUnion('kind', [
  /** The form of a training with the run's recipe and these changes. */
  z.object({ kind: z.literal('train'), changes: RecipeChanges }),
  /** Stop the run, which trains; its best epoch is kept. */
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('check-labels') }),
  z.object({ kind: z.literal('look-alikes') }),
  /** Null: of any class. */
  z.object({ kind: z.literal('add-photos'), classId: ClassId.nullable() }),
])
export type CoachStep = z.infer<typeof CoachStep>

const step = CoachStep

/** What is wrong with a training, with the numbers that say so. */
export const CoachFinding = z.discriminatedUnion('kind', [
  /** Always saying the most frequent class would be right about as often, on the images that it has not learned from. */
  z.object({
    kind: z.literal('no-better-than-majority'),
    right: Interval,
    class: z.string(),
    /** Of these images, the share that has the most frequent class. */
    majorityShare: z.number(),
    step,
  }),
  /** Steps so large that the training jumps about its aim. `diverged`: its numbers grew beyond all bounds. */
  z.object({ kind: z.literal('rate-too-high'), learningRate: z.number(), advised: z.number(), diverged: z.boolean(), step }),
  /** Steps so small that it would hardly arrive. `fallen`: the share of the validation loss that is gone since the first epoch. */
  z.object({ kind: z.literal('rate-too-low'), learningRate: z.number(), advised: z.number(), fallen: z.number(), step }),
  /** It ended while it was still getting better. */
  z.object({ kind: z.literal('underfitting'), epochs: z.int(), advised: z.int(), stoppedByUser: z.boolean(), step }),
  /** From an epoch on it only gets better at what it learns from. `risen`: the validation loss since then, as a share of its lowest. */
  z.object({
    kind: z.literal('overfitting'),
    partsAt: z.int(),
    risen: z.number(),
    trainAccuracy: z.number(),
    validationAccuracy: z.number(),
    step,
  }),
  /** Labels are likely wrong. `checked`: the last check of labels said so; `answers`: it is as sure where it is wrong as where it is right. */
  z.object({
    kind: z.literal('noisy-labels'),
    by: z.enum(['checked', 'answers']),
    /** Of so many images, so many: estimated by the check, else those that it took for another class for sure. */
    wrong: z.int(),
    images: z.int(),
    step,
  }),
  /** So few validation images that chance chooses the epoch. */
  z.object({ kind: z.literal('few-validation'), images: z.int(), right: Interval, step }),
  /** Look-alikes of what it learned from are among the images that measure it. */
  z.object({ kind: z.literal('leak'), images: z.int(), measured: z.int(), step }),
  /** A class with far fewer images than the others, so that it is hardly found. */
  z.object({
    kind: z.literal('starving'),
    classId: ClassId,
    class: z.string(),
    /** Images that it learns from, of this class and of the one with most. */
    images: z.int(),
    most: z.int(),
    /** How many of it are found, where there are answers. */
    found: Interval.nullable(),
    step,
  }),
])
export type CoachFinding = z.infer<typeof CoachFinding>

export const Coach = z.object({
  /** The weightiest first, which is the cause of most; none: nothing is wrong that could be seen. */
  findings: z.array(CoachFinding),
  /** There are too few epochs yet to say anything of the curves. */
  isEarly: z.boolean(),
  /** The epoch up to which training and validation went together, where they parted since; null where they do not. */
  partsAt: z.int().nullable(),
  /** How jagged the validation curve is: how far an epoch lies off a smooth course, in points of accuracy. Null where there are too few epochs. */
  roughness: z.object({ points: z.number(), kind: z.enum(['calm', 'uneven', 'jagged']) }).nullable(),
})
export type Coach = z.infer<typeof Coach>

export const coach = {
  /** What the coach says of a run, also of one that trains. Throws `RUN_NOT_FOUND` or `RUN_DAMAGED`. */
  ofRun: procedure.input(z.object({ run: RunRef })).output(Coach),
}
