/** A process that starts a worker, tells its id to whoever started it, and stays. */
import { fileURLToPath } from 'node:url'
import { connectWorker } from './connect-worker.ts'
import { forkWorker } from './fork-worker.ts'
import type { TestTasks } from './worker-for-tests.ts'

const entry = fileURLToPath(new URL('./worker-for-tests.ts', import.meta.url))
const log = { info: () => undefined, error: () => undefined }
const client = connectWorker<TestTasks>('image', forkWorker({ entries: { image: entry, training: entry }, log }), { log })
process.send?.(await client.request('whoAmI', null))
await client.request('wait', null)
