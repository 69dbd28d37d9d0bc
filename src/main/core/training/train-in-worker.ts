import type { Notice } from '../../contract/jobs.ts'
import { mostEpochs, type EpochReport } from '../../contract/runs.ts'
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
import { insertEpochs } from './run-rows.ts'
import { keepNetwork } from './run-network.ts'

/** Each write waits for the disk, some milliseconds; an epoch of a small set takes less. */
const writeEpochsEveryMs = 250

/** What came of a training; `network`, `engine` and the epochs of each phase where more than a head learned. */
export type Trained = TrainingResult &
  Partial<Pick<TrainingTasks['trainNetwork']['result'], 'network' | 'engine' | 'epochs' | 'startSeconds'>>

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
  const onEpoch = (report: EpochReport): void => {
    unwritten.push(report)
    if (context.clock() - writtenAtMs >= writeEpochsEveryMs) write()
    job.emit({ type: 'epoch', runId: run.id, report })
    tellProgress({ done: report.epoch })
  }
  // The first phase may have ended early.
  const onDeeper = (epoch: number): void => tellProgress({ total: epoch - 1 + run.recipe.deeperEpochs })
  try {
    return await request(context, training, rows, { job, onEpoch, onDeeper })
  } finally {
    write()
  }
}

interface Listening {
  readonly job: JobContext
  readonly onEpoch: (report: EpochReport) => void
  /** The second phase begins with this epoch. */
  readonly onDeeper: (epoch: number) => void
}

async function request(
  context: StudioContext,
  { project, run, split, source, engine }: Training,
  rows: readonly TrainingRow[],
  { job, onEpoch, onDeeper }: Listening,
): Promise<Trained> {
  // A step is over no more photos than there are: half of that is what may fit.
  const batchSize = Math.min(run.recipe.batchSize, rows.filter(({ part }) => part === 'train').length)
  const cacheOf = (features: BackboneFiles): FeatureCache => featureCache(project, features)
  const task = { cache: cacheOf(source.features), variants: source.variants.map(cacheOf), classCount: split.classes.length, rows }
  const { network, deeper } = source
  const { training: worker } = context.workers
  const signals = { signal: job.signal, stopSignal: job.stopSignal }
  if (network === null) return worker.request('train', { ...task, settings: headSettings(run.recipe) }, { ...signals, onEvent: onEpoch })

  const tell = (notice: Notice): void => job.emit({ type: 'notice', runId: run.id, notice })
  const seen = { begun: false }
  const onEvent = (event: NetworkEvent): void => {
    seen.begun ||= event.kind !== 'engine'
    if (event.kind === 'epoch') onEpoch(event.report)
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
    keepNetwork(project, run.id, (folder) => {
      const chosen = trainingEngineChoice(context, engine)
      const input = {
        ...task,
        network,
        deeper: phase,
        settings: { ...networkSettings(run.recipe, source), batchSize: batch },
        engine: chosen,
        folder,
      }
      return worker.request('trainNetwork', input, { ...signals, onEvent })
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
