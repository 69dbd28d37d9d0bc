import { z } from 'zod'
import { BackboneId } from './backbones.ts'
import { procedure } from './base.ts'
import { JobId } from './ids.ts'

/** What the network that a project uses has seen of its photos: what photos are compared by. */
export const features = {
  /** Images outside the trash, and how many of them it has not looked at yet. */
  state: procedure.output(z.object({ backbone: BackboneId, images: z.int(), missing: z.int() })),
  /** Lets it look at those. */
  extract: procedure.output(z.object({ jobId: JobId })),
}
