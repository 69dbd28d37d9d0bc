import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId } from './ids.ts'

export const BackboneId = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,60}$/, 'must be named by its id, for example efficientnet-lite0')

export const Backbone = z.object({
  id: BackboneId,
  /** E.g. `EfficientNet-Lite0`. */
  name: z.string(),
  /** What to call it for someone who has never trained: `Balanced`, `Fast`. */
  plainName: z.string(),
  description: z.string(),
  licence: z.string(),
  parameters: z.int(),
  /** Side of the square the network looks at, px. */
  inputSizePx: z.int(),
  /** Numbers per image that it answers with. */
  featureDim: z.int(),
  /** Multiply-accumulate operations for one image, in millions. */
  megaMacs: z.int(),
  sizeBytes: z.int(),
  /** `ready`: fetched, verified, converted. */
  state: z.enum(['ready', 'missing']),
  isDefault: z.boolean(),
  /** Its form in 8 bits: null where it is none, or no faster on this machine; `timesAsFast` is null until it was measured. */
  int8: z.object({ timesAsFast: z.number().nullable() }).nullable(),
})
export type Backbone = z.infer<typeof Backbone>

export const backbones = {
  list: procedure.output(z.array(Backbone)),
  fetch: procedure.input(z.object({ id: BackboneId })).output(z.object({ jobId: JobId })),
  /** Measures how photos go through it fastest on this machine; takes a few seconds of all cores. */
  calibrate: procedure.input(z.object({ id: BackboneId })).output(z.object({ jobId: JobId })),
}
