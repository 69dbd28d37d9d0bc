import { join } from 'node:path'
import type { StudioContext } from '../core/context.ts'
import { createStudio, type Studio } from '../core/studio.ts'
import { forkWorker } from '../core/workers/fork-worker.ts'
import { openFileLog } from './file-log.ts'
import { checkoutPlaces } from './places.ts'
import { threadCount } from './thread-count.ts'

/** The studio of a process without Electron: workers are forked from the sources, with `workerEnvironment` added to their own; there are no native dialogs. */
export function openCheckoutStudio(door: StudioContext['door'], workerEnvironment: Readonly<Record<string, string>> = {}): Studio {
  const places = checkoutPlaces()
  const log = openFileLog(places.dataDir)
  const entry = (name: string): string => join(import.meta.dirname, '..', name)
  const spawnWorker = forkWorker({
    entries: { image: entry('image-worker.ts'), training: entry('training-worker.ts') },
    log,
    env: workerEnvironment,
  })
  return createStudio({ ...places, door, spawnWorker, dialogs: null, threads: threadCount(), clock: Date.now, log })
}
