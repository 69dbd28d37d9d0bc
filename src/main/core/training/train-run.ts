import { StudioError, toWireError } from '../../contract/errors.ts'
import type { TrainingEngineWanted } from '../../contract/engines.ts'
import type { EpochReport, RunSummary } from '../../contract/runs.ts'
import {
  featuresKey,
  trainingEngine,
  type BackboneFiles,
  type TrainingResult,
  type TrainingRow,
} from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { readExtractor } from '../features/extractor-rows.ts'
import { recordSpeed } from '../features/speeds.ts'
import type { JobBody, JobContext } from '../jobs/job-queue.ts'
import type { Split } from '../splits/make-split.ts'
import { mostProbable } from './evaluate-run.ts'
import { extractForTraining } from './extract-for-training.ts'
import {
  deleteRun,
  forgetQueued,
  hasEpochs,
  markFailed,
  markPaused,
  markRunning,
  readEpochs,
  rests,
  readRun,
  writeEngine,
  writeOutcome,
} from './run-rows.ts'
import { forgetCheckpoint } from './run-network.ts'
import { findTempering, type SaidOfPhotos } from './temper-run.ts'
import { trainInWorker, type Trained } from './train-in-worker.ts'
import { aroundSpeed, headSpeed, networkSpeed, startSpeed, type TrainingSource } from './training-source.ts'

export interface Training {
  readonly project: OpenProject
  readonly run: RunSummary
  readonly split: Split
  readonly source: TrainingSource
  /** What trains more than a head. */
  readonly engine: TrainingEngineWanted
}

/**
 * The job of one run: what is still to be extracted, then the training, then the result in one transaction. Stopped: the best epoch so far
 * is the result. Cancelled, or stopped before the first epoch: the run is taken away. Failed, also by a worker that
 * dies: the run stays with its reason and cannot go on. Paused, or closed meanwhile, or stopped before it has gone on: it rests until it is resumed.
 */
export function trainRun(context: StudioContext, training: Training): JobBody {
  const { project, run } = training
  return async (job) => {
    try {
      return { kind: 'train', run: await work(context, training, job) }
    } catch (error) {
      const goesOn = !job.signal.aborted && wasCancelled(error) && (job.pauseSignal.aborted || hasEpochs(project.db, run.id))
      if (context.jobs.isClosing() || goesOn) markPaused(project.db, run.id, context.clock())
      else if (job.signal.aborted || wasCancelled(error)) deleteRun(project.db, run.id)
      else markFailed(project.db, run.id, toWireError(error), context.clock())
      throw error
    } finally {
      if (project.db.open && !rests(project.db, run.id)) await forgetCheckpoint(context, project, run.id)
      context.changed('runs')
    }
  }
}

function wasCancelled(error: unknown): boolean {
  return error instanceof StudioError && error.code === 'CANCELLED'
}

async function work(context: StudioContext, training: Training, job: JobContext): Promise<RunSummary> {
  const { project, run, split, source } = training
  const startedAtMs = context.clock()
  // Of its earlier sittings that is what is known.
  const earlierSeconds = readEpochs(project.db, run.id).reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000
  markRunning(project.db, run.id, startedAtMs)
  context.changed('runs')

  await extractForTraining(context, project, source, split.members, {
    signal: AbortSignal.any([job.signal, job.stopSignal, job.pauseSignal]),
    onProgress: (done, total) => job.progress('extracting', done, total),
  })
  const extractedAtMs = context.clock()
  await noteEngine(context, training, job)

  const rows = trainingRows(split)
  const result = await trainInWorker(context, training, rows, job)
  // A cancel that crossed the worker's answer under way still keeps nothing.
  job.signal.throwIfAborted()
  job.progress('evaluating', 0, null)
  const tempering = await findTempering(context, saidOfValidation(result, rows, split.classes.length), job.signal)
  job.signal.throwIfAborted()
  const endedAtMs = context.clock()
  // Of one that has gone on, the times belong to another number of epochs.
  if (earlierSeconds === 0) noteSpeed(context, training, rows, result)
  if (result.engine !== undefined) noteTrainingEngine(training, result.engine)
  writeOutcome(project.db, run.id, {
    state: result.endedBecause === 'stopped-by-user' ? 'stopped' : 'finished',
    bestEpoch: result.bestEpoch,
    endedBecause: result.endedBecause,
    head: result.head,
    network: result.network ?? null,
    tempering,
    ...score(result, rows),
    predictions: predictionsByImage(result, split),
    seconds: {
      features: (extractedAtMs - startedAtMs) / 1000,
      training: earlierSeconds + (endedAtMs - extractedAtMs) / 1000,
      total: earlierSeconds + (endedAtMs - startedAtMs) / 1000,
    },
    endedAtMs,
  })
  return readRun(project.db, run.id)
}

/** What the features were extracted with is known from their extraction; only a project that lost that note asks the worker. */
async function noteEngine(context: StudioContext, { project, run, source }: Training, job: JobContext): Promise<void> {
  const extractor = readExtractor(project.db, featuresKey(source.features))
  if (extractor !== null) {
    const versions = { ...run.versions, [extractor.engine]: extractor.version }
    writeEngine(project.db, run.id, { training: trainingEngine, extraction: extractor.engine }, versions)
    return
  }
  const { training, extraction, versions } = await context.workers.training.request(
    'engines',
    { wanted: 'auto', settings: context.settings() },
    { signal: job.signal },
  )
  writeEngine(project.db, run.id, { training, extraction }, { ...run.versions, ...versions })
}

/** Known once it has passed its self-test. */
function noteTrainingEngine({ project, run }: Training, { engine, version, device }: NonNullable<Trained['engine']>): void {
  const before = readRun(project.db, run.id)
  const extraction = before.engine?.extraction ?? 'unknown'
  writeEngine(project.db, run.id, { training: engine, extraction }, { ...before.versions, [engine]: `${version}, ${device}` })
}

/** For forecasts. */
function noteSpeed(context: StudioContext, { project, run, split, source }: Training, rows: readonly TrainingRow[], result: Trained): void {
  const images = rows.filter((row) => row.part === 'train').length
  const epochs = readEpochs(project.db, run.id)
  if (result.seconds <= 0 || epochs.length === 0 || images === 0) return
  if (result.engine === undefined) {
    recordSpeed(context, headSpeed, (images * epochs.length * split.classes.length) / result.seconds)
    return
  }
  const { engine } = result.engine
  const kept = (features: BackboneFiles, own: readonly EpochReport[]): void => {
    const durations = own.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
    const medianMs = durations[Math.floor(durations.length / 2)] ?? 0
    if (medianMs > 0) recordSpeed(context, networkSpeed(source, features, engine), (images * 1000) / medianMs)
  }
  const [inFirst = epochs.length] = result.epochs ?? []
  kept(source.features, epochs.slice(0, inFirst))
  const name = networkSpeed(source, source.features, engine)
  const { startSeconds = 0 } = result
  const around = result.seconds - startSeconds - epochs.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000
  if (around > 0) recordSpeed(context, aroundSpeed(name), images / around)
  if (startSeconds > 0) recordSpeed(context, startSpeed(name), 1 / startSeconds)
  if (source.deeper !== null) kept(source.deeper.features, epochs.slice(inFirst))
}

/** Every photo of a split, with its class by its place among the classes. */
export function trainingRows(split: Pick<Split, 'classes' | 'members'>): TrainingRow[] {
  const indexOf = new Map(split.classes.map((each, index) => [each.id, index]))
  return split.members.map((member) => ({ hash: member.hash, classIndex: indexOf.get(member.classId)!, part: member.part }))
}

/** Right and counted images of validation and test. */
function score(result: TrainingResult, rows: readonly TrainingRow[]): Record<'validation' | 'test', { right: number; n: number }> {
  const classOf = new Map(rows.map((row) => [row.hash, row.classIndex]))
  const counts = { validation: { right: 0, n: 0 }, test: { right: 0, n: 0 } }
  for (const { hash, part, probabilities } of result.predictions) {
    if (part === 'train') continue
    counts[part].n++
    if (mostProbable(probabilities) === classOf.get(hash)) counts[part].right++
  }
  return counts
}

function saidOfValidation({ predictions }: TrainingResult, rows: readonly TrainingRow[], classCount: number): SaidOfPhotos {
  const classOf = new Map(rows.map((row) => [row.hash, row.classIndex]))
  const validation = predictions.filter(({ part }) => part === 'validation')
  return {
    probabilities: validation.map(({ probabilities }) => probabilities),
    labels: Int32Array.from(validation, ({ hash }) => classOf.get(hash)!),
    classCount,
  }
}

function predictionsByImage(
  result: TrainingResult,
  split: Split,
): { imageId: number; part: 'validation' | 'test'; probabilities: Float32Array }[] {
  const idOf = new Map(split.members.map((member) => [member.hash, member.imageId]))
  return result.predictions.flatMap(({ hash, part, probabilities }) =>
    part === 'train' ? [] : [{ imageId: idOf.get(hash)!, part, probabilities }],
  )
}

/** A run whose job ended before it began: it was cancelled while it waited and is taken away, unless the studio closes, or it was paused. */
export async function settleUnstarted(context: StudioContext, { project, run }: Training, cancelled: boolean): Promise<void> {
  if (!project.db.open) return
  if (!cancelled || context.jobs.isClosing()) {
    if (markPaused(project.db, run.id, context.clock())) context.changed('runs')
  } else if (forgetQueued(project.db, run.id)) {
    context.changed('runs')
    await forgetCheckpoint(context, project, run.id)
  }
}
