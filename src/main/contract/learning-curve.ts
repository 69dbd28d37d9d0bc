import { z } from 'zod'
import { BackboneId } from './backbones.ts'
import { procedure } from './base.ts'
import { ClassId, JobId } from './ids.ts'

/** What photos that come should bring, measured by learning from growing parts of those that are there. Shares are of 0..1. */
export const GainForecast = z.object({
  /** There are now; those that look nearly the same count once. */
  photos: z.int(),
  /** That would come. */
  more: z.int(),
  /** Share of new photos that a head should get right that has learned from all there are. */
  now: z.number(),
  /** What is added to `now`, and its 95 % interval. */
  gain: z.number(),
  low: z.number(),
  high: z.number(),
  /** Learned from so many photos, this share of others was right; fewest photos first. */
  measured: z.array(z.object({ photos: z.number(), right: z.number() })).readonly(),
})
export type GainForecast = z.infer<typeof GainForecast>

export const LearningCurve = z.object({
  atMs: z.int(),
  backbone: BackboneId,
  /** Of new photos of all classes, each as often as it is among those there are, when every class gets as many as it has. */
  all: GainForecast,
  /** Of new photos of one class, when it alone gets more; the largest gain first. */
  classes: z.array(GainForecast.extend({ classId: ClassId })),
  /** Names of classes with too few photos. */
  leftOut: z.array(z.string()),
  /** Labels given since then. */
  labelsSince: z.int(),
})
export type LearningCurve = z.infer<typeof LearningCurve>

/** So many photos that look different a class needs for its curve to be measured. */
export const fewestToFollow = 8
/** Photos that each class would get. */
export const morePhotos = 20

export const learningCurve = {
  /** Measures what more photos would bring. Answers the job that does so already, where there is one. */
  measure: procedure.output(z.object({ jobId: JobId })),
  /** The last one; null before the first. Classes that are gone are not in it. */
  get: procedure.output(LearningCurve.nullable()),
}
