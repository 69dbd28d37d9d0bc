import { StudioError, toWireError } from '../studio-error.ts'
import type { TaskHandlers, TaskTable, WorkerPort } from './protocol.ts'

const aliveEveryMs = 1000

/**
 * Answers requests from the main process with `handlers`, several at a time. An unknown task fails as `INTERNAL`; a cancelled
 * request fails as `CANCELLED` whatever its handler threw. `residentBytes` reads the memory of this process.
 */
export function serveWorker<T extends TaskTable>(port: WorkerPort, handlers: TaskHandlers<T>, residentBytes: () => number): void {
  const running = new Map<number, { abort: AbortController; stop: AbortController; pause: AbortController }>()

  const answer = async (id: number, task: string, input: unknown): Promise<void> => {
    const abort = new AbortController()
    const stop = new AbortController()
    const pause = new AbortController()
    running.set(id, { abort, stop, pause })
    try {
      if (!Object.hasOwn(handlers, task)) throw new Error(`this worker has no task called ${task}`)
      const handler = handlers[task as keyof T] as (input: unknown, context: unknown) => Promise<unknown>
      const emit = (event: unknown): void => port.post({ kind: 'event', id, event })
      const result = await handler(input, { signal: abort.signal, stopSignal: stop.signal, pauseSignal: pause.signal, emit })
      port.post({ kind: 'done', id, result })
    } catch (error) {
      port.post({ kind: 'failed', id, error: toWireError(abort.signal.aborted ? new StudioError('CANCELLED', {}) : error) })
    } finally {
      running.delete(id)
    }
  }

  port.listen((message) => {
    switch (message.kind) {
      case 'request':
        void answer(message.id, message.task, message.input)
        return
      case 'cancel':
        running.get(message.id)?.abort.abort(new StudioError('CANCELLED', {}))
        return
      case 'stop':
        running.get(message.id)?.stop.abort()
        return
      case 'pause':
        running.get(message.id)?.pause.abort()
        return
      default:
        message satisfies never
    }
  })
  setInterval(() => port.post({ kind: 'alive', residentBytes: residentBytes() }), aliveEveryMs)
  port.post({ kind: 'ready' })
}
