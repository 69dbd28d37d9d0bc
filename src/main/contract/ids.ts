import { z } from 'zod'

/** SHA-256 of the original bytes of a picture, 64 lower-case hex digits: the identity of an image. */
export const ImageHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be named by 64 digits of 0 to 9 and a to f')
export const ClassId = z.int().positive()
export const SplitId = z.int().positive()
/** Eight characters, unique within a project, e.g. `k3v9x2ma`. */
export const RunId = z.string().min(1).max(40)
/** A run's id, or `latest` for the newest one that has a result. */
export const RunRef = RunId
export const JobId = z.string().min(1)

export const Part = z.enum(['train', 'validation', 'test'])
export type Part = z.infer<typeof Part>

/**
 * A proportion with its uncertainty. `accuracy` = right / n, `low` and `high` its 95 % Wilson score interval, all in 0..1
 * (Wilson, J. Am. Stat. Assoc. 22, 1927). `n` counts images.
 */
export const Interval = z.object({ accuracy: z.number(), low: z.number(), high: z.number(), n: z.int() })
export type Interval = z.infer<typeof Interval>
