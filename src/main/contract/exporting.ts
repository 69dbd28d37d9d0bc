import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId, RunId, RunRef } from './ids.ts'

export const ExportFormat = z.enum(['tfjs'])
export type ExportFormat = z.infer<typeof ExportFormat>

/** What loading the written files back in a fresh process and running every test image through them gave. */
export const ExportProof = z.object({
  runId: RunId,
  format: ExportFormat,
  folder: z.string(),
  /** Every file written, relative to `folder`. */
  files: z.array(z.string()),
  zip: z.string(),
  images: z.int(),
  /** Images on which the export names the same class as the studio. */
  agree: z.int(),
  /** Largest difference of any probability of any image. */
  maxDifference: z.number(),
  /** Images whose original file was gone, for which the working copy was used. */
  fromWorkingCopy: z.int(),
  createdAtMs: z.int(),
})
export type ExportProof = z.infer<typeof ExportProof>

export const exporting = {
  /** Puts `PROJECT-BACKBONE-runN-tfjs` (folder) and a zip of that name into `out` once they are proved. `OUT_EXISTS` when one is there. */
  start: procedure.input(z.object({ run: RunRef, format: ExportFormat, out: z.string().min(1) })).output(z.object({ jobId: JobId })),
  list: procedure.output(z.array(ExportProof)),
}

export const sample = {
  /** Fetches the sample pictures into `folder` (default: the studio's data folder), one folder a class. */
  make: procedure.input(z.object({ folder: z.string().optional() })).output(z.object({ jobId: JobId })),
}
