import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobEvent, JobResult, JobState } from '../../contract/jobs.ts'
import { fromWireError } from '../../contract/errors.ts'
import { createStudio, type Studio, type StudioOptions } from '../studio.ts'
import { forkWorker } from '../workers/fork-worker.ts'
import type { SpawnWorker, WorkerKind, WorkerProcess } from '../workers/worker-client.ts'

export interface TestStudioOptions {
  /** Where backbones lie; the checkout's own resources when absent. */
  readonly resourcesDir?: string
  /** A folder of an earlier test studio, whose projects are to be opened again; made when absent. Whoever made it removes it. */
  readonly folder?: string
  readonly clock?: () => number
  /** Other programs in place of the workers' own. */
  readonly entries?: Partial<Record<WorkerKind, string>>
  /** Flags for the Node of a training worker that is about to start. */
  readonly trainingFlags?: () => readonly string[]
  /** A worker that gives no sign of life for so long is ended. */
  readonly hungAfterMs?: number
  /** How soon watched folders are looked through. */
  readonly watchTimes?: StudioOptions['watchTimes']
  /** How often a training of a network writes what it needs to go on. */
  readonly checkpointEveryMs?: number
}

export interface LogLine {
  readonly level: 'info' | 'error'
  readonly message: string
  readonly details: Record<string, unknown>
}

export interface TestStudio extends Studio {
  /** Holds `data` and `projects`, and room for a test's own files. */
  readonly folder: string
  readonly logged: readonly LogLine[]
  /** Ids of the worker processes that were started, oldest first. */
  readonly processIds: Readonly<Record<WorkerKind, readonly number[]>>
  /** Everything that a job tells until it has ended; calls `onEvent` for each as it comes. */
  watch(jobId: string, onEvent?: (event: JobEvent) => void): Promise<JobEvent[]>
  /** The result of a job of this kind. Throws the error of a failed one; a cancelled one gives the result it kept. */
  result<K extends JobResult['kind']>(jobId: string, kind: K): Promise<Extract<JobResult, { kind: K }>>
  /** Closes the studio and, unless `folder` was given, removes it. */
  close(): Promise<void>
}

const mainFolder = join(import.meta.dirname, '../..')

/** Where the weights of a checkout lie; a test that needs them skips itself where they were not fetched. */
export const checkoutResources = join(mainFolder, '../../resources')

/** A real studio in a temporary folder, with real worker processes forked from the sources. No project is open. Close it in the end. */
export async function testStudio(options: TestStudioOptions = {}): Promise<TestStudio> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'graft-studio-')))
  const logged: LogLine[] = []
  const log = {
    info: (message: string, details: Record<string, unknown> = {}) => void logged.push({ level: 'info', message, details }),
    error: (message: string, details: Record<string, unknown> = {}) => void logged.push({ level: 'error', message, details }),
  }
  const processIds: Record<WorkerKind, number[]> = { image: [], training: [] }
  const entries = { image: join(mainFolder, 'image-worker.ts'), training: join(mainFolder, 'training-worker.ts'), ...options.entries }
  const studio = createStudio({
    dataDir: join(folder, 'data'),
    projectsDir: join(folder, 'projects'),
    resourcesDir: options.resourcesDir ?? checkoutResources,
    door: 'test',
    spawnWorker: noting((kind) => {
      const execArgv = kind === 'training' ? (options.trainingFlags?.() ?? []) : []
      return forkWorker({ entries, log, execArgv })(kind)
    }, processIds),
    dialogs: null,
    threads: 2,
    clock: options.clock ?? Date.now,
    log,
    ...(options.checkpointEveryMs === undefined ? {} : { checkpointEveryMs: options.checkpointEveryMs }),
    ...(options.watchTimes === undefined ? {} : { watchTimes: options.watchTimes }),
    ...(options.hungAfterMs === undefined ? {} : { hungAfterMs: options.hungAfterMs }),
  })
  const watch = async (jobId: string, onEvent?: (event: JobEvent) => void): Promise<JobEvent[]> => {
    const events: JobEvent[] = []
    for await (const event of await studio.client.jobs.watch({ jobId })) {
      events.push(event)
      onEvent?.(event)
    }
    return events
  }
  return {
    ...studio,
    folder,
    logged,
    processIds,
    watch,
    result: async <K extends JobResult['kind']>(jobId: string, kind: K) => {
      const last = (await watch(jobId)).at(-1)
      return resultOf(last?.type === 'job' ? last.job.state : null, kind)
    },
    close: async () => {
      await studio.close()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function noting(spawn: SpawnWorker, processIds: Record<WorkerKind, number[]>): SpawnWorker {
  return (kind): WorkerProcess => {
    const started = spawn(kind)
    if (started.processId !== undefined) processIds[kind].push(started.processId)
    return started
  }
}

function resultOf<K extends JobResult['kind']>(state: JobState | null, kind: K): Extract<JobResult, { kind: K }> {
  if (state?.state === 'failed') throw fromWireError(state.error)
  const result = state?.state === 'succeeded' || state?.state === 'cancelled' ? state.result : null
  if (result?.kind !== kind) throw new Error(`the job ended as ${JSON.stringify(state)} and not with a result of ${kind}`)
  return result as Extract<JobResult, { kind: K }>
}
