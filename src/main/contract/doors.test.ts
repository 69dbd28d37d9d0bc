import { MessageChannel } from 'node:worker_threads'
import { RPCHandler } from '@orpc/server/message-port'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { connectPort } from '../../renderer/transport/port-connection.ts'
import { connectSocket } from '../../renderer/transport/socket-connection.ts'
import { testStudio, type TestStudio } from '../core/testing/studio.ts'
import { openHttpDoor } from '../shells/http/http-door.ts'
import { rpcOptions } from '../shells/rpc-options.ts'
import type { StudioClient } from './contract.ts'
import { StudioError } from './errors.ts'
import type { JobEvent } from './jobs.ts'

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
  // The port of Electron's main process differs from Node's only in its events; a real one is used in the end-to-end tests.
  MessagePort: (studio) => {
    const { port1, port2 } = new MessageChannel()
    new RPCHandler(studio.router, rpcOptions).upgrade(port2)
    port2.start()
    return connectPort(port1 as unknown as MessagePort)
  },
}

interface WaitingJob {
  readonly id: string
  /** Sends an event of the job, with `detail` in it. A feed tells what happens while somebody reads it. */
  tell(detail: string): void
}

/** A job that does nothing until it is cancelled. */
async function startWaitingJob(studio: TestStudio): Promise<WaitingJob> {
  const begun = Promise.withResolvers<(detail: string) => void>()
  const job = studio.context.jobs.start('sample', { lane: 'waiting' }, async (context) => {
    begun.resolve((detail) => context.emit({ type: 'skipped', file: { file: 'a.jpg', reason: 'broken', detail } }))
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }))
    throw new StudioError('CANCELLED', {})
  })
  return { id: job.id, tell: await begun.promise }
}

/** Counts the readers of job feeds that the studio still serves. */
function countReaders(studio: TestStudio): { open: number } {
  const readers = { open: 0 }
  const watch = studio.context.jobs.watch.bind(studio.context.jobs)
  vi.spyOn(studio.context.jobs, 'watch').mockImplementation(async function* (id, signal) {
    readers.open++
    try {
      yield* watch(id, signal)
    } finally {
      readers.open--
    }
  })
  return readers
}

describe.each(Object.entries(doors))('the contract through the door: %s', (_name, open) => {
  let studio: TestStudio
  let door: Door
  let client: StudioClient
  beforeAll(async () => {
    studio = await testStudio()
    door = await open(studio)
    client = door.client
    await client.project.create({ name: 'Door' })
  })
  afterAll(async () => {
    await door.close()
    await studio.close()
  })

  it('a call answers what the procedure answers', async () => {
    expect(await client.studio.info()).toMatchObject({
      door: 'test',
      threads: 2,
      engine: { training: 'cpu', extraction: expect.any(String) },
    })
    const added = await client.classes.add({ name: 'Wespe 🐝' })
    expect(added).toMatchObject({ name: 'Wespe 🐝', position: 0, images: 0 })
    expect(await client.classes.list()).toEqual([added])
  })

  it('a failure is a StudioError with its code and its details', async () => {
    const failure: unknown = await client.runs.get({ run: 'nothere1' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StudioError)
    expect(failure).toMatchObject({ code: 'RUN_NOT_FOUND', details: { run: 'nothere1' } })
  })

  it('input of a wrong form is refused with the place and the reason', async () => {
    const failure: unknown = await client.classes.add({ name: '   ' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StudioError)
    expect(failure).toMatchObject({ code: 'INVALID_INPUT', details: { reason: 'the name must not be empty' } })
    await expect(client.images.get({ hash: '../../etc/passwd' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(client.images.list({} as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('a procedure that does not exist fails and breaks nothing', async () => {
    // In-process there is no such function; over a wire the studio answers that there is none.
    const call = async (): Promise<unknown> => (client.project as unknown as { explode(): Promise<unknown> }).explode()
    await expect(call()).rejects.toThrow()
    expect(await client.project.current()).toMatchObject({ name: 'Door' })
  })

  it('a feed arrives in order and ends with its job', async () => {
    const job = await startWaitingJob(studio)
    const seen: JobEvent[] = []
    for await (const event of await client.jobs.watch({ jobId: job.id })) {
      seen.push(event)
      if (seen.length === 1) for (const detail of ['one', 'two', 'three']) job.tell(detail)
      if (event.type === 'skipped' && event.file.detail === 'three') await client.jobs.cancel({ jobId: job.id })
    }
    expect(seen.flatMap((event) => (event.type === 'skipped' ? [event.file.detail] : []))).toEqual(['one', 'two', 'three'])
    expect(seen.at(-1)).toMatchObject({ type: 'job', job: { state: { state: 'cancelled' } } })
  })

  it('a feed that fails fails with a StudioError', async () => {
    const read = async (): Promise<void> => {
      for await (const event of await client.jobs.watch({ jobId: 'nothere' })) expect(event).toBeUndefined()
    }
    const failure: unknown = await read().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StudioError)
    expect(failure).toMatchObject({ code: 'JOB_NOT_FOUND', details: { job: 'nothere' } })
  })

  it('a reader that leaves or aborts is let go by the studio', async () => {
    const readers = countReaders(studio)
    const { id: jobId } = await startWaitingJob(studio)
    const leave = await client.jobs.watch({ jobId })
    await leave.next()
    await vi.waitFor(() => expect(readers.open).toBe(1))
    await leave.return()
    await vi.waitFor(() => expect(readers.open).toBe(0))

    const abort = new AbortController()
    const aborted = await client.jobs.watch({ jobId }, { signal: abort.signal })
    await aborted.next()
    await vi.waitFor(() => expect(readers.open).toBe(1))
    // The reader waits for an event that will not come; the abort ends that too.
    const waiting = (async () => {
      for (let next = await aborted.next(); next.done !== true; next = await aborted.next());
    })().catch((error: unknown) => error)
    abort.abort()
    await waiting
    await vi.waitFor(() => expect(readers.open).toBe(0))
    await client.jobs.cancel({ jobId })
    await studio.context.jobs.finished(jobId)
  })

  it('megabytes go both ways', async () => {
    const hashes = Array.from({ length: 60_000 }, (_, index) => index.toString(16).padStart(64, '0'))
    await expect(client.labels.set({ hashes, classId: null })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
    const long = 'ü'.repeat(2_000_000)
    const job = await startWaitingJob(studio)
    for await (const event of await client.jobs.watch({ jobId: job.id })) {
      if (event.type === 'skipped') {
        expect(event.file.detail.length).toBe(long.length)
        await client.jobs.cancel({ jobId: job.id })
      } else if (event.type === 'job' && event.job.state.state === 'running') job.tell(long)
    }
  })

  it('many calls at once are told apart', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `class ${index}`)
    const added = await Promise.all(names.map((name) => client.classes.add({ name })))
    expect(added.map(({ name }) => name)).toEqual(names)
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
