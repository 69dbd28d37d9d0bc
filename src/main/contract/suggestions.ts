import { z } from 'zod'
import { procedure } from './base.ts'
import { WireError } from './errors.ts'
import { ClassId, ImageHash } from './ids.ts'

/** A class is suggested from so many labelled photos on: with fewer, chance decides what it looks like. */
export const labelsToSuggest = 3

/** Why a photo teaches much; the words are made from it in `renderer/text`. */
export const UseReason = z.discriminatedUnion('kind', [
  /** Both classes are about as likely. */
  z.object({ kind: z.literal('between'), first: ClassId, second: ClassId }),
  /** About so many unlabelled photos are more like it than like any labelled one. */
  z.object({ kind: z.literal('many'), photos: z.int() }),
  /** Farther from every labelled photo than most unlabelled ones are. */
  z.object({ kind: z.literal('unlike') }),
  /** No class is likely enough to be sure. */
  z.object({ kind: z.literal('unsure') }),
  /** One class is likely; others are surer still. */
  z.object({ kind: z.literal('sure') }),
])
export type UseReason = z.infer<typeof UseReason>

/** What an unlabelled photo looks like. */
export const Suggestion = z.object({
  hash: ImageHash,
  classId: ClassId,
  /** 0..1; of photos with a confidence of 0.9 about nine in ten are right. */
  confidence: z.number(),
  /** The class that comes next. */
  second: z.object({ classId: ClassId, confidence: z.number() }),
  /** For one of the photos that teach most when they are labelled next; else null. */
  use: UseReason.nullable(),
})
export type Suggestion = z.infer<typeof Suggestion>

export const SuggestionState = z.object({
  /** `waiting`: other work has the processor, and photos are judged once it is done. */
  work: z.enum(['idle', 'waiting', 'judging']),
  /** Null before the first suggestions, and while fewer than two classes have `labelsToSuggest` photos. */
  newest: z
    .object({
      madeAtMs: z.int(),
      /** Labelled photos that they were made from. */
      labelled: z.int(),
      /** Photos that looked like each class then, in the order of the classes; a class with too few labels is left out. */
      classes: z.array(z.object({ classId: ClassId, photos: z.int() })),
      useful: z.int(),
      /** Unlabelled photos that no network has looked at yet, which have no suggestion. */
      withoutFeatures: z.int(),
      seconds: z.number(),
    })
    .nullable(),
  /** Labelled photos, as many as count, have no features: `features.extract` brings them. */
  needsFeatures: z.boolean(),
  /** Why photos could not be judged the last time. */
  problem: WireError.nullable(),
  /** Photos with a suggestion that were labelled since the project was opened: as suggested, and otherwise. */
  answered: z.object({ right: z.int(), changed: z.int() }),
})
export type SuggestionState = z.infer<typeof SuggestionState>

export const suggestions = {
  /** From the first question on, suggestions are kept up to date with the labels while the project is open. */
  state: procedure.output(SuggestionState),
  /** What these photos look like, in their order; those that are labelled or have no suggestion are left out. */
  of: procedure.input(z.object({ hashes: z.array(ImageHash).max(2000) })).output(z.array(Suggestion)),
  /** Judges all unlabelled photos by the labels of now and answers when that is done; a newer question ends an older one as `CANCELLED`. */
  refresh: procedure.output(SuggestionState),
}
