import { join } from 'node:path'
import { utilityProcess, type UtilityProcess } from 'electron'
import type { FromWorker, ToWorker } from '../../contract/worker/protocol.ts'
import type { Log } from '../../core/context.ts'
import type { SpawnWorker, WorkerKind, WorkerProcess } from '../../core/workers/worker-client.ts'

/** Enough for V8's report of a full heap. */
const lastWordsChars = 8000

/** Starts workers as Electron utility processes from the built programs in `out`. */
export function electronWorker(out: string, log: Log): SpawnWorker {
  return (kind) => asWorkerProcess(startProcess(out, kind), kind, log)
}

function startProcess(out: string, kind: WorkerKind): UtilityProcess {
  return utilityProcess.fork(join(out, `${kind}-worker.js`), [], { serviceName: `Graft ${kind} worker`, stdio: ['ignore', 'pipe', 'pipe'] })
}

function asWorkerProcess(child: UtilityProcess, kind: WorkerKind, log: Log): WorkerProcess {
  let lastWords = ''
  const logLines = (text: string): void => {
    for (const line of text.split('\n')) if (line.trim() !== '') log.info(`${kind} worker: ${line.trimEnd()}`)
  }
  child.stdout?.on('data', (chunk: Buffer) => logLines(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-lastWordsChars)
    logLines(chunk.toString())
  })
  child.on('error', (type, location) => {
    lastWords = `${lastWords}${type} ${location}\n`
    log.error(`the ${kind} worker met a fatal error`, { type, location })
  })
  return {
    post: (message: ToWorker) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message: FromWorker) => listener(message)),
    onExit: (listener) => void child.once('exit', (code) => listener(code, null)),
    kill: () => {
      const { pid } = child
      // Electron asks with SIGTERM; a process that is busy in native code does not listen.
      if (pid === undefined || !endNow(pid)) child.kill()
    },
    lastWords: () => lastWords,
  }
}

/** False when the process is gone already, or when the system does not know the signal. */
function endNow(processId: number): boolean {
  try {
    return process.kill(processId, 'SIGKILL')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
