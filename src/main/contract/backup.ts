import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId } from './ids.ts'

export const backup = {
  /** Bytes that a backup of the open project would hold; features and trained networks can be left out. */
  size: procedure.output(z.object({ photos: z.number(), database: z.number(), features: z.number(), networks: z.number() })),
  /**
   * Writes the open project into one file, reads that back, and only then gives it its name: `out` where that is given (nothing is
   * overwritten), else one with the project's name and the day in `folder`. Work on the project goes on meanwhile; the file holds the labels
   * of the moment it was begun.
   */
  write: procedure
    .input(
      z
        .object({
          folder: z.string().min(1).optional(),
          out: z.string().min(1).optional(),
          /** Both can be computed again; a run without its network is still there with all it measured. */
          features: z.boolean(),
          networks: z.boolean(),
        })
        .refine(({ folder, out }) => (folder === undefined) !== (out === undefined), 'needs a folder or a file, and not both'),
    )
    .output(z.object({ jobId: JobId })),
  /**
   * Makes a project of a backup, in `folder` (default: the studio's projects folder), under its name or the next one that is free. Every byte
   * is held against the list of the backup before the project is there. The job's result says where it lies; it is not opened. `path` is absolute.
   * `rescue`: files other than the database that are missing or were changed are left out and told, instead of nothing being made of the backup.
   */
  restore: procedure
    .input(z.object({ path: z.string().min(1), folder: z.string().min(1).optional(), rescue: z.boolean().default(false) }))
    .output(z.object({ jobId: JobId })),
}
