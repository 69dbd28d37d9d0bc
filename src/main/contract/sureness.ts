import { z } from 'zod'
import { ClassId, Interval } from './ids.ts'

/** An interval wider than this leaves open whether one in ten more or fewer are right than was counted. */
export const widestToTell = 0.2

/**
 * Whether a run is right as often as it says: `too sure` or `too careful` where what it says lies outside the interval of how often it was
 * right, else `fits`, or `too few` photos where that interval is too wide to tell.
 */
export const SurenessVerdict = z.enum(['too sure', 'too careful', 'fits', 'too few'])
export type SurenessVerdict = z.infer<typeof SurenessVerdict>

/** Photos, how sure the run was of its answers to them on average (0..1), and how often it was right. */
const surenessOfPhotos = z.object({ said: z.number(), right: Interval, verdict: SurenessVerdict })

/** Photos about which the run was more than `low` and up to `high` sure, both 0..1. */
export const SurenessBin = surenessOfPhotos.extend({ low: z.number(), high: z.number() })
export type SurenessBin = z.infer<typeof SurenessBin>

/** How sure a run was of its answers against how often they were right. */
export const Calibration = surenessOfPhotos.extend({
  /** Of ten bins equally wide those that have photos, the least sure first. */
  bins: z.array(SurenessBin),
  /** Expected calibration error over these bins, 0..1 (Guo et al., On Calibration of Modern Neural Networks, ICML 2017). */
  error: z.number(),
})
export type Calibration = z.infer<typeof Calibration>

/** Fewer validation photos than these say nothing of a run's temperature. */
export const fewestToTemper = 20

/**
 * What became of a run's percentages after its training. `never`: they are as they were trained. `too few`, `fits`: they were looked at and stayed so, because
 * there are too few validation photos, or because what another temperature would gain on them may be chance. `tempered`: its logits are divided by `temperature`
 * (Guo et al. 2017; above 1 it is less sure than trained), with the mean cross-entropy of the validation photos, nats, before and after.
 */
export const Tempering = z.discriminatedUnion('state', [
  z.object({ state: z.literal('never') }),
  z.object({ state: z.literal('too few'), photos: z.int() }),
  z.object({ state: z.literal('fits'), photos: z.int() }),
  z.object({
    state: z.literal('tempered'),
    photos: z.int(),
    temperature: z.number().positive(),
    lossBefore: z.number(),
    lossAfter: z.number(),
  }),
])
export type Tempering = z.infer<typeof Tempering>

/** What a run's logits are divided by. */
export function temperatureOf(tempering: Tempering): number {
  return tempering.state === 'tempered' ? tempering.temperature : 1
}

/** Expected calibration error, 0..1, and mean cross-entropy, nats. */
const worth = z.object({ error: z.number(), loss: z.number() })

/**
 * A run says none of these of photos that look less like the learned photo they are most like than `nearness`, a cosine of features (Sun et al. 2022). That is
 * as much as `ofHundred` of 100 of its `photos` validation photos fall below; `test`: the share of the test photos that are refused; null where there are none.
 */
export const ForeignCheck = z.object({
  ofHundred: z.int().min(1).max(20),
  nearness: z.number(),
  photos: z.int(),
  test: Interval.nullable(),
})
export type ForeignCheck = z.infer<typeof ForeignCheck>

/** What is taken where nothing is said of it. */
export const usualOfHundred = 5
/** With fewer validation photos the few that may be refused are none or chance. */
export const fewestForForeign = 20

/** From how many percent on a run answers; 0: always. */
export const ThresholdPercent = z.int().min(0).max(99)

/** What comes of answering only from `fromPercent` on, in whole percents 0..99. The next step of a list begins where the numbers change. */
export const AnswerStep = z.object({
  fromPercent: z.int(),
  /** Of all photos, those that get an answer. */
  answered: Interval,
  /** Of those that get an answer, those that get the right one; null where none gets any. */
  right: Interval.nullable(),
  /** Of all photos, those that are not recognised: they get no answer, or a wrong one. */
  missed: Interval,
})
export type AnswerStep = z.infer<typeof AnswerStep>

/** A threshold at which as many answers are right as wanted, or why none is named. Found on the validation photos alone. */
export const SuggestedThreshold = z.discriminatedUnion('state', [
  /** `right`: of the validation photos that get an answer there. */
  z.object({ state: z.literal('found'), percent: z.int(), right: Interval }),
  /** There are only so many validation photos. */
  z.object({ state: z.literal('too few'), photos: z.int() }),
  /** Answers to enough of the validation photos are not right that often at any threshold. */
  z.object({ state: z.literal('none'), photos: z.int() }),
])
export type SuggestedThreshold = z.infer<typeof SuggestedThreshold>

/** A share of right answers for which a threshold is suggested. */
export const wantedRight = 0.95
/** So many validation photos must get an answer for that share to be told from all being right. */
export const fewestAnswered = 20

/** How sure a run is of its answers to the test photos, and what comes of not answering where it is less sure. */
export const Sureness = z.object({
  /** Null where there is no test photo. */
  calibration: Calibration.nullable(),
  /** What its percentages were worth on the test photos as they were trained, and what they are worth; null where there is no test photo. */
  worth: z.object({ asTrained: worth, now: worth }).nullable(),
  suggested: SuggestedThreshold,
  /** Of the test photos of all classes; `fromPercent` grows and begins at 0. Empty where there is none. */
  steps: z.array(AnswerStep),
  /** The same for the test photos of each class, in the order of the run's classes. */
  classes: z.array(z.object({ classId: ClassId, steps: z.array(AnswerStep) })),
})
export type Sureness = z.infer<typeof Sureness>

/** The step that holds at a threshold in percents; null where there are no photos. */
export function stepAt(steps: readonly AnswerStep[], percent: number): AnswerStep | null {
  return steps.findLast(({ fromPercent }) => fromPercent <= percent) ?? null
}
