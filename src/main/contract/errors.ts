import { z } from 'zod'
import { StudioError } from './studio-error.ts'

export { isStudioError, StudioError, toWireError } from './studio-error.ts'

/**
 * Every failure a user can meet, with the details that its words need. Codes travel over every door; the words for a code live
 * in `renderer/text/errors.ts`. Anything that is not here is a bug and travels as `INTERNAL`.
 */
export const errorDetails = {
  INVALID_INPUT: z.object({ reason: z.string() }),
  NO_PROJECT_OPEN: z.object({}),
  PROJECT_NOT_FOUND: z.object({ path: z.string() }),
  PROJECT_EXISTS: z.object({ path: z.string() }),
  PROJECT_LOCKED: z.object({ path: z.string(), processId: z.int().nullable(), host: z.string().nullable() }),
  PROJECT_DAMAGED: z.object({ path: z.string(), reason: z.string() }),
  PROJECT_TOO_NEW: z.object({ path: z.string(), version: z.int(), supported: z.int() }),
  NOT_WRITABLE: z.object({ path: z.string(), reason: z.string() }),
  DISK_FULL: z.object({ path: z.string(), neededBytes: z.number().nullable(), freeBytes: z.number().nullable() }),
  FOLDER_NOT_FOUND: z.object({ path: z.string() }),
  /** A watched folder is away, or may not be read; `paused`: the import out of it was cancelled or has failed. */
  FOLDER_NOT_WATCHED: z.object({ path: z.string(), reason: z.enum(['gone', 'denied', 'paused']) }),
  FILE_NOT_FOUND: z.object({ path: z.string() }),
  PICTURE_UNREADABLE: z.object({ file: z.string(), reason: z.string() }),
  NOTHING_TO_IMPORT: z.object({ path: z.string() }),
  /** Nothing of the archive was unpacked; `entry` is the file inside that shows the reason. */
  ARCHIVE_REFUSED: z.object({
    file: z.string(),
    reason: z.enum([
      'damaged',
      'encrypted',
      'path',
      'link',
      'method',
      'too-many',
      'too-large',
      'bomb',
      'overlap',
      'duplicate-name',
      'name',
      'other-project',
    ]),
    entry: z.string().nullable(),
  }),
  /** A file of labels that was given says nothing of photos; `reason` says what it lacks. */
  LABELS_UNREADABLE: z.object({ file: z.string(), reason: z.string() }),
  /** None of the `photos` that the file names was given with it, or is in the project; `example` is the first. */
  LABELS_WITHOUT_PHOTOS: z.object({ file: z.string(), photos: z.int(), example: z.string() }),
  IMAGE_NOT_FOUND: z.object({ image: z.string() }),
  /** No network has looked at this image yet, so that it can be compared with none. */
  FEATURES_MISSING: z.object({ image: z.string() }),
  /** An address names photos that were chosen too long ago. */
  CHOICE_FORGOTTEN: z.object({}),
  CLASS_NOT_FOUND: z.object({ class: z.string() }),
  CLASS_EXISTS: z.object({ class: z.string() }),
  /** Another class has been given this key. */
  CLASS_KEY_TAKEN: z.object({ key: z.string(), class: z.string() }),
  RUN_NOT_FOUND: z.object({ run: z.string() }),
  RUN_NOT_FINISHED: z.object({ run: z.string(), state: z.string() }),
  /** What the project holds of the run with this number was not written by Graft; `what`: its parts that are meant, e.g. `its settings and its engine`. */
  RUN_DAMAGED: z.object({ run: z.int(), what: z.string() }),
  JOB_NOT_FOUND: z.object({ job: z.string() }),
  NOTHING_TO_UNDO: z.object({}),
  NOTHING_TO_REDO: z.object({}),
  /** `step`: its id. */
  STEP_NOT_FOUND: z.object({ step: z.int() }),
  VIEW_NOT_FOUND: z.object({ view: z.string() }),
  VIEW_EXISTS: z.object({ view: z.string() }),
  /**
   * `file`: the one inside of it that shows it; empty where it is the whole. `detail`: of the database, what is in it that cannot be, e.g.
   * `the trigger x`; absent elsewhere.
   */
  BACKUP_DAMAGED: z.object({
    path: z.string(),
    reason: z.enum(['no-backup', 'folder', 'newer', 'missing', 'changed', 'foreign', 'encrypted', 'database-broken', 'database-foreign']),
    file: z.string(),
    detail: z.string().optional(),
  }),
  NO_LABELS: z.object({}),
  ONE_CLASS_ONLY: z.object({ class: z.string() }),
  CLASS_WITHOUT_IMAGES: z.object({ class: z.string() }),
  /** `count` takes images that look nearly the same as one; `images` are all of the class. `others`: classes that have too few as well; `classes`: how many there are. */
  TOO_FEW_IMAGES: z.object({
    class: z.string(),
    count: z.int(),
    needed: z.int(),
    images: z.int().optional(),
    others: z.array(z.string()).optional(),
    classes: z.int().optional(),
  }),
  /** So many classes have the `needed` images that it takes to check their labels; two are needed. */
  TOO_FEW_TO_CHECK: z.object({ classes: z.int(), needed: z.int() }),
  BACKBONE_UNKNOWN: z.object({ backbone: z.string(), known: z.array(z.string()) }),
  BACKBONE_MISSING: z.object({ backbone: z.string(), reason: z.string() }),
  BACKBONE_DAMAGED: z.object({ backbone: z.string(), file: z.string() }),
  /** The run with this number has trained a head alone: its network is `backbone` as it is. */
  RUN_WITHOUT_NETWORK: z.object({ run: z.int(), backbone: z.string() }),
  /** A network of one's own lies in the open project alone, where `runs` start from it; `name`: what it is called. */
  NETWORK_IN_USE: z.object({ name: z.string(), runs: z.array(z.int()) }),
  /** A backbone is not used in 8 bits on this machine. */
  INT8_NOT_OFFERED: z.object({ backbone: z.string(), reason: z.string() }),
  /** There is no build of this engine for this kind of machine. */
  ENGINE_NOT_OFFERED: z.object({ engine: z.string(), machine: z.string() }),
  /** The engine is whole, but the program that connects it to the studio could not be built. `compiler` is null where there is none. */
  ENGINE_NOT_BUILT: z.object({ engine: z.string(), compiler: z.string().nullable(), reason: z.string() }),
  ENGINE_UNAVAILABLE: z.object({ engine: z.string(), reason: z.string() }),
  ENGINE_WRONG: z.object({ engine: z.string(), difference: z.number() }),
  /** The graphics card went away in the middle of its work: a driver that crashed, a card that was pulled. */
  ENGINE_LOST: z.object({ engine: z.string(), reason: z.string() }),
  /** Memory ran out at this batch size, and at twice of it before. */
  OUT_OF_MEMORY: z.object({ engine: z.string(), batchSize: z.int() }),
  TRAINING_DIVERGED: z.object({ epoch: z.int(), learningRate: z.number() }),
  WORKER_DIED: z.object({ worker: z.string(), reason: z.enum(['killed', 'crashed', 'out-of-memory', 'hung']), detail: z.string() }),
  OUT_EXISTS: z.object({ path: z.string() }),
  /** What lies at `path` is not, or no longer, what was proved; `file` is the first that shows it. */
  EXPORT_UNPROVED: z.object({ path: z.string(), reason: z.enum(['no-proof', 'other-run', 'no-list', 'changed']), file: z.string() }),
  /** The run with this number answers with a network in 8 bits, which no export holds. */
  RUN_IN_INT8: z.object({ run: z.int() }),
  /** All test photos of the run with this number were deleted for good: nothing is left to prove an export on. */
  NO_TEST_PHOTOS: z.object({ run: z.int() }),
  /** None of the photos that were asked for can be written. */
  NO_PHOTOS_TO_SAVE: z.object({}),
  EXPORT_DISAGREES: z.object({ format: z.string(), images: z.int(), agree: z.int(), maxDifference: z.number() }),
  DOWNLOAD_FAILED: z.object({ what: z.string(), reason: z.string() }),
  HASH_MISMATCH: z.object({ what: z.string(), expected: z.string(), actual: z.string() }),
  CANCELLED: z.object({}),
  /** The page lost its server: what was asked may or may not have been done. */
  CONNECTION_LOST: z.object({}),
  INTERNAL: z.object({ message: z.string() }),
} as const

export type ErrorCode = keyof typeof errorDetails
export type ErrorDetails<C extends ErrorCode> = z.infer<(typeof errorDetails)[C]>
export const errorCodes = Object.keys(errorDetails) as readonly ErrorCode[]

/** An error as data: what travels in job events, in the database and between processes. */
export const WireError = z.object({ code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]), details: z.record(z.string(), z.unknown()) })
export type WireError = z.infer<typeof WireError>

/** The inverse of `toWireError`, for errors that arrive from a worker. Details that do not fit their code make it `INTERNAL`; never throws. */
export function fromWireError({ code, details }: WireError): StudioError {
  const parsed = errorDetails[code].safeParse(details)
  if (parsed.success) return new StudioError(code, parsed.data)
  return new StudioError('INTERNAL', { message: `${code} with details that do not fit it: ${JSON.stringify(details)}` })
}
