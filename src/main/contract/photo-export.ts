import { z } from 'zod'
import { ImageHash } from './ids.ts'
import { ImageFilter } from './images.ts'

/**
 * How photos and labels are written. `folders`: one folder a class, photos without one beside them; `csv`: `labels.csv` with the columns
 * `file` and `class`; `coco`: `annotations.json`, a COCO annotation over the whole of each labelled photo. The photos of the last two lie
 * in `images`, and their paths are relative to the file that lists them.
 */
export const PhotoLayout = z.enum(['folders', 'csv', 'coco'])
export type PhotoLayout = z.infer<typeof PhotoLayout>

/** Which photos are meant; those in the trash never are. */
export const PhotoChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('filter'), filter: ImageFilter }),
  z.object({ kind: z.literal('hashes'), hashes: z.array(ImageHash).min(1) }),
])
export type PhotoChoice = z.infer<typeof PhotoChoice>

/** How many photos a choice has, and the bytes of their files at import: what writing them takes, where the files are still there. */
export const PhotoExportSize = z.object({
  labelled: z.object({ images: z.int(), bytes: z.number() }),
  unlabelled: z.object({ images: z.int(), bytes: z.number() }),
})
export type PhotoExportSize = z.infer<typeof PhotoExportSize>

/** What was written. */
export const PhotoExportReport = z.object({
  /** The folder or the zip. */
  path: z.string(),
  layout: PhotoLayout,
  isZip: z.boolean(),
  /** It waits in the studio's own folder for a browser to fetch it. */
  isDownload: z.boolean(),
  /** Photos that were written, and how many of them have a class. */
  images: z.int(),
  labelled: z.int(),
  classes: z.int(),
  /** Photos of the choice that were left out because they have no class. */
  leftOut: z.int().default(0),
  /** Photos whose file has changed or is gone since it was added: their working copy, with a short side of at most 384 px, was written. */
  fromWorkingCopy: z.int(),
  /** Photos whose name was taken, or is none that every system takes: they are called otherwise. */
  renamed: z.int(),
  /** Names of the photos whose file and working copy are both gone. */
  missing: z.array(z.string()),
  bytes: z.number(),
  seconds: z.number(),
})
export type PhotoExportReport = z.infer<typeof PhotoExportReport>
