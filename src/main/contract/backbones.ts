import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId, RunRef } from './ids.ts'

export const BackboneId = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,60}$/, 'must be named by its id, for example efficientnet-lite0')

/** What a person calls a network of their own. */
export const OwnNetworkName = z.string().trim().min(1, 'must not be empty').max(40)

/** What a network was made from. */
export const NetworkOrigin = z.discriminatedUnion('kind', [
  /** `classes`: what the run told apart, the first of them. */
  z.object({ kind: z.literal('run'), project: z.string().max(200), run: z.int().positive(), classes: z.array(z.string().max(200)).max(8) }),
  /** `name`: in a word, e.g. `Balanced`. */
  z.object({ kind: z.literal('catalogue'), name: z.string().max(200) }),
  /** A small network that had learned nothing. */
  z.object({ kind: z.literal('nothing') }),
])
export type NetworkOrigin = z.infer<typeof NetworkOrigin>

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
  /** Fetched when somebody asks for it, and not with the others. */
  onDemand: z.boolean(),
  /** Where it lies: networks of one's own are kept for all projects of this computer, and with each project that has trained from them. */
  place: z.enum(['catalogue', 'studio', 'project']),
  /** Of a network of one's own: what it was made from, then what that was made from, and so on. Empty for those of the catalogue. */
  origin: z.array(NetworkOrigin),
  /** Its form in 8 bits: null where it is none, or no faster on this machine; `timesAsFast` is null until it was measured. */
  int8: z.object({ timesAsFast: z.number().nullable() }).nullable(),
})
export type Backbone = z.infer<typeof Backbone>

export const backbones = {
  list: procedure.output(z.array(Backbone)),
  fetch: procedure.input(z.object({ id: BackboneId })).output(z.object({ jobId: JobId })),
  /**
   * Makes the network that a finished run of the open project has trained, without its head, a starting network of this computer. Again under another
   * name: it is called that. Throws `RUN_WITHOUT_NETWORK` for a run that has trained a head alone.
   */
  addRun: procedure.input(z.object({ run: RunRef, name: OwnNetworkName })).output(z.object({ id: BackboneId })),
  /**
   * Takes a network of one's own off this computer. Projects that have trained from it keep theirs; `staysInProject`: the open one does. Throws
   * `NETWORK_IN_USE` for one that lies in the open project alone.
   */
  remove: procedure.input(z.object({ id: BackboneId })).output(z.object({ staysInProject: z.boolean() })),
  /** Measures how photos go through it fastest on this machine; takes a few seconds of all cores. */
  calibrate: procedure.input(z.object({ id: BackboneId })).output(z.object({ jobId: JobId })),
}
