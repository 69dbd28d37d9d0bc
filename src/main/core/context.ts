import type { Database } from 'better-sqlite3'
import type { Change, StudioSettings } from '../contract/project.ts'
import type { ImageTasks } from '../contract/worker/image-tasks.ts'
import type { TrainingTasks } from '../contract/worker/training-tasks.ts'
import type { JobQueue } from './jobs/job-queue.ts'
import type { WorkerClient } from './workers/worker-client.ts'

/** Where things lie inside a project's folder. Absolute on this machine; the database holds none of them. */
export interface ProjectFiles {
  readonly root: string
  readonly database: string
  readonly workingCopies: string
  readonly thumbnails: string
  readonly features: string
  /** Networks that runs have trained, one folder a run. */
  readonly networks: string
  readonly lock: string
}

export interface OpenProject {
  readonly name: string
  readonly files: ProjectFiles
  readonly db: Database
}

/** The worker processes, each started when first asked for and again after it died. */
export interface Workers {
  readonly image: WorkerClient<ImageTasks>
  readonly training: WorkerClient<TrainingTasks>
  /** A training worker of its own that has done nothing yet; the caller closes it. */
  freshTraining(): WorkerClient<TrainingTasks>
}

/** Native dialogs, where the door has them. */
export interface Dialogs {
  chooseFolder(purpose: 'import' | 'open-project' | 'create-project' | 'export'): Promise<string | null>
  chooseFiles(what?: 'backup'): Promise<readonly string[] | null>
  reveal(path: string): Promise<void>
  /** Opens an address of this machine in the system's browser. */
  openPage(address: string): Promise<void>
  /** Moves to the system's trash; answers false where there is none. */
  trash(path: string): Promise<boolean>
}

export interface Log {
  info(message: string, details?: Record<string, unknown>): void
  error(message: string, details?: Record<string, unknown>): void
}

/** What every procedure works with. */
export interface StudioContext {
  /** The studio's own folder: recent projects, the log, fetched samples. */
  readonly dataDir: string
  /** Default place of new projects. */
  readonly projectsDir: string
  /** The `resources` folder. */
  readonly resourcesDir: string
  readonly door: 'electron' | 'browser' | 'terminal' | 'test'
  readonly threads: number
  /** How often a training of a network writes what it needs to go on after a crash, ms; as `trainInWorker` says when absent. */
  readonly checkpointEveryMs?: number
  /** What was chosen for this machine, as it is now; goes along with every request that extracts features. */
  settings(): StudioSettings
  readonly workers: Workers
  readonly jobs: JobQueue
  readonly dialogs: Dialogs | null
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Tells the pages that a topic has changed. */
  changed(topic: Change['topic']): void
  /** Throws `NO_PROJECT_OPEN`. */
  project(): OpenProject
}
