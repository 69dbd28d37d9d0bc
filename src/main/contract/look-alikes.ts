import { z } from 'zod'
import { procedure } from './base.ts'
import { ImageHash, JobId } from './ids.ts'
import { Image } from './images.ts'

/** `sure`: nearly the same picture, or taken within seconds; they stay in one part of every split. `perhaps`: so similar that somebody should look. */
export const LookAlikeKind = z.enum(['sure', 'perhaps'])
export type LookAlikeKind = z.infer<typeof LookAlikeKind>

export const LookAlikeGroup = z.object({
  /** The lowest id of its images. */
  id: z.int(),
  /** `same`: nearly the same picture; `burst`: one scene, taken within seconds; `perhaps`: the network finds them very similar. */
  reasons: z.array(z.enum(['same', 'burst', 'perhaps'])).min(1),
  /** From the first to the last photo of a burst, s; null where it is none. */
  burstSeconds: z.number().nullable(),
  /** The one to keep: the largest, of equal ones that with the largest file, then the one that was added first. It comes first. */
  images: z.array(Image).min(2),
})
export type LookAlikeGroup = z.infer<typeof LookAlikeGroup>

const Counts = z.object({ groups: z.int(), images: z.int() })

export const lookAlikes = {
  /** Groups that nobody has decided about, those with most images first, without what lies in the trash. */
  list: procedure.input(z.object({ kind: LookAlikeKind, offset: z.int().nonnegative(), limit: z.int().min(1).max(500) })).output(
    z.object({
      groups: z.array(LookAlikeGroup),
      sure: Counts,
      perhaps: Counts,
      /** When features were compared last, and how many images have been added since; null: never. */
      compared: z.object({ atMs: z.int(), added: z.int() }).nullable(),
    }),
  ),
  /** Moves images of a group into the trash; `keep` gets the class that they all have, if it has none. One undo step. */
  keepOne: procedure.input(z.object({ keep: ImageHash, remove: z.array(ImageHash).min(1) })).output(z.object({ removed: z.int() })),
  /** The same for the best of every group of this kind, in one step. */
  keepBest: procedure.input(z.object({ kind: LookAlikeKind })).output(z.object({ groups: z.int(), removed: z.int() })),
  /** Keeps all images of a group: it is not shown again until another one joins it. */
  keepAll: procedure.input(z.object({ kind: LookAlikeKind, hashes: z.array(ImageHash).min(2) })).output(z.object({ kept: z.int() })),
  /** Lets the network look at what it has not seen yet and compares all images by their features. */
  compare: procedure.output(z.object({ jobId: JobId })),
}
