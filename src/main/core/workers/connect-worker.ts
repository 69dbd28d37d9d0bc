import { totalmem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { StudioError, fromWireError } from '../../contract/errors.ts'
import type { FromWorker, TaskTable, ToWorker } from '../../contract/worker/protocol.ts'
import type { Log } from '../context.ts'
import type { RequestOptions, SpawnWorker, WorkerClient, WorkerKind, WorkerProcess } from './worker-client.ts'
import { whyItDied } from './worker-death.ts'

export interface ConnectOptions {
  /** A worker that says nothing for so long is taken for hung and ended. */
  readonly hungAfterMs?: number
  readonly log: Log
}

/** Longer than any pause seen while an engine loads on a slow disk; a real hang is still noticed within a minute. */
const defaultHungAfterMs = 60_000
/** What `close` waits for requests to end before it kills: a picture under way, a training step. */
const closeGraceMs = 2000
/** A killed process that the system has not taken away by then is left to it. */
const exitGraceMs = 5000

interface Pending {
  readonly onEvent: ((event: unknown) => void) | undefined
  resolve(result: unknown): void
  reject(error: unknown): void
}

/** One process from its start to its end. */
interface Life {
  readonly process: WorkerProcess
  readonly pending: Map<number, Pending>
  readonly exited: Promise<void>
  /** Messages held back until the worker has said `ready`; null from then on. */
  heldBack: ToWorker[] | null
  residentBytes: number | null
  silentTicks: number
  ended: boolean
}

/**
 * The tasks of one worker as functions. The process is started by the first request; one that dies (or is silent for
 * `hungAfterMs` and is then killed) fails all its requests with `WORKER_DIED`, and the next request starts a fresh one.
 * An aborted `signal` fails the request with `CANCELLED` once the worker has let go of it. After `close` every request fails
 * with `CANCELLED`.
 */
export function connectWorker<T extends TaskTable>(kind: WorkerKind, spawn: SpawnWorker, options: ConnectOptions): WorkerClient<T> {
  let life: Life | null = null
  let closed = false
  let lastId = 0

  const forget = (ended: Life): void => {
    if (life === ended) life = null
  }

  const request = async (task: string, input: unknown, { signal, stopSignal, onEvent }: RequestOptions<never> = {}): Promise<unknown> => {
    if (closed || signal?.aborted === true) throw new StudioError('CANCELLED', {})
    life ??= startLife(kind, spawn(kind), options, forget)
    const mine = life
    const id = ++lastId
    const cancel = (): void => send(mine, { kind: 'cancel', id })
    const stop = (): void => send(mine, { kind: 'stop', id })
    try {
      return await new Promise((resolve, reject) => {
        mine.pending.set(id, { resolve, reject, onEvent: onEvent as ((event: unknown) => void) | undefined })
        send(mine, { kind: 'request', id, task, input })
        signal?.addEventListener('abort', cancel)
        stopSignal?.addEventListener('abort', stop)
        if (stopSignal?.aborted === true) stop()
      })
    } finally {
      mine.pending.delete(id)
      signal?.removeEventListener('abort', cancel)
      stopSignal?.removeEventListener('abort', stop)
    }
  }

  const close = async (): Promise<void> => {
    closed = true
    if (life !== null) await endLife(life)
  }

  // The table of tasks types each call; inside, tasks are names and their values unknown.
  return { request, memory: () => life?.residentBytes ?? null, close }
}

function send(life: Life, message: ToWorker): void {
  if (life.ended) return
  if (life.heldBack === null) life.process.post(message)
  else life.heldBack.push(message)
}

function startLife(kind: WorkerKind, process: WorkerProcess, options: ConnectOptions, forget: (ended: Life) => void): Life {
  const hungAfterMs = options.hungAfterMs ?? defaultHungAfterMs
  let exited = (): void => undefined
  const life: Life = {
    process,
    pending: new Map(),
    exited: new Promise((resolve) => (exited = resolve)),
    heldBack: [],
    residentBytes: null,
    silentTicks: 0,
    ended: false,
  }

  const died = (code: number | null, signal: string | null, hung: boolean): void => {
    if (life.ended) return
    life.ended = true
    clearInterval(watch)
    forget(life)
    const lastWords = process.lastWords?.() ?? ''
    const end = { code, signal, hung, residentBytes: life.residentBytes, machineBytes: totalmem(), lastWords }
    const details = { worker: kind, ...whyItDied(end) }
    options.log.error(`the ${kind} worker died`, { ...details, requests: life.pending.size, residentBytes: life.residentBytes })
    for (const pending of life.pending.values()) pending.reject(new StudioError('WORKER_DIED', details))
  }

  // Counting ticks, not the clock: a machine that slept wakes up without taking its workers for hung.
  const tickMs = Math.min(1000, hungAfterMs / 4)
  const watch = setInterval(() => {
    life.silentTicks += 1
    if (life.silentTicks * tickMs < hungAfterMs) return
    process.kill()
    died(null, null, true)
  }, tickMs)
  watch.unref()

  process.onMessage((message) => {
    life.silentTicks = 0
    receive(life, message)
  })
  process.onExit((code, signal) => {
    died(code, signal, false)
    clearInterval(watch)
    exited()
  })
  return life
}

function receive(life: Life, message: FromWorker): void {
  switch (message.kind) {
    case 'ready': {
      const heldBack = life.heldBack ?? []
      life.heldBack = null
      for (const held of heldBack) life.process.post(held)
      return
    }
    case 'alive':
      life.residentBytes = message.residentBytes
      return
    case 'event':
      return hear(life, message.id, message.event)
    case 'done':
      life.pending.get(message.id)?.resolve(message.result)
      return
    case 'failed':
      life.pending.get(message.id)?.reject(fromWireError(message.error))
      return
    default:
      message satisfies never
  }
}

/** A listener that throws ends its request: what it was told about cannot be kept. */
function hear(life: Life, id: number, event: unknown): void {
  const pending = life.pending.get(id)
  if (pending === undefined) return
  try {
    pending.onEvent?.(event)
  } catch (error) {
    life.pending.delete(id)
    pending.reject(error)
    send(life, { kind: 'cancel', id })
  }
}

/** Asks every request to end, waits a little, and kills. What has not ended by then fails with `CANCELLED`. */
async function endLife(life: Life): Promise<void> {
  for (const id of life.pending.keys()) send(life, { kind: 'cancel', id })
  const askedAt = performance.now()
  while (life.pending.size > 0 && !life.ended && performance.now() - askedAt < closeGraceMs) await delay(20)
  life.ended = true
  for (const pending of life.pending.values()) pending.reject(new StudioError('CANCELLED', {}))
  life.process.kill()
  const giveUp = new AbortController()
  await Promise.race([life.exited, delay(exitGraceMs, undefined, { signal: giveUp.signal, ref: false }).catch(() => undefined)])
  giveUp.abort()
}
