import { afterEach, expect, test, vi } from 'vitest'
import type { ConnectionState, ServerAnswer } from './connection.ts'
import { connectSocket } from './socket-connection.ts'

/** What the connection uses of a browser's socket, opened and closed by the test. */
class FakeSocket extends EventTarget {
  readyState = 0
  readonly sent: string[] = []
  send(message: string): void {
    this.sent.push(message)
  }
  opens(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  close(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }
}

function connection(answers: (() => Promise<ServerAnswer>)[]) {
  const sockets: FakeSocket[] = []
  const states: ConnectionState[] = []
  const made = connectSocket({
    url: 'ws://studio/rpc',
    askServer: () => (answers.shift() ?? (() => Promise.resolve('open' as const)))(),
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
  })
  made.onChange((state) => states.push(state))
  return { made, sockets, states }
}
afterEach(() => void vi.useRealTimers())

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('a lost socket is told at once, not only when the server has said something', async () => {
  const answer = Promise.withResolvers<ServerAnswer>()
  const { made, sockets, states } = connection([() => answer.promise])
  sockets[0]?.opens()
  sockets[0]?.close()
  expect(states).toEqual([{ state: 'connected' }, { state: 'reconnecting', server: null }])
  answer.resolve('silent')
  await wait(0)
  expect(made.current()).toEqual({ state: 'reconnecting', server: 'silent' })
  made.close()
})

test('a server that is silent and then there again is told apart, and connected to', async () => {
  const { made, sockets, states } = connection([() => Promise.resolve('silent'), () => Promise.resolve('open')])
  sockets[0]?.opens()
  sockets[0]?.close()
  await wait(150)
  sockets[1]?.close()
  await wait(350)
  sockets[2]?.opens()
  expect(states.map((each) => (each.state === 'reconnecting' ? each.server : each.state))).toEqual([
    'connected',
    null,
    'silent',
    'open',
    'connected',
  ])
  made.close()
})

test('a page that is refused does not try again', async () => {
  const { made, sockets } = connection([() => Promise.resolve('refused')])
  sockets[0]?.opens()
  sockets[0]?.close()
  await wait(150)
  expect([made.current(), sockets.length]).toEqual([{ state: 'refused' }, 1])
  made.close()
})

test('a call to a studio that is gone without a word fails, and the page connects again', async () => {
  vi.useFakeTimers()
  const { made, sockets, states } = connection([])
  sockets[0]?.opens()
  const call = made.client.runs.list().catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(61_000)
  expect(await call).toMatchObject({ code: 'CONNECTION_LOST' })
  expect([sockets[0]?.readyState, states.at(-1), sockets.length]).toEqual([3, { state: 'reconnecting', server: 'open' }, 2])
  made.close()
})

test('a studio that says anything is not taken for lost, however long one call takes', async () => {
  vi.useFakeTimers()
  const { made, sockets, states } = connection([])
  sockets[0]?.opens()
  let isAnswered = false
  const end = (): void => {
    isAnswered = true
  }
  made.client.runs.list().then(end, end)
  for (let second = 0; second < 300; second += 15) {
    await vi.advanceTimersByTimeAsync(15_000)
    sockets[0]?.dispatchEvent(new MessageEvent('message', { data: '{"i":"999","p":{}}' }))
  }
  expect([isAnswered, states]).toEqual([false, [{ state: 'connected' }]])
  made.close()
})
