import { portMessage, type PreloadBridge } from '../../main/contract/preload-bridge.ts'
import type { ServerAnswer, StudioConnection } from './connection.ts'
import { connectPort } from './port-connection.ts'
import { connectSocket } from './socket-connection.ts'

declare global {
  interface Window {
    /** Only in Electron. */
    readonly graft?: PreloadBridge
  }
}

/** What Electron's preload gives the page; null in a browser. */
export function preloadBridge(): PreloadBridge | null {
  return window.graft ?? null
}

/** The page's connection to the studio: through the preload's MessagePort in Electron, over a WebSocket to its own server in a browser. */
export function connect(): StudioConnection {
  if (preloadBridge() !== null) {
    const { port1, port2 } = new MessageChannel()
    // '/': to this page's own origin and no other.
    window.postMessage(portMessage, '/', [port2])
    return connectPort(port1)
  }
  return connectSocket({ url: `ws://${window.location.host}/rpc`, askServer })
}

/** A server that says nothing for so long is taken for silent; the next attempt asks again. */
const answerMs = 5000

/** A server that cannot be reached has not refused: it may come back. */
async function askServer(): Promise<ServerAnswer> {
  try {
    const { status } = await fetch('/session', { cache: 'no-store', signal: AbortSignal.timeout(answerMs) })
    return status === 401 || status === 403 ? 'refused' : 'open'
  } catch {
    // Whatever the reason, the connection is tried again; the page says that nobody answers.
    return 'silent'
  }
}
