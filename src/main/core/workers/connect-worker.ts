import { setTimeout as delay } from 'node:timers/promises'
import { StudioError, fromWireError } from '../../contract/errors.ts'
import type { FromWorker, TaskTable, ToWorker } from '../../contract/worker/protocol.ts'
import type { Log } from '../context.ts'
import { kernelKills, machineBytes } from './process-facts.ts'
import type { RequestOptions, SpawnWorker, WorkerClient, WorkerKind, WorkerProcess } from './worker-client.ts'
import { whyItDied, type WorkerEnd } from './worker-death.ts'
import { watchWorker } from './worker-watch.ts'

export interface ConnectOptions {
  /**
   * Tasks that write files which one process at a time may write, and those that read them: they wait until a process that was replaced by `renew` has
   * finished writing.
   */
  readonly files?: { readonly writers: readonly string[]; readonly readers: readonly string[] }
  /** A worker that neither says nor computes anything for so long is taken for hung and ended. */
  readonly hungAfterMs?: number
  /** So is one that says nothing for so long although it computes. */
  readonly stuckAfterMs?: number
  readonly log: Log
}

/** Longer than any pause seen while an engine loads on a slow disk; a real hang is still noticed within a minute. */
const defaultHungAfterMs = 60_000
/**
 * One step of training cannot be interrupted, and takes minutes where it is over a thousand pictures, or the engine is slow (wasm: 0.3 s a picture for all of
 * EfficientNet-Lite0). Ten times that is an endless loop.
 */
const defaultStuckAfterMs = 30 * 60_000
/** A worker that does not listen, and of which nothing is wanted any more, is not waited for. */
const cancelGraceMs = 5000
/** What `close` waits for requests to end before it kills: a picture under way, a training step. */
const closeGraceMs = 2000
/** A killed process that the system has not taken away by then is left to it. */
const exitGraceMs = 5000

interface Pending {
  readonly task: string
  isCancelled: boolean
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
  /** Only finishes what it has begun. */
  isRetired: boolean
  ended: boolean
}

/**
 * The tasks of one worker as functions. The process is started by the first request; one that dies (or is hung and is then killed) fails all its
 * requests with `WORKER_DIED`, and the next request starts a fresh one. An aborted `signal` fails the request with `CANCELLED` once the worker has let go of
 * it; a worker that is in the middle of long work, and has nothing else to do, is ended for that. After `close` every request fails with `CANCELLED`.
 */
export function connectWorker<T extends TaskTable>(kind: WorkerKind, spawn: SpawnWorker, options: ConnectOptions): WorkerClient<T> {
  let life: Life | null = null
  const retired = new Set<Life>()
  let closed = false
  let lastId = 0
  /** Called whenever a request has ended. */
  const whenEnded: (() => void)[] = []

  const forget = (ended: Life): void => {
    if (life === ended) life = null
    retired.delete(ended)
  }
  const endIfDone = (old: Life): void => {
    if (!old.isRetired || old.pending.size > 0 || old.ended) return
    void endLife(old).then(() => forget(old))
  }

  const request = async (task: string, input: unknown, { onEvent, ...signals }: RequestOptions<never> = {}): Promise<unknown> => {
    const { signal } = signals
    let leave = (): void => undefined
    const isOver = (): boolean => closed || signal?.aborted === true
    if (isOver()) throw new StudioError('CANCELLED', {})
    while (mustWait(task, retired, options)) await new Promise<void>((resolve) => whenEnded.push(resolve))
    if (isOver()) throw new StudioError('CANCELLED', {})
    life ??= startLife(kind, spawn(kind), options, forget)
    const mine = life
    const id = ++lastId
    const cancel = (): void => {
      const own = mine.pending.get(id)
      if (own !== undefined) own.isCancelled = true
      send(mine, { kind: 'cancel', id })
    }
    try {
      return await new Promise((resolve, reject) => {
        mine.pending.set(id, { task, isCancelled: false, resolve, reject, onEvent: onEvent as ((event: unknown) => void) | undefined })
        send(mine, { kind: 'request', id, task, input })
        leave = listen(mine, id, cancel, signals)
      })
    } finally {
      mine.pending.delete(id)
      for (const ended of whenEnded.splice(0)) ended()
      endIfDone(mine)
      leave()
    }
  }

  const close = async (): Promise<void> => {
    closed = true
    await Promise.all([...retired, ...(life === null ? [] : [life])].map(endLife))
  }

  const renew = (): void => {
    if (life === null) return
    const old = life
    life = null
    old.isRetired = true
    retired.add(old)
    endIfDone(old)
  }

  // The table of tasks types each call; inside, tasks are names and their values unknown.
  return { request, memory: () => life?.residentBytes ?? null, renew, close }
}

/** Tells the worker when one of the signals of a request is aborted, at once where it is. Answers the undo. */
function listen(life: Life, id: number, cancel: () => void, { signal, stopSignal, pauseSignal }: RequestOptions<never>): () => void {
  const listeners: readonly (readonly [AbortSignal | undefined, () => void])[] = [
    [signal, cancel],
    [stopSignal, () => send(life, { kind: 'stop', id })],
    [pauseSignal, () => send(life, { kind: 'pause', id })],
  ]
  for (const [each, tell] of listeners) {
    each?.addEventListener('abort', tell)
    if (each?.aborted === true) tell()
  }
  return () => {
    for (const [each, tell] of listeners) each?.removeEventListener('abort', tell)
  }
}

/** Whether a retired process still writes what this task reads or writes. */
function mustWait(task: string, retired: ReadonlySet<Life>, { files }: ConnectOptions): boolean {
  if (files === undefined || ![...files.writers, ...files.readers].includes(task)) return false
  return [...retired].some(({ pending }) => [...pending.values()].some((each) => files.writers.includes(each.task)))
}

function send(life: Life, message: ToWorker): void {
  if (life.ended) return
  if (life.heldBack === null) life.process.post(message)
  else life.heldBack.push(message)
}

function startLife(kind: WorkerKind, process: WorkerProcess, options: ConnectOptions, forget: (ended: Life) => void): Life {
  let exited = (): void => undefined
  const life: Life = {
    process,
    pending: new Map(),
    exited: new Promise((resolve) => (exited = resolve)),
    heldBack: [],
    residentBytes: null,
    isRetired: false,
    ended: false,
  }
  const killsBefore = kernelKills()

  const over = (): boolean => {
    if (life.ended) return false
    life.ended = true
    watch.end()
    forget(life)
    return true
  }
  const died = (how: Pick<WorkerEnd, 'code' | 'signal' | 'hung'>): void => {
    if (!over()) return
    const { residentBytes } = life
    const kills = (kernelKills() ?? 0) - (killsBefore ?? 0)
    const known = { residentBytes, machineBytes: machineBytes(), kernelKills: kills, lastWords: process.lastWords?.() ?? '' }
    const details = { worker: kind, ...whyItDied({ ...how, ...known }) }
    options.log.error(`the ${kind} worker died`, { ...details, requests: life.pending.size, residentBytes })
    for (const pending of life.pending.values())
      pending.reject(pending.isCancelled ? new StudioError('CANCELLED', {}) : new StudioError('WORKER_DIED', details))
  }
  /** Of a worker that does not listen, and is only asked for what was cancelled, nothing is wanted any more. */
  const letGo = (silentMs: number): void => {
    const waiting = [...life.pending.values()]
    if (silentMs < cancelGraceMs || waiting.length === 0 || !waiting.every(({ isCancelled }) => isCancelled) || !over()) return
    process.kill()
    options.log.info(`the ${kind} worker was ended: what it was busy with is not wanted any more`)
    for (const pending of waiting) pending.reject(new StudioError('CANCELLED', {}))
  }

  const watch = watchWorker({
    processId: () => process.processId,
    hungAfterMs: options.hungAfterMs ?? defaultHungAfterMs,
    stuckAfterMs: options.stuckAfterMs ?? defaultStuckAfterMs,
    onSilent: letGo,
    onHung: (hung) => {
      process.kill()
      died({ code: null, signal: null, hung })
    },
  })
  process.onMessage((message) => {
    watch.heard()
    receive(life, message)
  })
  process.onExit((code, signal) => {
    died({ code, signal, hung: null })
    watch.end()
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
