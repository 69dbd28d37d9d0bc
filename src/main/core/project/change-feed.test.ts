import { expect, test } from 'vitest'
import { makeChangeFeed } from './change-feed.ts'

test('changes of one topic that come together arrive as one, in the order of their first', async () => {
  const feed = makeChangeFeed()
  const changes = feed.subscribe()
  for (let i = 0; i < 100; i++) {
    feed.changed('images')
    feed.changed('labels')
  }
  expect(await changes.next()).toEqual({ done: false, value: { topic: 'images' } })
  expect(await changes.next()).toEqual({ done: false, value: { topic: 'labels' } })
  const next = changes.next()
  feed.changed('images')
  expect(await next).toEqual({ done: false, value: { topic: 'images' } })
  feed.close()
})

test('every subscriber hears of every change, and a slow one holds each topic once', async () => {
  const feed = makeChangeFeed()
  const [fast, slow] = [feed.subscribe(), feed.subscribe()]
  for (let round = 0; round < 3; round++) {
    feed.changed('runs')
    await fast.next()
  }
  expect((await slow.next()).value).toEqual({ topic: 'runs' })
  const pending = slow.next()
  feed.changed('jobs')
  expect((await pending).value).toEqual({ topic: 'jobs' })
  feed.close()
})

test('ends at once on abort, on return and on close, also while waiting, and leaves no listener', async () => {
  const feed = makeChangeFeed()
  const controller = new AbortController()
  const aborted = feed.subscribe(controller.signal)
  const returned = feed.subscribe()
  const closed = feed.subscribe()
  const waiting = [aborted.next(), returned.next(), closed.next()]
  controller.abort()
  await returned.return()
  feed.close()
  for (const result of await Promise.all(waiting)) expect(result.done).toBe(true)
  for (const changes of [aborted, returned, closed]) expect((await changes.next()).done).toBe(true)
  expect((await feed.subscribe(AbortSignal.abort()).next()).done).toBe(true)
})

test('thousands of pages that come and go leave nothing behind on a signal that lives on', async () => {
  const feed = makeChangeFeed()
  const { signal } = new AbortController()
  const added: string[] = []
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => (added.push(args[0]), add(...args))
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (added.pop(), remove(...args))
  for (let page = 0; page < 2000; page++) await feed.subscribe(signal).return()
  expect(added).toEqual([])
})
