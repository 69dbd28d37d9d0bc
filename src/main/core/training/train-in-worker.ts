import { StudioError } from '../../contract/errors.ts'
import type { Notice } from '../../contract/jobs.ts'
import { mostEpochs, type EpochReport } from '../../contract/runs.ts'
import type { PausedTraining } from '../../contract/worker/checkpoint.ts'
import type {
  BackboneFiles,
  FeatureCache,
  NetworkEvent,
  TrainingResult,
  TrainingRow,
  TrainingTasks,
} from '../../contract/worker/training-tasks.ts'
import type { StudioContext } from '../context.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { featureCache } from '../features/feature-caches.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import type { Training } from './train-run.ts'
import { ranOutOfMemory } from './ran-out-of-memory.ts'
import { headSettings, networkSettings } from './training-source.ts'
import { forgetEpochsFrom, insertEpochs, readEpochs } from './run-rows.ts'
import { checkpointOf, keepNetwork } from './run-network.ts'

/** A crash of the studio, or a power cut, costs no more of a training than this, or twenty times what it takes to write where it is. What makes a run fail costs all of it. */
const checkpointEveryMs = 30_000

/** Each write waits for the disk, some milliseconds; an epoch of a small set takes less. */
const writeEpochsEveryMs = 250

/** What came of a training; `network`, `engine` and the epochs of each phase where more than a head learned. */
export type Trained = TrainingResult &
  Partial<Pick<Exclude<TrainingTasks['trainNetwork']['result'], PausedTraining>, 'network' | 'engine' | 'epochs' | 'startSeconds'>>

/**
 * Trains in the worker, tells of each epoch, and keeps the epochs in the database on the way. Where memory runs out before the first epoch has ended, whether
 * the engine says so or the worker dies of it, a network is tried once more from its beginning in a fresh process, with half of the batch.
 */
export async function trainInWorker(
  context: StudioContext,
  training: Training,
  rows: readonly TrainingRow[],
  job: JobContext,
): Promise<Trained> {
  const { project, run } = training
  // A head that goes on is computed anew, and a network may go on from an earlier epoch: what is the same is known.
  const known = readEpochs(project.db, run.id)
  const progress = { done: 0, total: mostEpochs(run.recipe) }
  const tellProgress = (change: Partial<typeof progress>): void => {
    Object.assign(progress, change)
    job.progress('training', progress.done, progress.total)
  }
  tellProgress({})
  const unwritten: EpochReport[] = []
  let writtenAtMs = context.clock()
  const write = (): void => {
    insertEpochs(project.db, run.id, unwritten.splice(0))
    writtenAtMs = context.clock()
  }
  let told = 0
  /** Whether that was not known. */
  const keep = (report: EpochReport): boolean => {
    told = report.epoch
    const before = known[report.epoch - 1]
    if (before !== undefined && saysTheSame(before, report)) return false
    if (known.length >= report.epoch) forgetEpochsFrom(project.db, run.id, known.splice(report.epoch - 1)[0]?.epoch ?? report.epoch)
    unwritten.push(report)
    known.push(report)
    return true
  }
  const onEpoch = (report: EpochReport): void => {
    if (keep(report)) {
      if (context.clock() - writtenAtMs >= writeEpochsEveryMs) write()
      job.emit({ type: 'epoch', runId: run.id, report })
    }
    tellProgress({ done: report.epoch })
  }
  // Where the process before was cut off, the last of them may not be written yet.
  const onGoneOn = (reports: readonly EpochReport[]): void => {
    for (const report of reports) keep(report)
    write()
    tellProgress({ done: told })
  }
  // The first phase may have ended early.
  const onDeeper = (epoch: number): void => tellProgress({ total: epoch - 1 + run.recipe.deeperEpochs })
  try {
    const trained = await request(context, training, rows, { job, onEpoch, onGoneOn, onDeeper })
    // One that was stopped before it was where an earlier sitting had been has a result of these epochs alone.
    if (known.length > told && told > 0) forgetEpochsFrom(project.db, run.id, told + 1)
    return trained
  } finally {
    write()
  }
}

/** But for its time. */
function saysTheSame({ durationMs: _, ...one }: EpochReport, { durationMs: __, ...other }: EpochReport): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

interface Listening {
  readonly job: JobContext
  readonly onEpoch: (report: EpochReport) => void
  /** It goes on after these epochs. */
  readonly onGoneOn: (reports: readonly EpochReport[]) => void
  /** The second phase begins with this epoch. */
  readonly onDeeper: (epoch: number) => void
}

async function request(
  context: StudioContext,
  { project, run, split, source, engine }: Training,
  rows: readonly TrainingRow[],
  { job, onEpoch, onGoneOn, onDeeper }: Listening,
): Promise<Trained> {
  // A step is over no more photos than there are: half of that is what may fit.
  const batchSize = Math.min(run.recipe.batchSize, rows.filter(({ part }) => part === 'train').length)
  const cacheOf = (features: BackboneFiles): FeatureCache => featureCache(project, features)
  const task = { cache: cacheOf(source.features), variants: source.variants.map(cacheOf), classCount: split.classes.length, rows }
  const { network, deeper } = source
  const { training: worker } = context.workers
  const signals = { signal: job.signal, stopSignal: job.stopSignal }
  if (network === null) {
    // It takes seconds, and gives the same bits from its beginning: nothing has to be kept of one that is to rest.
    const signal = AbortSignal.any([job.signal, job.pauseSignal])
    return worker.request('train', { ...task, settings: headSettings(run.recipe) }, { ...signals, signal, onEvent: onEpoch })
  }

  const tell = (notice: Notice): void => job.emit({ type: 'notice', runId: run.id, notice })
  const seen = { begun: false }
  const onEvent = (event: NetworkEvent): void => {
    seen.begun ||= event.kind !== 'engine' && event.kind !== 'gone-on'
    if (event.kind === 'gone-on') onGoneOn(event.reports)
    else if (event.kind === 'epoch') onEpoch(event.report)
    else if (event.kind === 'not-kept') context.log.error('a training could not keep where it is', { run: run.id, reason: event.reason })
    else if (event.kind === 'batch-halved' || event.kind === 'batch-capped') tell(event)
    else if (event.kind === 'deeper') {
      onDeeper(event.epoch)
      tell({ ...event, blocks: run.recipe.deeperBlocks })
    } else for (const failed of event.engine.skipped) tell({ kind: 'engine-skipped', engine: failed.engine, reason: reasonOf(failed) })
  }
  const phase =
    deeper === null
      ? null
      : {
          cut: deeper.features.cut ?? 'pixels',
          cache: cacheOf(deeper.features),
          variants: deeper.variants.map(cacheOf),
          epochs: deeper.epochs,
          rate: deeper.rate,
        }
  const train = (batch: number): Promise<Trained> =>
    keepNetwork(project, run.id, async (folder) => {
      const chosen = trainingEngineChoice(context, engine)
      const input = {
        ...task,
        network,
        deeper: phase,
        settings: { ...networkSettings(run.recipe, source), batchSize: batch },
        engine: chosen,
        folder,
        checkpoint: { path: checkpointOf(project, run.id), everyMs: context.checkpointEveryMs ?? checkpointEveryMs },
      }
      const trained = await worker.request('trainNetwork', input, { ...signals, pauseSignal: job.pauseSignal, onEvent })
      // Whoever asked it to rest knows.
      if (trained.endedBecause === 'paused') throw new StudioError('CANCELLED', {})
      return trained
    })
  return withRoom(worker, train, batchSize, {
    // In the middle the worker itself goes back by an epoch; where that did not help, this does not either.
    mayHalve: () => !seen.begun,
    onHalved: (half) => tell({ kind: 'batch-halved', from: batchSize, to: half }),
  })
}

/**
 * Trains with a batch of this size, and once more with half of it where memory ran out and that may still help. A process whose memory ran out is not asked
 * again, whatever is asked next.
 */
async function withRoom(
  worker: StudioContext['workers']['training'],
  train: (batchSize: number) => Promise<Trained>,
  batchSize: number,
  { mayHalve, onHalved }: { readonly mayHalve: () => boolean; readonly onHalved: (half: number) => void },
): Promise<Trained> {
  const tryWith = (batch: number): Promise<Trained> =>
    train(batch).catch((error: unknown) => {
      if (ranOutOfMemory(error)) worker.renew()
      throw error
    })
  try {
    return await tryWith(batchSize)
  } catch (error) {
    if (!ranOutOfMemory(error) || batchSize === 1 || !mayHalve()) throw error
    const half = Math.ceil(batchSize / 2)
    onHalved(half)
    return await tryWith(half)
  }
}

function reasonOf(failed: { state: 'wrong'; difference: number } | { state: 'unavailable'; reason: string }): string {
  return failed.state === 'unavailable' ? failed.reason : `its self-test is off by ${failed.difference.toPrecision(2)}`
}
