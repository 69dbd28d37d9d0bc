import { MessageChannel } from 'node:worker_threads'
import { RPCHandler } from '@orpc/server/message-port'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { connectPort } from '../../renderer/transport/port-connection.ts'
import { connectSocket } from '../../renderer/transport/socket-connection.ts'
import { testStudio, type TestStudio } from '../core/testing/studio.ts'
import { openHttpDoor } from '../shells/http/http-door.ts'
import { rpcOptions } from '../shells/rpc-options.ts'
import type { StudioClient } from './contract.ts'
import { doorPromises } from './testing/door-promises.ts'
import { studioSide, type StudioSide } from './testing/studio-side.ts'

/** One way to the studio, as its caller has it. */
interface Door {
  readonly client: StudioClient
  close(): Promise<void> | void
}

const doors: { readonly [name: string]: (studio: TestStudio) => Promise<Door> | Door } = {
  'in-process': (studio) => ({ client: studio.client, close: () => undefined }),
  'WebSocket on loopback': async (studio) => {
    const server = await openHttpDoor({ studio, page: studio.folder, port: 0, log: studio.context.log })
    const connection = connectSocket({
      url: `ws://127.0.0.1:${server.port}/rpc`,
      askServer: async () => 'open',
      open: (url) => {
        const headers = { cookie: `graft-${server.port}=${server.token}`, origin: `http://127.0.0.1:${server.port}` }
        // The ws package's socket has what oRPC uses of the browser's.
        return new WebSocket(url, { headers }) as unknown as globalThis.WebSocket
      },
    })
    return {
      client: connection.client,
      close: async () => {
        connection.close()
        await server.close()
      },
    }
  },
  // Electron's ports are others: the same promises are asked through them in e2e/electron/contract.test.ts.
  MessagePort: (studio) => {
    const { port1, port2 } = new MessageChannel()
    new RPCHandler(studio.router, rpcOptions).upgrade(port2)
    port2.start()
    return connectPort(port1 as unknown as MessagePort)
  },
}

describe.each(Object.entries(doors))('the contract through the door: %s', (_name, open) => {
  let studio: TestStudio
  let door: Door
  let side: StudioSide
  beforeAll(async () => {
    studio = await testStudio()
    side = studioSide(studio)
    door = await open(studio)
    await door.client.project.create({ name: 'Door' })
  })
  afterAll(async () => {
    await door.close()
    await studio.close()
  })

  it.each(doorPromises)('$promise', async ({ observe, expected }) => {
    expect(await observe({ client: door.client, studio: side })).toEqual(expected)
  })
})

describe('a WebSocket that is lost', () => {
  it('comes back by itself; what was under way fails with CONNECTION_LOST', async () => {
    const studio = await testStudio()
    const first = await openHttpDoor({ studio, page: studio.folder, port: 0, log: studio.context.log })
    const { port, token } = first
    const headers = { cookie: `graft-${port}=${token}`, origin: `http://127.0.0.1:${port}` }
    const states: string[] = []
    const connection = connectSocket({
      url: `ws://127.0.0.1:${port}/rpc`,
      askServer: async () => 'open',
      open: (url) => new WebSocket(url, { headers }) as unknown as globalThis.WebSocket,
    })
    connection.onChange(({ state }) => states.push(state))
    const changes = await connection.client.project.changes()
    const lost = changes.next().catch((error: unknown) => error)
    await first.close()
    expect(await lost).toMatchObject({ code: 'CONNECTION_LOST' })
    const waiting = connection.client.studio.info()
    const second = await openHttpDoor({ studio, page: studio.folder, port, token, log: studio.context.log })
    expect(await waiting).toMatchObject({ door: 'test' })
    expect(states[0]).toBe('connected')
    expect(states).toContain('reconnecting')
    expect(states.at(-1)).toBe('connected')
    connection.close()
    await second.close()
    await studio.close()
  })

  it('to a server that does not know the page any more says so and stops trying', async () => {
    const studio = await testStudio()
    const server = await openHttpDoor({ studio, page: studio.folder, port: 0, log: studio.context.log })
    const connection = connectSocket({
      url: `ws://127.0.0.1:${server.port}/rpc`,
      askServer: async () => 'refused',
      open: (url) => {
        const socket = new WebSocket(url, { headers: { origin: `http://127.0.0.1:${server.port}` } })
        socket.on('error', () => undefined)
        return socket as unknown as globalThis.WebSocket
      },
    })
    await expect(connection.client.studio.info()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(connection.current()).toEqual({ state: 'refused' })
    connection.close()
    await server.close()
    await studio.close()
  })
})
