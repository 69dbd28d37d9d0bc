import WebSocket from 'ws'
import type { StudioClient } from '../../src/main/contract/contract.ts'
import { connectSocket } from '../../src/renderer/transport/socket-connection.ts'
import { startServer } from '../studio-server.ts'

export interface Life {
  readonly client: StudioClient
  kill(): Promise<void>
  /** Ends it as Ctrl+C does. */
  close(): Promise<void>
}

/** The studio as `npm start` starts it, and the page's own connection to it. No project is open yet. */
export async function startStudio(folder: string): Promise<Life> {
  const server = await startServer(folder, null)
  const { port, host, searchParams } = new URL(server.address)
  const headers = { cookie: `graft-${port}=${searchParams.get('token') ?? ''}`, origin: `http://${host}` }
  const connection = connectSocket({
    url: `ws://${host}/rpc`,
    askServer: async () => 'refused',
    // The ws package's socket has what oRPC uses of the browser's.
    open: (url) => new WebSocket(url, { headers }).on('error', () => undefined) as unknown as globalThis.WebSocket,
  })
  return {
    client: connection.client,
    kill: async () => {
      await server.kill()
      connection.close()
    },
    close: async () => {
      connection.close()
      await server.close()
    },
  }
}
