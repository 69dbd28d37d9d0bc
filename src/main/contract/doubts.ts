import { z } from 'zod'
import { BackboneId } from './backbones.ts'
import { procedure } from './base.ts'
import { ClassId, ImageHash, JobId } from './ids.ts'
import { Image } from './images.ts'

/** A label that is likely wrong. */
export const Doubt = z.object({
  /** With the class that it is called. */
  image: Image,
  /** The class that it looks like. */
  likelyId: ClassId,
  /** How probable that class is for an image that looks like this one, 0..1. */
  certainty: z.number(),
})
export type Doubt = z.infer<typeof Doubt>

/** The last time that the labels were checked. */
export const LabelCheck = z.object({
  atMs: z.int(),
  backbone: BackboneId,
  /** Images whose labels were checked. */
  images: z.int(),
  /** How many of them have a wrong label, as far as that can be estimated: also those that cannot be told one by one. */
  estimatedWrong: z.int(),
  /** Labels that it listed. */
  listed: z.int(),
  /** Names of classes with too few images to be checked. */
  leftOut: z.array(z.string()),
  /** Labels given since then. */
  labelsSince: z.int(),
})
export type LabelCheck = z.infer<typeof LabelCheck>

/** So many images a class needs for its labels to be checked; images that look nearly the same count once. */
export const fewestToCheck = 5

export const doubts = {
  /** Looks for labels that are likely wrong. Answers the job that does so already, where there is one. */
  check: procedure.output(z.object({ jobId: JobId })),
  /**
   * What the last check found and nobody has decided yet, most certain first, at most `limit`; `left` counts all of them. A listed image that got another
   * class or went to the trash is decided, and so is one whose label was kept. `check` is null before the first one.
   */
  list: procedure
    .input(z.object({ limit: z.int().min(1).max(10_000) }))
    .output(z.object({ check: LabelCheck.nullable(), left: z.int(), doubts: z.array(Doubt) })),
  /** Says of images that their label is right: it is not listed again while they are called so. One undo step. */
  keep: procedure.input(z.object({ hashes: z.array(ImageHash).min(1) })).output(z.object({ changed: z.int() })),
  /** The images of each class that look most like one, most similar first, at most `limit`, without those that are listed themselves. */
  similar: procedure
    .input(z.object({ hash: ImageHash, classIds: z.array(ClassId).min(1).max(10), limit: z.int().min(1).max(20) }))
    .output(z.array(z.object({ classId: ClassId, images: z.array(Image) }))),
}
