import type { FromWorker, ToWorker, WorkerPort } from '../contract/worker/protocol.ts'

/** The port of an Electron `utilityProcess`, as far as it is used here. Electron's own types would bring Electron along. */
interface ElectronParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/**
 * This process's channel to the one that started it: Electron's `utilityProcess`, or `child_process.fork` with `advanced`
 * serialization, so that typed arrays travel as they are. The process ends when the one that started it is gone.
 */
export function openWorkerPort(): WorkerPort {
  const { parentPort } = process as unknown as { readonly parentPort?: ElectronParentPort }
  if (parentPort !== undefined) {
    return {
      post: (message: FromWorker) => parentPort.postMessage(message),
      listen: (listener) => parentPort.on('message', (event) => listener(event.data as ToWorker)),
    }
  }
  if (process.send === undefined) throw new Error('a worker is started by the studio, not by hand')
  // Not `exit`, which would end threads in the middle of native code: that aborts the process with a report. Nothing needs an orderly end,
  // since every file is written so that a kill leaves it whole.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Ctrl+C reaches every process of a terminal; what becomes of the work is for the studio to say.
  process.on('SIGINT', () => undefined)
  return {
    post: (message: FromWorker) => {
      // A message to a studio that is just going is lost with it; `disconnect` follows.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
    },
    listen: (listener) => process.on('message', (message) => listener(message as ToWorker)),
  }
}
