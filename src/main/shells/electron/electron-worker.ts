import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { utilityProcess, type UtilityProcess } from 'electron'
import type { FromWorker, ToWorker } from '../../contract/worker/protocol.ts'
import type { Log } from '../../core/context.ts'
import { forkWorker } from '../../core/workers/fork-worker.ts'
import type { SpawnWorker, WorkerKind, WorkerProcess } from '../../core/workers/worker-client.ts'

/** Several for each picture where a utility process decodes on Linux: they would bury everything else. */
const isGlibComplaint = /GLib-GObject-CRITICAL/

/** Enough for V8's report of a full heap. */
const lastWordsChars = 8000

/**
 * Starts workers from the built programs in `out`: under a Node of their own where `node` names one, else as Electron utility processes.
 * On Linux, Electron's binary brings the system's GLib into every process, and libvips inside sharp has a GLib of its own: the two take
 * each other's objects for theirs, and decoding pictures fails loudly or ends the process (electron/electron#46323, lovell/sharp#4525).
 * A plain Node has no GLib.
 */
export function electronWorker(out: string, node: string | null, log: Log): SpawnWorker {
  const entry = (kind: WorkerKind): string => join(out, `${kind}-worker.js`)
  if (node !== null) return forkWorker({ entries: { image: entry('image'), training: entry('training') }, log, execPath: node })
  return (kind) => asWorkerProcess(startProcess(out, kind), kind, log)
}

/**
 * The Node beside the app: on Linux the one that npm brought into the checkout, or that was packed into the resources. Null on other
 * systems, whose Electron has no GLib, and where there is none.
 */
export function nodeForWorkers(appFolder: string, resourcesFolder: string): string | null {
  if (platform !== 'linux') return null
  const inCheckout = join(appFolder, 'node_modules', `node-linux-${arch}`, 'bin', 'node')
  const packed = join(resourcesFolder, 'node', 'bin', 'node')
  return [inCheckout, packed].find((path) => existsSync(path)) ?? null
}

function startProcess(out: string, kind: WorkerKind): UtilityProcess {
  return utilityProcess.fork(join(out, `${kind}-worker.js`), [], { serviceName: `Graft ${kind} worker`, stdio: ['ignore', 'pipe', 'pipe'] })
}

function asWorkerProcess(child: UtilityProcess, kind: WorkerKind, log: Log): WorkerProcess {
  let lastWords = ''
  const logLines = (text: string): void => {
    for (const line of text.split('\n'))
      if (line.trim() !== '' && !isGlibComplaint.test(line)) log.info(`${kind} worker: ${line.trimEnd()}`)
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
    // Known once it has been started.
    get processId() {
      return child.pid
    },
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
