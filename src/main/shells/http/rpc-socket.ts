import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Log } from '../../core/context.ts'
import type { Studio } from '../../core/studio.ts'
import { rpcOptions } from '../rpc-options.ts'
import type { Gate } from './admission.ts'

/** The largest message: labels for 100,000 images are 7 MB. */
const maxMessageBytes = 64 * 1024 * 1024
/** A tunnel may go away without a word; a socket that misses one beat is closed, and its streams end. */
const heartbeatMs = 30_000

export interface RpcSocket {
  close(): Promise<void>
}

/** Answers oRPC over WebSocket at `/rpc` of `server`. Upgrades that the gate does not admit get a bare 401 or 403. */
export function openRpcSocket(server: Server, studio: Studio, gate: Gate, log: Log): RpcSocket {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  const handler = new RPCHandler(studio.router, rpcOptions)

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const admission = request.headers.origin === undefined ? 'stranger' : gate.admit(request.headers)
    if (admission !== 'admitted') return refuse(stream, admission === 'token' ? '401 Unauthorized' : '403 Forbidden')
    if (request.url !== '/rpc') return refuse(stream, '404 Not Found')
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', (error) => log.error('a page broke its connection', { message: error.message }))
      keepAlive(socket)
      void handler.upgrade(socket)
    })
  }
  server.on('upgrade', onUpgrade)

  return {
    close: async () => {
      server.off('upgrade', onUpgrade)
      for (const socket of sockets.clients) socket.close(1001, 'the studio is closing')
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()))
      // Who does not answer the close gets no longer than this.
      const cut = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 500)
      await closed
      clearTimeout(cut)
    },
  }
}

function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function keepAlive(socket: WebSocket): void {
  let answered = true
  socket.on('pong', () => (answered = true))
  const beat = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, heartbeatMs)
  socket.on('close', () => clearInterval(beat))
}
