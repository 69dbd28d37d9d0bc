import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId, RunId, RunRef } from './ids.ts'
import { PhotoChoice, PhotoExportSize, PhotoLayout } from './photo-export.ts'

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
  /** Images on which both say none of these. */
  refused: z.int().default(0),
  /** Largest difference of any probability of any image. */
  maxDifference: z.number(),
  /** Images whose original file was gone, for which the working copy was used. */
  fromWorkingCopy: z.int(),
  createdAtMs: z.int(),
})
export type ExportProof = z.infer<typeof ExportProof>

/** An export in the list of all. */
export const ListedExport = ExportProof.extend({
  /** False where its folder is not there now. */
  isPresent: z.boolean(),
})
export type ListedExport = z.infer<typeof ListedExport>

export const exporting = {
  /**
   * Puts `PROJECT-BACKBONE-runN-tfjs` (folder) and a zip of that name into `out` once they are proved. `OUT_EXISTS` when one is there,
   * `NOT_WRITABLE` for a place inside a project.
   */
  start: procedure.input(z.object({ run: RunRef, format: ExportFormat, out: z.string().min(1) })).output(z.object({ jobId: JobId })),
  /** Newest first. */
  list: procedure.output(z.array(ListedExport)),
  /** Takes exports in this folder off the list. Nothing on the disk is touched. */
  forget: procedure.input(z.object({ folder: z.string() })).output(z.void()),
  /**
   * Serves the page of an export to this machine alone, as any web server would, until the studio ends. `opened`: it is in the system's
   * browser already; else the page that asked opens the address. `FOLDER_NOT_FOUND` where the export is gone, `EXPORT_UNPROVED` where the
   * proof inside is missing, of another run, without a list of files, or does not fit the files any more.
   */
  openPage: procedure.input(z.object({ folder: z.string() })).output(z.object({ address: z.string(), opened: z.boolean() })),
  /** What writing these photos takes. */
  photosSize: procedure.input(z.object({ choice: PhotoChoice })).output(PhotoExportSize),
  /**
   * Writes photos and their labels into a new folder, or a new zip, inside `out`: `PROJECT-photos`, with a number where that is taken. A photo
   * is the file that was added, byte for byte, else its working copy. `NO_PHOTOS_TO_SAVE`, `NOT_WRITABLE` for a place inside a project.
   */
  photos: procedure
    .input(
      z.object({
        choice: PhotoChoice,
        /** Those without a class too. */
        withUnlabelled: z.boolean(),
        layout: PhotoLayout,
        isZip: z.boolean(),
        /** Null: a folder of the studio's own, out of which a browser fetches the zip at `/saved-photos/JOB`; it is gone when the studio ends. */
        out: z.string().min(1).nullable(),
      }),
    )
    .output(z.object({ jobId: JobId })),
}

export const sample = {
  /** Fetches the sample pictures into `folder` (default: the studio's data folder), one folder a class. */
  make: procedure.input(z.object({ folder: z.string().optional() })).output(z.object({ jobId: JobId })),
}
