import { z } from 'zod'
import { WireError } from './errors.ts'

/**
 * How a browser sends files to the studio that serves it, beside the procedures: `POST /uploads?drop=ID`, several files in one request, each
 * one line of JSON (`UploadHead`) followed by its bytes. The answer has one `UploadOutcome` for each file, in the order sent.
 */
export const uploadLimits = {
  /** Larger files are not read by the studio whichever way they come, so none is sent. */
  fileBytes: 1024 ** 3,
  /** An archive holds many files of which none is larger. */
  archiveBytes: 64 * 1024 ** 3,
  /**
   * A request ends before the file that would exceed one of these; a larger file goes by itself. A request for each small photo costs more than
   * its bytes; larger requests would show no progress for long where the line is slow.
   */
  requestBytes: 8 * 1024 ** 2,
  requestFiles: 64,
  /** One line of JSON, with its end. */
  headBytes: 16 * 1024,
} as const

/** The most bytes that a file of this name may have. */
export function largestUpload(path: string): number {
  return /\.(zip|tm)$/i.test(path) ? uploadLimits.archiveBytes : uploadLimits.fileBytes
}

export const UploadHead = z
  .object({
    /** Relative, with the folders that were dropped: `cats/tabby/1.jpg`. */
    path: z.string(),
    sizeBytes: z.int().min(0).max(uploadLimits.archiveBytes),
  })
  .refine(({ path, sizeBytes }) => sizeBytes <= largestUpload(path))
export type UploadHead = z.infer<typeof UploadHead>

/** `path`: what to import, on the studio's machine. `error`: why this file was not kept; the others are. */
export const UploadOutcome = z.union([z.object({ path: z.string() }), z.object({ error: WireError })])
export type UploadOutcome = z.infer<typeof UploadOutcome>
