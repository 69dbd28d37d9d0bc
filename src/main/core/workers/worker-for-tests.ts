/** A worker process of the real kind for the tests of the client: it counts, waits, fails and dies on request. */
import { StudioError } from '../../contract/errors.ts'
import type { FromWorker, Task, ToWorker } from '../../contract/worker/protocol.ts'
import { serveWorker } from '../../contract/worker/serve.ts'

export type TestTasks = {
  /** Emits 0 .. upTo - 1 and answers with their sum. */
  count: Task<{ readonly upTo: number }, number, number>
  /** Answers with its own process id. */
  whoAmI: Task<null, never, number>
  echo: Task<Float32Array, never, Float32Array>
  /** Never ends by itself; a stop ends it with `stopped`. */
  wait: Task<null, 'waiting', 'stopped'>
  refuse: Task<null, never, null>
  exit: Task<{ readonly code: number; readonly say: string }, never, null>
  /** Fills V8's heap. */
  eat: Task<null, never, null>
  /** Never lets go of its thread. */
  spin: Task<null, never, null>
  /** Computes without letting go of its thread, and answers with what it was at. */
  work: Task<{ readonly forMs: number }, 'working', 'done'>
  /** Waits without letting go of its thread, for what never comes. */
  block: Task<null, never, null>
}

process.on('disconnect', () => process.exit())

serveWorker<TestTasks>(
  {
    post: (message: FromWorker) => void process.send?.(message),
    listen: (listener) => void process.on('message', (message) => listener(message as ToWorker)),
  },
  {
    count: async ({ upTo }, { emit }) => {
      let sum = 0
      for (let number = 0; number < upTo; number++) {
        emit(number)
        sum += number
      }
      return sum
    },
    whoAmI: async () => process.pid,
    echo: async (numbers) => numbers,
    wait: (_, { emit, signal, stopSignal }) =>
      new Promise((resolve, reject) => {
        emit('waiting')
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        stopSignal.addEventListener('abort', () => resolve('stopped'))
      }),
    refuse: async () => {
      throw new StudioError('FILE_NOT_FOUND', { path: '/gone' })
    },
    exit: async ({ code, say }) => {
      process.stderr.write(say, () => process.exit(code))
      return await new Promise<never>(() => undefined)
    },
    eat: async () => {
      const kept: number[][] = []
      for (;;) kept.push(new Array<number>(100_000).fill(kept.length))
    },
    spin: async () => {
      for (;;);
    },
    work: async ({ forMs }, { emit }) => {
      emit('working')
      // What was emitted leaves the process before its thread is taken.
      await new Promise((resolve) => setTimeout(resolve, 50))
      const endsAt = performance.now() + forMs
      while (performance.now() < endsAt);
      return 'done'
    },
    block: async () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      return null
    },
  },
  () => process.memoryUsage.rss(),
)
