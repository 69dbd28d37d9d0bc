import { createRouterClient, implement, type Router } from '@orpc/server'
import type { Change } from '../contract/project.ts'
import { contract, type Contract, type StudioClient } from '../contract/contract.ts'
import { StudioError } from '../contract/errors.ts'
import { fromOrpcError, toOrpcError } from '../contract/orpc-errors.ts'
import type { ImageTasks } from '../contract/worker/image-tasks.ts'
import type { TrainingTasks } from '../contract/worker/training-tasks.ts'
import { adviserProcedures } from './adviser/procedures.ts'
import { backboneProcedures } from './backbones/procedures.ts'
import { backupProcedures } from './backup/procedures.ts'
import { coachProcedures } from './coach/procedures.ts'
import type { Dialogs, Log, StudioContext, Workers } from './context.ts'
import { doubtProcedures } from './doubts/procedures.ts'
import { clearInstallations } from './engines/install-native.ts'
import { engineProcedures } from './engines/procedures.ts'
import { makePageServer, type PageServer } from './exporting/page-server.ts'
import { exportingProcedures } from './exporting/procedures.ts'
import { healthProcedures } from './health/procedures.ts'
import { featureProcedures } from './features/procedures.ts'
import { historyProcedures } from './history/procedures.ts'
import { clearUnpacked } from './images/open-archives.ts'
import { imageProcedures } from './images/procedures.ts'
import { makeJobQueue } from './jobs/make-job-queue.ts'
import { jobProcedures } from './jobs/procedures.ts'
import { classProcedures, labelProcedures } from './labels/procedures.ts'
import { learningCurveProcedures } from './learning-curve/procedures.ts'
import { makeChangeFeed } from './project/change-feed.ts'
import { databaseError } from './project/disk-errors.ts'
import { mapProcedures } from './map/procedures.ts'
import { projectProcedures, studioProcedures } from './project/procedures.ts'
import { makeProjectSession } from './project/project-session.ts'
import { sampleProcedures } from './sample/procedures.ts'
import { openSettings, type SettingsStore } from './settings/studio-settings.ts'
import { makeSuggester, type Suggester } from './suggestions/make-suggester.ts'
import { suggestionProcedures } from './suggestions/procedures.ts'
import { Measuring } from './training/forecast.ts'
import { runProcedures } from './training/procedures.ts'
import { sweepProcedures } from './training/sweep-procedures.ts'
import { lookAlikeProcedures } from './similar/procedures.ts'
import { viewProcedures } from './views/procedures.ts'
import { watchingProcedures } from './watching/procedures.ts'
import type { WatchTimes } from './watching/watch-folder.ts'
import { Watching } from './watching/watching.ts'
import { connectWorker } from './workers/connect-worker.ts'
import type { SpawnWorker } from './workers/worker-client.ts'

export interface StudioOptions {
  readonly dataDir: string
  readonly projectsDir: string
  readonly resourcesDir: string
  readonly door: StudioContext['door']
  readonly spawnWorker: SpawnWorker
  readonly dialogs: Dialogs | null
  /** Processor cores to use. */
  readonly threads: number
  readonly clock: () => number
  readonly log: Log
  /** A worker that gives no sign of life for so long is ended; as long as `connectWorker` says when absent. */
  readonly hungAfterMs?: number
  /** How soon watched folders are looked through; as `watchFolder` says when absent. */
  readonly watchTimes?: WatchTimes
  /** How often a training of a network writes what it needs to go on after a crash; as `trainInWorker` says when absent. */
  readonly checkpointEveryMs?: number
}

export interface Studio {
  readonly router: Router<Contract, Record<never, never>>
  /** The same procedures without a door; failures are `StudioError`s. */
  readonly client: StudioClient
  readonly context: StudioContext
  /** Cancels what is under way, closes the project, ends the workers. */
  close(): Promise<void>
}

/** The whole studio behind every door. */
export function createStudio(options: StudioOptions): Studio {
  const { clock, log } = options
  const feed = makeChangeFeed()
  // Nothing can be done without the database, so each of its failures is explained here and not wherever it is written to.
  const explain = (error: unknown): unknown => {
    const project = session.current()
    return project === null ? error : databaseError(error, project.files.root)
  }
  const changed = (topic: Change['topic']): void => {
    feed.changed(topic)
    suggester.heard(topic)
  }
  const jobs = makeJobQueue({ clock, log, explain, onChange: () => changed('jobs') })
  const workers = connectWorkers(options)
  const settings = openSettings(options.dataDir, log)
  const session = makeProjectSession({ dataDir: options.dataDir, clock })
  const pages = makePageServer()
  const context: StudioContext = {
    ...options,
    workers,
    jobs,
    settings: () => settings.read(),
    changed,
    project: () => {
      const open = session.current()
      if (open === null) throw new StudioError('NO_PROJECT_OPEN', {})
      return open
    },
  }
  const suggester = makeSuggester(context)
  const watching = new Watching(context, options.watchTimes)
  // Before the jobs: what it imports ends with it, and nothing begins behind the last job.
  session.beforeClose(() => watching.end())
  session.beforeClose(() => suggester.rest())
  session.beforeClose(() => jobs.endAll())
  const router = makeRouter(context, { settings, session, feed, pages, suggester, watching, explain })
  const cleared = Promise.all([clearInstallations(context), clearUnpacked(context)])
  const client = createRouterClient(router, {
    interceptors: [
      async ({ next }) => {
        try {
          return await next()
        } catch (error) {
          throw fromOrpcError(error)
        }
      },
    ],
  })
  return {
    router,
    client,
    context,
    close: async () => {
      await watching.end()
      await jobs.close()
      await session.close()
      feed.close()
      await cleared
      await Promise.all([workers.image.close(), workers.training.close(), pages.close()])
    },
  }
}

/** Which tasks of the training worker write files of features, and which read them. */
const featureFiles = {
  writers: ['extract'],
  readers: [
    'cached',
    'rankSimilar',
    'nearPairs',
    'layOutMap',
    'checkLabels',
    'learningCurve',
    'scoreFeatures',
    'suggest',
    'train',
    'trainNetwork',
  ],
} satisfies {
  writers: (keyof TrainingTasks)[]
  readers: (keyof TrainingTasks)[]
}

function connectWorkers({ spawnWorker, log, hungAfterMs }: StudioOptions): Workers {
  const options = { log, ...(hungAfterMs === undefined ? {} : { hungAfterMs }) }
  const training = () => connectWorker<TrainingTasks>('training', spawnWorker, { ...options, files: featureFiles })
  return { image: connectWorker<ImageTasks>('image', spawnWorker, options), training: training(), freshTraining: training }
}

interface Parts {
  readonly settings: SettingsStore
  readonly session: ReturnType<typeof makeProjectSession>
  readonly feed: ReturnType<typeof makeChangeFeed>
  readonly pages: PageServer
  readonly suggester: Suggester
  readonly explain: (error: unknown) => unknown
  readonly watching: Watching
}

function makeRouter(context: StudioContext, { settings, session, feed, pages, suggester, watching, explain }: Parts): Studio['router'] {
  const os = implement(contract).use(async ({ next, path }) => {
    try {
      return await next()
    } catch (error) {
      const known = toOrpcError(explain(error))
      if (known.code === 'INTERNAL') context.log.error('a procedure failed', { procedure: path.join('.'), error: String(error) })
      throw known
    }
  })
  const measuring = new Measuring()
  return os.router({
    studio: studioProcedures(context, settings),
    project: projectProcedures(context, { session, feed, watching }),
    images: imageProcedures(context),
    classes: classProcedures(context),
    views: viewProcedures(context),
    watching: watchingProcedures(watching),
    labels: labelProcedures(context, suggester),
    suggestions: suggestionProcedures(context, suggester),
    history: historyProcedures(context, suggester),
    backup: backupProcedures(context),
    health: healthProcedures(context),
    map: mapProcedures(context),
    lookAlikes: lookAlikeProcedures(context),
    doubts: doubtProcedures(context),
    learningCurve: learningCurveProcedures(context),
    backbones: backboneProcedures(context),
    adviser: adviserProcedures(context),
    coach: coachProcedures(context),
    features: featureProcedures(context),
    engines: engineProcedures(context),
    runs: runProcedures(context, measuring),
    sweeps: sweepProcedures(context, measuring),
    exporting: exportingProcedures(context, pages),
    sample: sampleProcedures(context),
    jobs: jobProcedures(context),
  })
}
