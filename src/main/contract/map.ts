import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId } from './ids.ts'

/** So many photos have a place on a map; of more a sample, the same each time. */
export const mappedAtMost = 50_000

/** The class of each photo of the map, in its order; 0: none, -1: it is not in the project any more, or in its trash. */
const ClassIds = z.array(z.int())

export const PhotoMap = z.discriminatedUnion('state', [
  /** `images`: how many there are to be laid out. */
  z.object({ state: z.literal('none'), images: z.int() }),
  z.object({
    state: z.literal('ready'),
    madeAtMs: z.int(),
    /** Of the photos on it, in the order of `positions`. */
    hashes: z.array(z.string()),
    /** Base64 of float32, little-endian, row-major [photos, 2]: like photos are close, and nothing else is meant by a place. */
    positions: z.string(),
    classIds: ClassIds,
    /** Photos of the project that are not on it, because they came later or it is a sample. */
    missing: z.int(),
    isSample: z.boolean(),
    /** Another network looks at photos now than when it was made. */
    isOfOtherNetwork: z.boolean(),
  }),
])
export type PhotoMap = z.infer<typeof PhotoMap>

export const map = {
  /** As it was made last; it is kept in the project. */
  get: procedure.output(PhotoMap),
  /** What of it changes with every label. Empty where there is no map. */
  classes: procedure.output(z.object({ classIds: ClassIds })),
  /** Lays the photos out by what the network sees of them; what it has not seen yet it looks at first. */
  make: procedure.output(z.object({ jobId: JobId })),
}
