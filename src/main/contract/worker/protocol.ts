import type { WireError } from '../errors.ts'

/**
 * Messages between the main process and a worker process. Plain data that survives structured clone; typed arrays travel as they are.
 * One request is answered by any number of `event`s and then exactly one `done` or `failed`.
 */
export type ToWorker =
  | { readonly kind: 'request'; readonly id: number; readonly task: string; readonly input: unknown }
  /** Give up: the request then fails with `CANCELLED`. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** Finish early and well (a training keeps its best epoch). */
  | { readonly kind: 'stop'; readonly id: number }
  /** Write what is needed to go on later, and end (a training). */
  | { readonly kind: 'pause'; readonly id: number }

export type FromWorker =
  /** Sent once, when the worker can take requests. */
  | { readonly kind: 'ready' }
  /** Sent every second; a worker that is silent for too long is taken for hung. */
  | { readonly kind: 'alive'; readonly residentBytes: number }
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WireError }

/** One task of a worker: what goes in, what it says on the way, what comes out. */
export interface Task<Input, Event, Result> {
  readonly input: Input
  readonly event: Event
  readonly result: Result
}
export type TaskTable = { readonly [name: string]: Task<unknown, unknown, unknown> }

export interface TaskContext<Event> {
  /** Aborted by `cancel`. */
  readonly signal: AbortSignal
  /** Aborted by `stop`. */
  readonly stopSignal: AbortSignal
  /** Aborted by `pause`; absent: it cannot be paused. */
  readonly pauseSignal?: AbortSignal
  emit(event: Event): void
}
export type TaskHandlers<T extends TaskTable> = {
  readonly [K in keyof T]: (input: T[K]['input'], context: TaskContext<T[K]['event']>) => Promise<T[K]['result']>
}

/** The worker's end of the channel, whichever way the process was started. */
export interface WorkerPort {
  post(message: FromWorker): void
  listen(listener: (message: ToWorker) => void): void
}
