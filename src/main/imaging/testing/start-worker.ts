import { fork, type ChildProcess } from 'node:child_process'
import { fromWireError } from '../../contract/errors.ts'
import type { FromWorker, TaskTable } from '../../contract/worker/protocol.ts'

/** A real worker process for tests, without the watching that the studio's own client does. */
export class StartedWorker<T extends TaskTable> {
  readonly process: ChildProcess
  /** The most memory that it has told of, bytes. */
  peakBytes = 0
  signsOfLife = 0
  #nextId = 0
  readonly #open = new Map<number, { resolve: (v: never) => void; reject: (e: unknown) => void; onEvent: (e: never) => void }>()

  constructor(entry: URL, env: Readonly<Record<string, string>> = {}) {
    this.process = fork(entry, [], { serialization: 'advanced', env: { ...process.env, ...env }, execArgv: [] })
    this.process.on('message', (message) => this.#take(message as FromWorker))
    this.process.on('exit', () => {
      for (const { reject } of this.#open.values()) reject(new Error('the worker has ended'))
      this.#open.clear()
    })
  }

  #take(message: FromWorker): void {
    if (message.kind === 'ready') return
    if (message.kind === 'alive') {
      this.signsOfLife += 1
      this.peakBytes = Math.max(this.peakBytes, message.residentBytes)
      return
    }
    const open = this.#open.get(message.id)
    if (message.kind === 'event') {
      open?.onEvent(message.event as never)
      return
    }
    this.#open.delete(message.id)
    if (message.kind === 'done') open?.resolve(message.result as never)
    else open?.reject(fromWireError(message.error))
  }

  /** The request, and ways to end it early. */
  request<K extends keyof T & string>(
    task: K,
    input: T[K]['input'],
    onEvent: (event: T[K]['event']) => void = () => undefined,
  ): { readonly result: Promise<T[K]['result']>; cancel(): void; stop(): void } {
    const id = this.#nextId++
    const result = new Promise<T[K]['result']>((resolve, reject) => this.#open.set(id, { resolve, reject, onEvent }))
    this.process.send({ kind: 'request', id, task, input })
    return {
      result,
      cancel: () => void this.process.send({ kind: 'cancel', id }),
      stop: () => void this.process.send({ kind: 'stop', id }),
    }
  }

  /** Ends it as `kill -9` does, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const gone = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await gone
  }
}
