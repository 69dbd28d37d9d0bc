import { z } from 'zod'
import { procedure } from './base.ts'
import { BackboneId } from './backbones.ts'
import { ClassId, ImageHash, JobId, Part, RunId, RunRef } from './ids.ts'

export const LabelSource = z.enum(['person', 'folder', 'file', 'suggestion'])
export type LabelSource = z.infer<typeof LabelSource>

export const Image = z.object({
  hash: ImageHash,
  /** File name at import, without folders. */
  name: z.string(),
  format: z.string(),
  /** Size of the original, orientation applied. */
  widthPx: z.int(),
  heightPx: z.int(),
  sizeBytes: z.int(),
  classId: ClassId.nullable(),
  labelSource: LabelSource.nullable(),
  /** Images that look nearly the same share a group; null when there is none. */
  groupId: z.int().nullable(),
  /** What a person wrote about it; empty where nobody did. */
  note: z.string(),
})
export type Image = z.infer<typeof Image>

export const ImageNote = z.string().max(2000)

/** Why a file was not taken. `duplicate` names the image that is there already. */
export const SkippedFile = z.object({
  file: z.string(),
  reason: z.enum([
    'not-a-picture',
    'broken',
    'too-large',
    'too-small',
    'unsupported',
    'empty',
    'unreadable',
    'duplicate',
    /** It lies inside of another archive, or in a folder. */
    'archive',
    /** A file of labels that says nothing of photos; `detail` says what it lacks. */
    'no-labels',
    /** A row or an entry of a file of labels; `detail` says what is wrong with it. */
    'not-understood',
    /** Named by a file of labels, and nowhere to be found. */
    'not-found',
    /** Named by a file of labels, outside of the folder that holds it. */
    'outside',
    /** Several photos are called so. */
    'ambiguous',
    /** A file of labels names several classes of it, and such photos were to be left out. */
    'several-classes',
  ]),
  /**
   * For `duplicate` the name of the image that is there; for a photo that a file of labels names, that file; else what the decoder said, in one
   * line.
   */
  detail: z.string(),
  /** For `duplicate` that of the image that is there; reports of earlier versions have none. */
  hash: ImageHash.optional(),
})
export type SkippedFile = z.infer<typeof SkippedFile>

/** An image that kept its class although the folder of `file`, or a file of labels, names another one: the person decides. */
export const LabelConflict = z.object({
  file: z.string(),
  /** Of the image in the project: other bytes never are in conflict. */
  hash: ImageHash,
  /** The class it has. */
  class: z.string(),
  /** The class that the folder or the file of labels names; it may not exist. */
  folderClass: z.string(),
  by: z.enum(['folder', 'file']).default('folder'),
})
export type LabelConflict = z.infer<typeof LabelConflict>

/** An image without a class because a file of labels names several of it, the strongest first: the person decides. */
export const SeveralClasses = z.object({ file: z.string(), hash: ImageHash, classes: z.array(z.string()).min(2) })
export type SeveralClasses = z.infer<typeof SeveralClasses>

export const LabelFileKind = z.enum(['csv', 'coco', 'label-studio'])
export type LabelFileKind = z.infer<typeof LabelFileKind>

/** An archive or a file of labels that an import has read, and what is in it. */
export const ImportSource = z.object({
  file: z.string(),
  kind: z.enum(['zip', 'teachable-machine', ...LabelFileKind.options]),
  /** Photos that it names; files that an archive holds. */
  photos: z.int(),
  /** Classes that it names; 0 for a zip, whose folders are looked at with all others. */
  classes: z.int(),
  /** The column or question that names the classes, where there are others that could. */
  taken: z.string().nullable(),
})
export type ImportSource = z.infer<typeof ImportSource>

export const ImportReport = z.object({
  /** Images that are in the project now and were not before. */
  images: z.int(),
  /** Those of `images` that lay in the trash and were brought back as they were; absent where there is none, as in reports of earlier versions. */
  restored: z.int().optional(),
  /** Images that got the class of their folder; also some that were there before, without a class. */
  labelled: z.int(),
  duplicates: z.int(),
  /** Images that look nearly the same as another one; they were taken and grouped. */
  nearDuplicates: z.int(),
  skipped: z.array(SkippedFile),
  /** Reports of earlier versions have none of these. */
  conflicts: z.array(LabelConflict).default([]),
  several: z.array(SeveralClasses).default([]),
  sources: z.array(ImportSource).default([]),
  /** Images of this import that no file of labels names, where there was one; folders name no classes then. */
  unnamed: z.int().default(0),
  /** Folders whose names could have been classes, at least two, where that was not asked for and nothing else named a class; absent otherwise. */
  folders: z.int().optional(),
  seconds: z.number(),
  /** It ended before all files were dealt with. */
  cancelled: z.boolean(),
  /**
   * Why, where nobody just cancelled it: its step was undone; its folder is not watched now, by a person or because the project was closed;
   * `watch-cancelled`: it was cancelled, which pauses its folder. Absent otherwise, and in reports of earlier versions.
   */
  endedBy: z.enum(['undo', 'unwatched', 'watch-cancelled']).optional(),
})
export type ImportReport = z.infer<typeof ImportReport>

/**
 * What is wrong with an image for a network: `tiny`, `blurred`, `dark` (under-exposed), `bright` (over-exposed), `long` (of an odd aspect
 * ratio, so that hardly any of it is in the square that networks look at).
 */
export const PhotoFlaw = z.enum(['tiny', 'blurred', 'dark', 'bright', 'long'])
export type PhotoFlaw = z.infer<typeof PhotoFlaw>

export const ImageFilter = z.object({
  /** A class, `unlabelled`, or everything when absent. */
  class: z.union([ClassId, z.literal('unlabelled')]).optional(),
  /** Unlabelled photos that look like this class, or `useful`: those that teach most when they are labelled next. None before there are suggestions. */
  suggested: z.union([ClassId, z.literal('useful')]).optional(),
  /** Matches file names and notes, case does not matter. */
  name: z.string().optional(),
  /** Images that somebody wrote a note about. */
  noted: z.literal(true).optional(),
  trashed: z.boolean().default(false),
  /** Images with this fault, without those of which somebody said that they are fine. */
  flaw: PhotoFlaw.optional(),
  /** Images of one part of a run's split. */
  part: z.object({ run: RunRef, part: Part }).optional(),
  /** Short side of the original, px, both ends included. */
  shortSidePx: z.object({ min: z.int().nonnegative().optional(), max: z.int().positive().optional() }).optional(),
  /** Images that a network has looked at, by how much they look like this one, the most similar first, whatever other order is asked for. */
  similarTo: ImageHash.optional(),
  /** Images that were chosen by hand: what `choose` answered. */
  chosen: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
})
export type ImageFilter = z.infer<typeof ImageFilter>

/**
 * `name`: as people expect it, `photo 2` before `photo 10`; `class`: as the classes are listed; `size`: the short side of the original, then
 * the long one; `labelled`: when the label was given; `suggestion`: the least sure first, of those that teach most the one that teaches least. Ties keep the order of import; so do images without what is sorted by, which come last.
 */
export const ImageOrder = z.object({
  by: z.enum(['imported', 'name', 'class', 'size', 'labelled', 'suggestion']).default('imported'),
  descending: z.boolean().default(false),
})
export type ImageOrder = z.infer<typeof ImageOrder>

/** When an image was taken, as its camera says. */
export const TakenTime = z.object({
  /** Since 1970. Where the offset is not known, as though the camera's clock showed UTC: right to some hours, and exact between its images. */
  atMs: z.int(),
  /** How far the camera's clock was ahead of UTC, where it says so. */
  offsetMinutes: z.int().nullable(),
})
export type TakenTime = z.infer<typeof TakenTime>

/** Everything that the studio knows of one image. */
export const ImageDetail = z.object({
  image: Image,
  /** Null where its file did not say. */
  taken: TakenTime.nullable(),
  /** What is wrong with it, and whether somebody said that it is fine in spite of that. */
  flaws: z.array(PhotoFlaw),
  isFine: z.boolean(),
  importedAtMs: z.int(),
  /** Where the file lay at import, and whether it is there now. */
  sourcePath: z.string(),
  isSourcePresent: z.boolean(),
  /** What it was called, with its folders, where it was sent or pasted: such a file is gone when the studio ends. Null for one of this machine. */
  sentAs: z.string().nullable(),
  isTrashed: z.boolean(),
  /** Images that look nearly the same, itself and the trash left out. */
  lookAlikes: z.array(Image),
  /** What its label was, newest first; `class` is null where the label was taken away, and a class that is gone keeps its last name. */
  labels: z.array(z.object({ atMs: z.int(), class: z.string().nullable(), source: LabelSource.nullable() })),
  /** What the runs that did not train on it said of it, newest run first. */
  runs: z.array(
    z.object({
      runId: RunId,
      number: z.int(),
      part: Part.exclude(['train']),
      /** Class names at the time of the split. */
      label: z.string(),
      predicted: z.string(),
      /** Of the predicted class, 0..1. */
      probability: z.number(),
    }),
  ),
})
export type ImageDetail = z.infer<typeof ImageDetail>

/** A picture that is no file, from a clipboard or a camera. Larger ones are files. */
const HeldPicture = z.object({
  /** What it is called in the project; the kind of file is told by its content. */
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u, 'must be a plain file name'),
  /** The bytes of a picture file, up to 24 MB. */
  base64: z.string().min(1).max(32_000_000),
  /** One that is put into a slot takes the place of what was there: the frames of a camera do not pile up. */
  slot: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be named by 1 to 64 small letters, digits or hyphens')
    .optional(),
})
export type HeldPicture = z.infer<typeof HeldPicture>

export const images = {
  /** Writes a picture that is no file where `import` and `runs.predict` find it until the studio ends. */
  hold: procedure.input(HeldPicture).output(z.object({ path: z.string() })),
  /**
   * Takes files and folders (searched through), and zips as the folders they hold. A label is the name of the folder that holds the file, below
   * the folder given; where several folders are given that have none inside, their own names. Files of labels among them (a table of file and
   * class, COCO, Label Studio, a Teachable Machine project) give the classes instead, also to images that are in the project already.
   */
  import: procedure
    .input(
      z.object({
        paths: z.array(z.string().min(1)).min(1),
        labelFromFolders: z.boolean(),
        /** What becomes of photos of which a file of labels names several classes: no class, that of the largest box, or they are not taken. */
        several: z.enum(['unlabelled', 'largest', 'skip']).default('unlabelled'),
        /** Files that belong to this import and could not be handed over; they join its report. */
        notSent: z.array(SkippedFile).optional(),
        /** Whose features are extracted along the way; absent: of the one this project used last, else the default; null: of none. */
        backbone: BackboneId.nullable().optional(),
        /** In which numbers; as with the backbone where it is absent. */
        precision: z.enum(['float32', 'int8']).optional(),
      }),
    )
    .output(z.object({ jobId: JobId })),
  /**
   * Takes files and folders as `import` does, and gives every photo of them the class, whatever their folders are called and also where they
   * were in the project before. One undo step: undone, the photos that came with it go into the trash. `asOne`: they were taken one after
   * the other and look much the same, so that they stay together when photos are kept aside for the test. `CLASS_NOT_FOUND`.
   */
  addToClass: procedure
    .input(
      z.object({
        paths: z.array(z.string().min(1)).min(1),
        classId: ClassId,
        asOne: z.boolean(),
        /** As with `import`. */
        notSent: z.array(SkippedFile).optional(),
        backbone: BackboneId.nullable().optional(),
      }),
    )
    .output(z.object({ jobId: JobId })),
  /** `total` counts all that match, `images` holds those from `offset` on, at most `limit`. */
  list: procedure
    .input(
      z.object({
        filter: ImageFilter,
        order: ImageOrder.default({ by: 'imported', descending: false }),
        offset: z.int().nonnegative(),
        limit: z.int().min(1).max(2000),
      }),
    )
    .output(z.object({ total: z.int(), images: z.array(Image) })),
  /** Which images `list` tells of from `offset` on, at most `limit`: what is needed to choose all of a large project. */
  hashes: procedure
    .input(
      z.object({
        filter: ImageFilter,
        order: ImageOrder.default({ by: 'imported', descending: false }),
        offset: z.int().nonnegative(),
        limit: z.int().min(1).max(1_000_000),
      }),
    )
    .output(z.array(ImageHash)),
  /**
   * The images outside the trash that look most like `hash`, itself left out: the most similar first. `similarity`: cosine of their features, -1..1.
   * `missing`: so many images no network has looked at yet.
   */
  similar: procedure
    .input(z.object({ hash: ImageHash, limit: z.int().min(1).max(1000) }))
    .output(z.object({ images: z.array(z.object({ image: Image, similarity: z.number() })), missing: z.int() })),
  /** Remembers images, so that a filter and an address can name them. */
  choose: procedure.input(z.object({ hashes: z.array(ImageHash).min(1) })).output(z.object({ chosen: z.string() })),
  get: procedure.input(z.object({ hash: ImageHash })).output(Image),
  detail: procedure.input(z.object({ hash: ImageHash })).output(ImageDetail),
  /** Thumbnails, in the order of `hashes`, each as a JPEG in a data URL; null where there is none. */
  thumbnails: procedure
    .input(z.object({ hashes: z.array(ImageHash).min(1).max(500) }))
    .output(z.object({ thumbnails: z.array(z.string().nullable()) })),
  /** What a network that looks at squares of this backbone's size sees of an image: a PNG as a data URL. */
  seen: procedure.input(z.object({ hash: ImageHash, backbone: BackboneId })).output(z.object({ picture: z.string() })),
  /**
   * Writes down what a person wants to remember of an image, instead of what was there; an empty one takes it away. Notes of one image that
   * follow each other within a few minutes are one undo step.
   */
  note: procedure.input(z.object({ hash: ImageHash, note: ImageNote })).output(z.object({ changed: z.boolean() })),
  /** Takes images out of the project into its trash, or back. One undo step. */
  trash: procedure.input(z.object({ hashes: z.array(ImageHash).min(1) })).output(z.object({ changed: z.int() })),
  restore: procedure.input(z.object({ hashes: z.array(ImageHash).min(1) })).output(z.object({ changed: z.int() })),
  /**
   * What deleting these photos of the trash for good would take away, or all of the trash where no `hashes` are given: so many photos, and
   * the bytes of their copies. `kept`: photos that stay, because a training or an export that waits or runs needs them.
   */
  trashSize: procedure
    .input(z.object({ hashes: z.array(ImageHash).min(1).optional() }))
    .output(z.object({ images: z.int(), bytes: z.number(), kept: z.int() })),
  /**
   * Deletes photos of the trash for good, those of `hashes` or all of it: their copies, labels and history, and the
   * copies of the whole database that were made before an update of it. Nothing undoes it. What
   * runs measured stays as it is, with the names of their photos. Photos that are not in the trash are passed over. One that is added again is a
   * new photo with an old place in the order of import.
   */
  erase: procedure.input(z.object({ hashes: z.array(ImageHash).min(1).optional() })).output(z.object({ jobId: JobId })),
  /** The reports of the imports of this project, newest first, at most 20. */
  imports: procedure.output(z.array(z.object({ id: z.int(), startedAtMs: z.int(), report: ImportReport }))),
}
