import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import type { StudioContext } from '../core/context.ts'
import { createStudio, type Studio } from '../core/studio.ts'
import { forkWorker } from '../core/workers/fork-worker.ts'
import { openFileLog } from './file-log.ts'
import { checkoutPlaces } from './places.ts'

/** Processor cores to use: `GRAFT_THREADS`, else all. */
export function threadCount(): number {
  const wanted = Number(env.GRAFT_THREADS)
  return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism()
}

/** The studio of a process without Electron: workers are forked from the sources, there are no native dialogs. */
export function openCheckoutStudio(door: StudioContext['door']): Studio {
  const places = checkoutPlaces()
  const log = openFileLog(places.dataDir)
  const entry = (name: string): string => join(import.meta.dirname, '..', name)
  const spawnWorker = forkWorker({ entries: { image: entry('image-worker.ts'), training: entry('training-worker.ts') }, log })
  return createStudio({ ...places, door, spawnWorker, dialogs: null, threads: threadCount(), clock: Date.now, log })
}
