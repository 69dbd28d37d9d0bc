import { z } from 'zod'
import { procedure } from './base.ts'
import { ClassId, ImageHash, JobId } from './ids.ts'
import { Image, PhotoFlaw } from './images.ts'

/** How many photos a class has, and whether they are enough. */
export const ClassCount = z.object({
  id: ClassId,
  name: z.string(),
  colour: z.string(),
  images: z.int(),
  /** The same with images that look nearly the same counted once. */
  different: z.int(),
  /** What these are too few for; null: for nothing. Too few to train is also too few to measure. */
  tooFewTo: z.enum(['train', 'measure']).nullable(),
  /** Test images that a split of the usual shares gives the class, about. */
  testImages: z.int(),
  /** Lower end of the 95 % interval of how often the class is recognised if every one of its test images is: 0..1. */
  provesAtLeast: z.number(),
})
export type ClassCount = z.infer<typeof ClassCount>

/** Images outside the trash, how they are spread over the classes, and what is too few. */
export const ClassBalance = z.object({
  images: z.int(),
  unlabelled: z.int(),
  /** In the order of the list of classes. */
  classes: z.array(ClassCount),
  /** Images of a class that look different: fewer are too few to train with, or to measure with. */
  fewest: z.object({ train: z.int(), measure: z.int() }),
  /** How uneven the classes with images are, by their largest and smallest; null where fewer than two have any. */
  spread: z
    .object({
      evenness: z.enum(['even', 'slightly-uneven', 'uneven', 'very-uneven']),
      largest: ClassId,
      smallest: ClassId,
      /** Images of the largest for each one of the smallest. */
      ratio: z.number(),
      /** Share of labelled images that the largest has, 0..1: a network that always answers it is right as often. */
      largestShare: z.number(),
    })
    .nullable(),
})
export type ClassBalance = z.infer<typeof ClassBalance>

export const health = {
  /** Counts and balance of the classes, as they are now. */
  balance: procedure.output(ClassBalance),
  /**
   * Images with each fault, outside the trash and without those that are fine: how many, and some of them to show. `unmeasured`: images of
   * an earlier version that are not measured yet.
   */
  photos: procedure.output(
    z.object({
      flaws: z.array(z.object({ flaw: PhotoFlaw, images: z.int(), examples: z.array(Image) })),
      fine: z.int(),
      unmeasured: z.int(),
    }),
  ),
  /** Measures what is not measured yet. */
  measure: procedure.output(z.object({ jobId: JobId })),
  /** Says of images that they are fine in spite of what is wrong with them, or takes that back. One undo step. */
  markFine: procedure.input(z.object({ hashes: z.array(ImageHash).min(1), isFine: z.boolean() })).output(z.object({ changed: z.int() })),
}
