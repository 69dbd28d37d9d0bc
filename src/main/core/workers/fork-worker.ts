import { fork } from 'node:child_process'
import type { FromWorker, ToWorker } from '../../contract/worker/protocol.ts'
import type { Log } from '../context.ts'
import type { SpawnWorker, WorkerKind, WorkerProcess } from './worker-client.ts'

export interface ForkOptions {
  /** Absolute path of the program of each kind: `.ts` in a checkout (Node strips the types), `.js` when built. */
  readonly entries: Readonly<Record<WorkerKind, string>>
  readonly log: Log
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Flags for the worker's Node; this process's own flags (an inspector's port, a loader) are not passed on. */
  readonly execArgv?: readonly string[]
  /** The Node that runs the workers; the one that runs this process when absent. */
  readonly execPath?: string
}

/** Enough for V8's out-of-memory report, which names its cause above some thirty lines of stack. */
const lastWordsChars = 8000
/** The pipes of an ended process are read out; something that it started and left behind may hold them open. */
const pipesGraceMs = 1000

/**
 * Starts workers with `child_process.fork`. The child's output goes to the log line by line, so that nothing but the studio's own
 * words reaches standard output. A child whose channel closes ends itself (`openWorkerPort` sees to it), so
 * none is left behind when this process is killed.
 */
export function forkWorker(options: ForkOptions): SpawnWorker {
  return (kind) => startProcess(kind, options)
}

function startProcess(kind: WorkerKind, { entries, log, env, execArgv, execPath }: ForkOptions): WorkerProcess {
  const child = fork(entries[kind], [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [...(execArgv ?? [])],
    ...(execPath === undefined ? {} : { execPath }),
    env: { ...process.env, ...env },
  })
  let lastWords = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => logLines(log, kind, text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsChars)
    logLines(log, kind, text)
  })

  const exitListeners: ((code: number | null, signal: string | null) => void)[] = []
  let over = false
  const end = (code: number | null, signal: string | null): void => {
    if (over) return
    over = true
    for (const listener of exitListeners) listener(code, signal)
  }
  // `close` comes after the last byte of standard error, `exit` may come before it.
  child.on('close', end)
  child.on('exit', (code, signal) => void setTimeout(end, pipesGraceMs, code, signal).unref())
  child.on('error', (error) => {
    lastWords += `${error.message}\n`
    log.error(`the ${kind} worker's channel failed`, { reason: error.message })
    if (child.pid === undefined) end(null, null)
  })

  return {
    post: (message: ToWorker) => {
      // A message to a process that has just died is lost with it; its exit tells.
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromWorker)),
    onExit: (listener) => void exitListeners.push(listener),
    kill: () => void child.kill('SIGKILL'),
    lastWords: () => lastWords,
    processId: child.pid,
  }
}

function logLines(log: Log, kind: WorkerKind, text: string): void {
  for (const line of text.split('\n')) if (line.trim() !== '') log.info(`${kind} worker: ${line.trimEnd()}`)
}
