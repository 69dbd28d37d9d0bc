import { toWireError } from '../../contract/errors.ts'
import type { ImportReport, SkippedFile } from '../../contract/images.ts'
import { setImmediate as turn } from 'node:timers/promises'
import type { Recipe } from '../../contract/runs.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { backboneFiles, defaultBackbone } from '../backbones/backbone-files.ts'
import { int8Form } from '../backbones/int8-form.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { lastStart } from '../features/backbone-rows.ts'
import { int8Offer } from '../features/calibrations.ts'
import { extractAlongside, noExtraction, type Alongside } from '../features/extract-alongside.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import type { JobBody, JobContext } from '../jobs/job-queue.ts'
import { gatherFiles, type Gathered, type GatherRequest } from './gather-files.ts'
import { groupImages } from './group-images.ts'
import { imageFolders } from './image-folders.ts'
import { endImport, insertImport } from './import-rows.ts'
import type { ListedFile } from './list-files.ts'
import { joinImport } from './look-alike-rows.ts'
import { prepareFiles } from './prepare-files.ts'
import { shownPath } from './sent-name.ts'
import { ImportUndone, Intake } from './take-images.ts'

export interface ImportRequest {
  /** Files and folders. */
  readonly paths: readonly string[]
  /** What to take in place of what `paths` hold; asked when the import begins. */
  readonly listed?: () => readonly ListedFile[]
  /**
   * The watch of a folder, which is over when this is aborted. Nobody asks for the import at this moment: it must not stand between a person
   * and the undo of what was done last.
   */
  readonly watch?: AbortSignal
  readonly labelFromFolders: boolean
  readonly several?: GatherRequest['several'] | undefined
  /** Files that whoever asks could not hand over, for the report. */
  readonly notSent?: readonly SkippedFile[] | undefined
  /** Whose features are extracted along the way; undefined: the one that photos of this project are compared by; null: none. */
  readonly backbone?: string | null | undefined
  readonly precision?: Recipe['precision'] | undefined
  /** The class that all of them get. `asOne`: they are a burst and share a group. */
  readonly into?: { readonly classId: number; readonly asOne: boolean }
}

/** Images of the project that a file names, to which one transaction gives their classes before other work gets a turn: some hundredths of a second. */
const namedAtOnce = 1000

/** Imports run one after the other; whatever else writes or deletes copies of photos waits with them. */
export const importLane = 'import'

/**
 * The job of an import: finds out what was given, has the image worker prepare it, commits images with their labels in small transactions, has
 * features extracted meanwhile, and groups near-identical images. Progress counts files whose outcome is on the disk. Cancelled or failed, what was
 * taken stays, and importing the same again takes the rest. Undone meanwhile, it ends as if it was cancelled, and says why.
 */
export function importImages(context: StudioContext, project: OpenProject, request: ImportRequest): JobBody {
  return async (job) => {
    const startedAtMs = context.clock()
    const { paths, several = 'unlabelled' } = request
    const { listed } = request
    const gathered = listed === undefined ? await gatherFiles(context, project, { paths, several }, job) : gatheredOf(listed())
    try {
      const report = await takeFiles(context, project, request, { gathered, job, startedAtMs })
      return { kind: 'import', report }
    } finally {
      await gathered.close()
    }
  }
}

function gatheredOf(files: readonly ListedFile[]): Gathered {
  return { files, inProject: [], skipped: [], sources: [], hasLabelFile: false, close: () => Promise.resolve() }
}

/** Of what a report says of a file: its name as whoever sent it knows it, without the folders where it lies meanwhile. */
function asSent<Told extends { readonly file: string }>(told: Told): Told {
  return { ...told, file: shownPath(told.file) }
}

function countFolders({ labelFromFolders, into }: ImportRequest, { files, hasLabelFile }: Gathered): Pick<ImportReport, 'folders'> {
  if (labelFromFolders || into !== undefined || hasLabelFile) return {}
  const folders = new Set(files.flatMap(({ folderLabel }) => folderLabel ?? [])).size
  return folders < 2 ? {} : { folders }
}

interface Running {
  readonly gathered: Gathered
  readonly job: JobContext
  readonly startedAtMs: number
}

async function takeFiles(context: StudioContext, project: OpenProject, request: ImportRequest, running: Running): Promise<ImportReport> {
  const { gathered, job, startedAtMs } = running
  const { db } = project
  const importId = insertImport(db, startedAtMs)
  const skipped = [...(request.notSent ?? []), ...gathered.skipped]
  const intake = new Intake(context, project, {
    importId,
    labelFromFolders: request.labelFromFolders && !gathered.hasLabelFile,
    hasLabelFile: gathered.hasLabelFile,
    into: request.into?.classId ?? null,
    skipped,
    isUnasked: request.watch !== undefined,
  })
  const giveUp = new AbortController()
  const extraction = startExtraction(context, project, request, AbortSignal.any([job.signal, giveUp.signal]))
  for (const file of skipped) job.emit({ type: 'skipped', file })

  const end = (state: 'finished' | 'cancelled' | 'failed', nearDuplicates: number, isUndone = false): ImportReport => {
    const { images, restored, labelled, duplicates, skipped, conflicts, several, unnamed } = intake
    const { sources } = gathered
    const endedAtMs = context.clock()
    const seconds = (endedAtMs - startedAtMs) / 1000
    const found = {
      images,
      ...(restored === 0 ? {} : { restored }),
      labelled,
      duplicates,
      nearDuplicates,
      skipped: skipped.map(asSent),
      conflicts: conflicts.map(asSent),
      several: several.map(asSent),
      sources: [...sources],
      unnamed,
      ...countFolders(request, gathered),
    }
    const report = { ...found, seconds, cancelled: state === 'cancelled', ...(state === 'cancelled' ? endedBy(request, isUndone) : {}) }
    endImport(db, importId, { state, report, endedAtMs })
    tellChanges(context)
    return report
  }

  const compare = async (): Promise<number> => {
    const nearDuplicates = await groupImages(db, importId)
    if (request.into?.asOne === true) joinImport(db, importId)
    return nearDuplicates
  }

  try {
    await prepareAll(context, project, intake, extraction, running)
    const nearDuplicates = await compare()
    // Written before the features are waited for: from here on nothing of the import can be lost.
    end('finished', nearDuplicates)
    await extraction.finish((done, total) => job.progress('extracting', done, total))
    return end(job.signal.aborted ? 'cancelled' : 'finished', nearDuplicates)
  } catch (error) {
    giveUp.abort()
    await extraction.finish(() => undefined)
    if (!job.signal.aborted && !(error instanceof ImportUndone)) {
      endFailed(context, () => end('failed', 0))
      throw error
    }
    const nearDuplicates = await compare()
    return end('cancelled', nearDuplicates, error instanceof ImportUndone)
  }
}

function endedBy({ watch }: ImportRequest, isUndone: boolean): Pick<ImportReport, 'endedBy'> {
  if (isUndone) return { endedBy: 'undo' }
  if (watch === undefined) return {}
  return { endedBy: watch.aborted ? 'unwatched' : 'watch-cancelled' }
}

async function prepareAll(
  context: StudioContext,
  project: OpenProject,
  intake: Intake,
  extraction: Alongside,
  { gathered: { files, inProject }, job }: Running,
): Promise<void> {
  const total = inProject.length + files.length
  job.progress('importing', 0, total)
  for (let from = 0; from < inProject.length; from += namedAtOnce) {
    job.signal.throwIfAborted()
    const part = inProject.slice(from, from + namedAtOnce)
    intake.name(part)
    job.progress('importing', from + part.length, total)
    tellChanges(context)
    await turn()
  }
  await prepareFiles(context, files, {
    folders: imageFolders(project.files),
    isKnown: (hash) => intake.isKnown(hash),
    signal: job.signal,
    take: (outcomes) => {
      const { images, skipped } = intake.take(outcomes)
      extraction.add(images)
      for (const file of skipped) job.emit({ type: 'skipped', file })
      job.progress('importing', inProject.length + intake.files, total)
      if (images.length > 0) tellChanges(context)
    },
  })
}

/** A failed import has its own reason to tell; that its report could not be written either (a full disk) only goes to the log. */
function endFailed(context: StudioContext, end: () => void): void {
  try {
    end()
  } catch (error) {
    context.log.error('the report of an import could not be written', { error: toWireError(error) })
  }
}

function tellChanges(context: StudioContext): void {
  for (const topic of ['images', 'classes', 'labels', 'history'] as const) context.changed(topic)
}

/** A backbone that is not there leaves the features to the training. */
function startExtraction(
  context: StudioContext,
  project: OpenProject,
  { backbone: wanted, precision }: ImportRequest,
  signal: AbortSignal,
): Alongside {
  if (wanted === null) return noExtraction
  try {
    return extractAlongside(context, project, backboneFor(context, project, wanted, precision), signal)
  } catch (error) {
    context.log.info('features are not extracted during this import', { backbone: wanted ?? null, reason: toWireError(error) })
    return noExtraction
  }
}

/** The one that is asked for, else the one that photos of this project are compared by. Throws `BACKBONE_MISSING`. */
function backboneFor(
  context: StudioContext,
  project: OpenProject,
  wanted: string | undefined,
  precision: ImportRequest['precision'],
): BackboneFiles {
  if (wanted === undefined && precision === undefined) return projectBackbone(context, project)
  const last = lastStart(project.db)
  const id = wanted ?? last?.backbone ?? defaultBackbone(context.resourcesDir)
  const int8 = precision === undefined ? last?.backbone === id && last.int8 : precision === 'int8'
  const backbone = backboneFiles(context, id)
  // Only where it is known to be right and faster here: a project may come from another machine.
  const form = int8 && int8Offer(context, backbone)?.timesAsFast != null ? int8Form(context, backbone) : null
  return form ?? backbone
}
