import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { StudioError, type ErrorDetails } from '../../contract/errors.ts'
import type { Log } from '../context.ts'
import { connectWorker } from './connect-worker.ts'
import { forkWorker } from './fork-worker.ts'
import type { WorkerClient } from './worker-client.ts'
import type { TestTasks } from './worker-for-tests.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const entry = fileURLToPath(new URL('./worker-for-tests.ts', import.meta.url))
const logged: string[] = []
const log: Log = { info: (message) => void logged.push(message), error: (message) => void logged.push(message) }

const open: WorkerClient<TestTasks>[] = []
function worker(options: { hungAfterMs?: number; stuckAfterMs?: number; execArgv?: string[] } = {}): WorkerClient<TestTasks> {
  const spawn = forkWorker({ entries: { image: entry, training: entry }, log, execArgv: options.execArgv ?? [] })
  const { hungAfterMs = 60_000, stuckAfterMs = 600_000 } = options
  const client = connectWorker<TestTasks>('image', spawn, { log, hungAfterMs, stuckAfterMs })
  open.push(client)
  return client
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
})

async function deathOf(request: Promise<unknown>): Promise<ErrorDetails<'WORKER_DIED'>> {
  const error: unknown = await request.then(
    () => 'it answered',
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(StudioError)
  expect((error as StudioError).code).toBe('WORKER_DIED')
  return (error as StudioError<'WORKER_DIED'>).details
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

describe('a worker process', () => {
  test('answers several requests at once, each with its own events in order', async () => {
    const client = worker()
    const seen: number[][] = [[], []]
    const sums = await Promise.all([
      client.request('count', { upTo: 100 }, { onEvent: (number) => seen[0]?.push(number) }),
      client.request('count', { upTo: 50 }, { onEvent: (number) => seen[1]?.push(number) }),
    ])
    expect(sums).toEqual([4950, 1225])
    expect(seen).toEqual([Array.from({ length: 100 }, (_, i) => i), Array.from({ length: 50 }, (_, i) => i)])
  })

  test('is one process for many requests, started by the first one', async () => {
    const client = worker()
    expect(client.memory()).toBeNull()
    const first = await client.request('whoAmI', null)
    expect(await client.request('whoAmI', null)).toBe(first)
    await vi.waitFor(() => expect(client.memory()).toBeGreaterThan(10_000_000), { timeout: 20_000 })
  })

  test('takes and gives typed arrays as they are', async () => {
    expect(await worker().request('echo', new Float32Array([1.5, -2]))).toEqual(new Float32Array([1.5, -2]))
  })

  test('hands on the error of a task with its code and details', async () => {
    await expect(worker().request('refuse', null)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', details: { path: '/gone' } })
  })

  test('killed with kill -9 fails every pending request as killed, and the next request starts a fresh one', async () => {
    const client = worker()
    const pid = await client.request('whoAmI', null)
    const waiting = [client.request('wait', null), client.request('wait', null)]
    process.kill(pid, 'SIGKILL')
    for (const request of waiting) expect(await deathOf(request)).toMatchObject({ worker: 'image', reason: 'killed' })
    expect(await client.request('whoAmI', null)).not.toBe(pid)
  })

  test('that exits fails its requests as crashed, with the exit code and the last error it printed', async () => {
    const request = worker().request('exit', { code: 7, say: 'Error: the disk is on fire\n    at somewhere\n' })
    expect(await deathOf(request)).toEqual({ worker: 'image', reason: 'crashed', detail: 'exit code 7: Error: the disk is on fire' })
  })

  test('whose heap is full fails its requests as out of memory', async () => {
    expect(await deathOf(worker({ execArgv: ['--max-old-space-size=40'] }).request('eat', null))).toMatchObject({ reason: 'out-of-memory' })
  })

  test('stopped by the system is taken for hung, killed, and replaced', async () => {
    const client = worker({ hungAfterMs: 3000 })
    const pid = await client.request('whoAmI', null)
    const waiting = client.request('wait', null)
    process.kill(pid, 'SIGSTOP')
    expect(await deathOf(waiting)).toMatchObject({ reason: 'hung' })
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 20_000 })
    expect(await client.request('count', { upTo: 3 })).toBe(3)
  })

  test('that waits without letting go of its thread is taken for hung', async () => {
    const death = await deathOf(worker({ hungAfterMs: 3000 }).request('block', null))
    expect(death).toMatchObject({ reason: 'hung', detail: expect.stringContaining('no sign of life') as string })
  })

  test('that computes for ever without letting go of its thread is taken for hung in the end', async () => {
    const death = await deathOf(worker({ hungAfterMs: 2000, stuckAfterMs: 4000 }).request('spin', null))
    expect(death).toMatchObject({ reason: 'hung', detail: expect.stringContaining('busy for too long') as string })
  })

  test('that is in the middle of a long piece of work is let be, unless it is stopped there', async () => {
    const client = worker({ hungAfterMs: 1500 })
    expect(await client.request('work', { forMs: 5000 })).toBe('done')
    const pid = await client.request('whoAmI', null)
    const begun = Promise.withResolvers<void>()
    const working = client.request('work', { forMs: 600_000 }, { onEvent: () => begun.resolve() })
    await begun.promise
    process.kill(pid, 'SIGSTOP')
    expect(await deathOf(working)).toMatchObject({ reason: 'hung' })
  })

  test('that is renewed finishes what it has begun, and what comes then has a fresh one', async () => {
    const client = worker()
    client.renew()
    const stop = new AbortController()
    const begun = Promise.withResolvers<void>()
    const pid = await client.request('whoAmI', null)
    const waiting = client.request('wait', null, { stopSignal: stop.signal, onEvent: () => begun.resolve() })
    await begun.promise
    client.renew()
    const next = await client.request('whoAmI', null)
    expect(next).not.toBe(pid)
    expect(isAlive(pid)).toBe(true)
    stop.abort()
    expect(await waiting).toBe('stopped')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 20_000 })
    expect(await client.request('whoAmI', null)).toBe(next)
  })

  test('that cannot start fails the request', async () => {
    const spawn = forkWorker({ entries: { image: '/nowhere/x.ts', training: '/nowhere/x.ts' }, log })
    const client = connectWorker<TestTasks>('training', spawn, { log })
    expect(await deathOf(client.request('whoAmI', null))).toMatchObject({ worker: 'training', reason: 'crashed' })
    await client.close()
  })
})

describe('ending requests', () => {
  test('an aborted signal fails its request as cancelled and leaves the others', async () => {
    const client = worker()
    const abort = new AbortController()
    const started = Promise.withResolvers<void>()
    const cancelled = client.request('wait', null, { signal: abort.signal, onEvent: () => started.resolve() })
    await started.promise
    const other = client.request('count', { upTo: 4 })
    abort.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await other).toBe(6)
  })

  test('a cancel ends the process where it is busy with nothing else, and the next request starts a fresh one', async () => {
    const client = worker()
    const pid = await client.request('whoAmI', null)
    const abort = new AbortController()
    const busy = client.request('work', { forMs: 600_000 }, { signal: abort.signal, onEvent: () => abort.abort() })
    await expect(busy).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await client.request('whoAmI', null)).not.toBe(pid)
  })

  test('a cancel does not take along what others wait for', async () => {
    const client = worker()
    const abort = new AbortController()
    const other = client.request('work', { forMs: 8000 })
    const busy = client.request('wait', null, { signal: abort.signal })
    abort.abort()
    await expect(busy).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await other).toBe('done')
  })

  test('a signal that was aborted before starts no process', async () => {
    const client = worker()
    await expect(client.request('whoAmI', null, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(client.memory()).toBeNull()
  })

  test('a stop ends the request early and well', async () => {
    const stop = new AbortController()
    const request = worker().request('wait', null, { stopSignal: stop.signal, onEvent: () => stop.abort() })
    expect(await request).toBe('stopped')
  })

  test('a listener that throws fails its own request alone', async () => {
    const client = worker()
    const failing = client.request('wait', null, {
      onEvent: () => {
        throw new Error('no room for this')
      },
    })
    await expect(failing).rejects.toThrow('no room for this')
    expect(await client.request('count', { upTo: 2 })).toBe(1)
  })

  test('close cancels what is under way, ends the process, and refuses what comes later', async () => {
    const client = worker()
    const pid = await client.request('whoAmI', null)
    const waiting = client.request('wait', null)
    const spinning = client.request('spin', null)
    const outcomes = Promise.allSettled([waiting, spinning])
    await client.close()
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } })
    expect(isAlive(pid)).toBe(false)
    await expect(client.request('whoAmI', null)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
