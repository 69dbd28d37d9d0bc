import type { Notice } from '../../contract/jobs.ts'
import type { EpochReport } from '../../contract/runs.ts'
import type { NetworkEvent, TrainingResult, TrainingRow, TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { StudioContext } from '../context.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { featureCache } from '../features/feature-caches.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import type { Training } from './train-run.ts'
import { insertEpochs } from './run-rows.ts'
import { keepNetwork } from './run-network.ts'

/** Each write waits for the disk, some milliseconds; an epoch of a small set takes less. */
const writeEpochsEveryMs = 250

/** What came of a training; `network` and `engine` where more than a head learned. */
export type Trained = TrainingResult & Partial<Pick<TrainingTasks['trainNetwork']['result'], 'network' | 'engine'>>

/** Trains in the worker, tells of each epoch, and keeps the epochs in the database on the way. */
export async function trainInWorker(
  context: StudioContext,
  training: Training,
  rows: readonly TrainingRow[],
  job: JobContext,
): Promise<Trained> {
  const { project, run } = training
  job.progress('training', 0, run.recipe.epochs)
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
    job.progress('training', report.epoch, run.recipe.epochs)
  }
  try {
    return await request(context, training, rows, { job, onEpoch })
  } finally {
    write()
  }
}

interface Listening {
  readonly job: JobContext
  readonly onEpoch: (report: EpochReport) => void
}

async function request(
  context: StudioContext,
  { project, run, split, source, engine }: Training,
  rows: readonly TrainingRow[],
  { job, onEpoch }: Listening,
): Promise<Trained> {
  const { epochs, batchSize, learningRate, optimiser, patience, seed, bodyRate, mode } = run.recipe
  const settings = { epochs, batchSize, learningRate, optimiser, patience, seed }
  const task = { cache: featureCache(project, source.features), classCount: split.classes.length, rows }
  const { network } = source
  const { training: worker } = context.workers
  const signals = { signal: job.signal, stopSignal: job.stopSignal }
  if (network === null) return worker.request('train', { ...task, settings }, { ...signals, onEvent: onEpoch })

  const tell = (notice: Notice): void => job.emit({ type: 'notice', runId: run.id, notice })
  const onEvent = (event: NetworkEvent): void => {
    if (event.kind === 'epoch') onEpoch(event.report)
    else if (event.kind === 'batch-halved') tell(event)
    else for (const failed of event.engine.skipped) tell({ kind: 'engine-skipped', engine: failed.engine, reason: reasonOf(failed) })
  }
  return keepNetwork(project, run.id, (folder) =>
    worker.request(
      'trainNetwork',
      {
        ...task,
        network,
        settings: {
          ...settings,
          bodyRate: mode === 'scratch' ? 1 : bodyRate,
          headFirst: mode === 'fine-tune',
          augmented: source.features.cut === 'pixels' && mode === 'scratch',
        },
        engine: trainingEngineChoice(context, engine),
        folder,
      },
      { ...signals, onEvent },
    ),
  )
}

function reasonOf(failed: { state: 'wrong'; difference: number } | { state: 'unavailable'; reason: string }): string {
  return failed.state === 'unavailable' ? failed.reason : `its self-test is off by ${failed.difference.toPrecision(2)}`
}
