import type { FromWorker, TaskTable, ToWorker } from '../../contract/worker/protocol.ts'

/** A started worker process, whichever way the shell starts one (`child_process.fork`, Electron's `utilityProcess`). */
export interface WorkerProcess {
  post(message: ToWorker): void
  onMessage(listener: (message: FromWorker) => void): void
  /** `signal` is null where the process ended by itself. Called once. */
  onExit(listener: (code: number | null, signal: string | null) => void): void
  /** Ends the process at once, also one that is hung. */
  kill(): void
  /** The end of what the process wrote to its standard error, where the shell can see it: V8 says there that its heap is full. */
  lastWords?(): string
  /** The system's id of the process, where the shell knows it. */
  readonly processId?: number | undefined
}
export type WorkerKind = 'image' | 'training'
export type SpawnWorker = (kind: WorkerKind) => WorkerProcess

export interface RequestOptions<Event> {
  readonly signal?: AbortSignal | undefined
  readonly stopSignal?: AbortSignal | undefined
  readonly pauseSignal?: AbortSignal | undefined
  readonly onEvent?: ((event: Event) => void) | undefined
}

/** One worker's tasks as functions. A worker that dies fails its requests with `WORKER_DIED` and is started again by the next one. */
export interface WorkerClient<T extends TaskTable> {
  request<K extends keyof T & string>(task: K, input: T[K]['input'], options?: RequestOptions<T[K]['event']>): Promise<T[K]['result']>
  /** Resident memory of the process in bytes, as it last said itself; null while there is no process or it has said nothing. */
  memory(): number | null
  /** The next request goes to a fresh process; this one ends once it has answered what it was asked. */
  renew(): void
  close(): Promise<void>
}
