import { RPCLink } from '@orpc/client/websocket'
import { StudioError } from '../../main/contract/errors.ts'
import { createStateCell, type ServerAnswer, type StateCell, type StudioConnection } from './connection.ts'
import { studioClient, type StudioLink } from './studio-link.ts'

/** Waiting times between attempts, ms: at once, then slower, for as long as the page is open. */
const pausesMs = [100, 300, 1000, 2000, 5000]
/** An attempt that is not answered for so long is given up for the next one. */
const openingMs = 10_000
/** A studio that says nothing for so long is asked something; one that says nothing for as long again is taken for lost. */
const quietMs = 20_000
/** A call that is made while the connection is away waits for it so long, then fails with `CONNECTION_LOST`. */
const patienceMs = 10_000

export interface SocketOptions {
  /** Address of the socket, `ws://127.0.0.1:5123/rpc`. */
  readonly url: string
  /** Asks the server over HTTP whether it lets this page in: a socket does not say why it was lost. Never rejects, and ends by itself. */
  readonly askServer: () => Promise<ServerAnswer>
  readonly open?: (url: string) => WebSocket
}

/** Connects over a WebSocket and connects again, with growing pauses, whenever it is lost. */
export function connectSocket({ url, askServer, open = (to) => new WebSocket(to) }: SocketOptions): StudioConnection {
  const cell = createStateCell({ state: 'connecting' })
  let link: StudioLink | null = null
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let closed = false

  const retryLater = async (): Promise<void> => {
    const before = cell.current()
    // At once: calls that are made from here on wait, and the page says so.
    if (before.state !== 'reconnecting') cell.set({ state: 'reconnecting', server: null })
    const server = await askServer()
    if (closed) return
    if (server === 'refused') return cell.set({ state: 'refused' })
    cell.set({ state: 'reconnecting', server })
    timer = setTimeout(start, pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 1000)
    attempt += 1
  }
  const start = (): void => {
    const opening = open(url)
    socket = opening
    const opened = new RPCLink({ websocket: opening })
    const tooLong = setTimeout(() => opening.close(), openingMs)
    let stopWatching = (): void => undefined
    opening.addEventListener('open', () => {
      clearTimeout(tooLong)
      attempt = 0
      link = opened
      stopWatching = watchSilence(opening, () => studioClient(opened).studio.dialogs())
      cell.set({ state: 'connected' })
    })
    // A socket that fails closes too: one listener is enough.
    const onClose = (): void => {
      clearTimeout(tooLong)
      stopWatching()
      link = null
      if (!closed) void retryLater()
    }
    opening.addEventListener('close', onClose, { once: true })
  }
  start()
  return {
    client: studioClient({
      call: async (path, input, options) => (await whenLinked(cell, () => link, options.signal)).call(path, input, options),
    }),
    current: cell.current,
    onChange: cell.onChange,
    close: () => {
      closed = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}

/**
 * Ends a socket whose other end is gone without a word (a tunnel that broke, a computer that slept): the browser would keep it, and calls
 * would wait for ever. Whatever arrives is a sign of life; `ask` makes the studio give one. Answers the undo.
 */
function watchSilence(socket: WebSocket, ask: () => Promise<unknown>): () => void {
  let heard = true
  let asked = false
  const hear = (): void => {
    heard = true
    asked = false
  }
  socket.addEventListener('message', hear)
  const beat = setInterval(() => {
    if (!heard && asked) {
      socket.close()
      // The browser tells of the close only after it has waited for the other end's part of it.
      socket.dispatchEvent(new Event('close'))
      return
    }
    asked = !heard
    heard = false
    // How it fails says nothing more than the silence does.
    if (asked) ask().catch(() => undefined)
  }, quietMs)
  return () => {
    clearInterval(beat)
    socket.removeEventListener('message', hear)
  }
}

/** Resolves with the link as soon as there is one. Throws `CONNECTION_LOST` when the page is refused, or none comes in time. */
function whenLinked(cell: StateCell, link: () => StudioLink | null, signal: AbortSignal | undefined): Promise<StudioLink> {
  return new Promise((resolve, reject) => {
    const lost = (): void => {
      leave()
      reject(new StudioError('CONNECTION_LOST', {}))
    }
    const look = (): void => {
      const now = link()
      if (signal?.aborted === true || (now === null && cell.current().state === 'refused')) return lost()
      if (now === null) return
      leave()
      resolve(now)
    }
    const leaveState = cell.onChange(look)
    const tooLong = setTimeout(lost, patienceMs)
    const leave = (): void => {
      leaveState()
      clearTimeout(tooLong)
      signal?.removeEventListener('abort', look)
    }
    signal?.addEventListener('abort', look)
    look()
  })
}
