import { z } from 'zod'
import { BackboneId } from './backbones.ts'
import { procedure } from './base.ts'
import { Interval, JobId } from './ids.ts'

/** How well a starting network suits the photos of a project: as it is, before anything is trained. */
export const BackboneScore = z.object({
  backbone: BackboneId,
  /** Photos that a linear probe got right that had not learned from them. */
  probe: Interval,
  /** Photos whose nearest others have the same class. */
  neighbours: Interval,
  /** LogME, a photo: larger is better. */
  logEvidence: z.number(),
  /** Exact McNemar test of the probe against that of the best network; null for the best one itself. */
  p: z.number().nullable(),
  /** That this machine puts through it, photos a second, the last time; null where that was not measured. */
  photosPerSecond: z.number().nullable(),
})
export type BackboneScore = z.infer<typeof BackboneScore>

export const Advice = z.object({
  atMs: z.int(),
  /** Photos that all of them were asked about. */
  images: z.int(),
  /** The one that was right most often first; of equal ones that with the higher evidence. */
  scores: z.array(BackboneScore).min(1),
  /** Labels given since then. */
  labelsSince: z.int(),
})
export type Advice = z.infer<typeof Advice>

/** So many photos that look different a class needs for a network to be judged by it. */
export const fewestToAdvise = 5

export const adviser = {
  /** Looks through every starting network of this machine at some hundred labelled photos. Answers the job that does so already, where there is one. */
  advise: procedure.output(z.object({ jobId: JobId })),
  /** What was found last; null before the first time. */
  get: procedure.output(Advice.nullable()),
}
