import { StudioError, toWireError } from '../../contract/errors.ts'
import type { EpochReport, RunSummary } from '../../contract/runs.ts'
import {
  trainingEngine,
  type BackboneFiles,
  type FeatureCache,
  type TrainingResult,
  type TrainingRow,
} from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { readExtractor } from '../features/extractor-rows.ts'
import { recordSpeed } from '../features/speeds.ts'
import type { JobBody, JobContext } from '../jobs/job-queue.ts'
import type { Split } from '../splits/make-split.ts'
import { mostProbable } from './evaluate-run.ts'
import {
  deleteRun,
  insertEpochs,
  markFailed,
  markInterrupted,
  markRunning,
  readEpochs,
  readRun,
  settleQueued,
  writeEngine,
  writeOutcome,
} from './run-rows.ts'

export interface Training {
  readonly project: OpenProject
  readonly run: RunSummary
  readonly split: Split
  readonly backbone: BackboneFiles
}

/** Photos times classes that the training of a head sees in a second, under this name. */
export const headSpeed = 'train-head'

/**
 * The job of one run: features that are missing, then the head, then the result in one transaction. Stopped: the best epoch so far
 * is the result. Cancelled, or stopped before the first epoch: the run is taken away. Failed: the run stays with its reason. Closed
 * meanwhile: it stays as interrupted.
 */
export function trainRun(context: StudioContext, training: Training): JobBody {
  const { project, run } = training
  return async (job) => {
    try {
      return { kind: 'train', run: await work(context, training, job) }
    } catch (error) {
      if (context.jobs.isClosing()) markInterrupted(project.db, run.id, context.clock())
      else if (job.signal.aborted || wasCancelled(error)) deleteRun(project.db, run.id)
      else markFailed(project.db, run.id, toWireError(error), context.clock())
      throw error
    } finally {
      context.changed('runs')
    }
  }
}

function wasCancelled(error: unknown): boolean {
  return error instanceof StudioError && error.code === 'CANCELLED'
}

async function work(context: StudioContext, training: Training, job: JobContext): Promise<RunSummary> {
  const { project, run, split, backbone } = training
  const startedAtMs = context.clock()
  markRunning(project.db, run.id, startedAtMs)
  context.changed('runs')

  const hashes = split.members.map((member) => member.hash)
  await extractFeatures(context, project, backbone, hashes, {
    signal: AbortSignal.any([job.signal, job.stopSignal]),
    onProgress: (done, total) => job.progress('extracting', done, total),
  })
  const extractedAtMs = context.clock()
  await noteEngine(context, training, job)

  const rows = trainingRows(split)
  const result = await trainHead(context, training, rows, featureCache(project, backbone), job)
  // A cancel that crossed the worker's answer under way still keeps nothing.
  job.signal.throwIfAborted()
  job.progress('evaluating', 0, null)
  const endedAtMs = context.clock()
  const trained = rows.filter((row) => row.part === 'train').length * readEpochs(project.db, run.id).length
  if (result.seconds > 0) recordSpeed(context, headSpeed, (trained * split.classes.length) / result.seconds)
  writeOutcome(project.db, run.id, {
    state: result.endedBecause === 'stopped-by-user' ? 'stopped' : 'finished',
    bestEpoch: result.bestEpoch,
    endedBecause: result.endedBecause,
    head: result.head,
    ...score(result, rows),
    predictions: predictionsByImage(result, split),
    seconds: {
      features: (extractedAtMs - startedAtMs) / 1000,
      training: (endedAtMs - extractedAtMs) / 1000,
      total: (endedAtMs - startedAtMs) / 1000,
    },
    endedAtMs,
  })
  return readRun(project.db, run.id)
}

/** What the features were extracted with is known from their extraction; only a project that lost that note asks the worker. */
async function noteEngine(context: StudioContext, { project, run, backbone }: Training, job: JobContext): Promise<void> {
  const extractor = readExtractor(project.db, backbone.hash)
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

function trainingRows(split: Split): TrainingRow[] {
  const indexOf = new Map(split.classes.map((each, index) => [each.id, index]))
  return split.members.map((member) => ({ hash: member.hash, classIndex: indexOf.get(member.classId)!, part: member.part }))
}

/** Each write waits for the disk, some milliseconds; an epoch of a small set takes less. */
const writeEpochsEveryMs = 250

async function trainHead(
  context: StudioContext,
  { project, run, split }: Training,
  rows: readonly TrainingRow[],
  cache: FeatureCache,
  job: JobContext,
): Promise<TrainingResult> {
  const { epochs, batchSize, learningRate, optimiser, patience, seed } = run.recipe
  job.progress('training', 0, epochs)
  const unwritten: EpochReport[] = []
  let writtenAtMs = context.clock()
  const write = (): void => {
    insertEpochs(project.db, run.id, unwritten.splice(0))
    writtenAtMs = context.clock()
  }
  const onEvent = (report: EpochReport): void => {
    unwritten.push(report)
    if (context.clock() - writtenAtMs >= writeEpochsEveryMs) write()
    job.emit({ type: 'epoch', runId: run.id, report })
    job.progress('training', report.epoch, epochs)
  }
  try {
    return await context.workers.training.request(
      'train',
      { cache, classCount: split.classes.length, rows, settings: { epochs, batchSize, learningRate, optimiser, patience, seed } },
      { signal: job.signal, stopSignal: job.stopSignal, onEvent },
    )
  } finally {
    write()
  }
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

function predictionsByImage(
  result: TrainingResult,
  split: Split,
): { imageId: number; part: 'validation' | 'test'; probabilities: Float32Array }[] {
  const idOf = new Map(split.members.map((member) => [member.hash, member.imageId]))
  return result.predictions.flatMap(({ hash, part, probabilities }) =>
    part === 'train' ? [] : [{ imageId: idOf.get(hash)!, part, probabilities }],
  )
}

/** A run whose job ended before it began: cancelled while it waited, or the studio closed. */
export function settleUnstarted(context: StudioContext, { project, run }: Training, cancelled: boolean): void {
  if (!project.db.open) return
  const keep = !cancelled || context.jobs.isClosing()
  if (settleQueued(project.db, run.id, keep, context.clock())) context.changed('runs')
}
