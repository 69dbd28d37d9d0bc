import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Topics, type Topic } from './topics.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a change is handed on at once, a burst at most once a pause, and its last one is never lost', () => {
  const topics = new Topics()
  const heard: Topic[] = []
  topics.on(['images'], (topic) => heard.push(topic))
  for (let change = 0; change < 50; change++) topics.tell('images')
  expect(heard).toHaveLength(1)
  vi.advanceTimersByTime(1000)
  expect(heard).toHaveLength(2)
})

test('a listener hears its own topics only, and nothing after it left', () => {
  const topics = new Topics()
  const heard: Topic[] = []
  const leave = topics.on(['runs'], (topic) => heard.push(topic))
  topics.tell('images')
  topics.tell('runs')
  leave()
  vi.advanceTimersByTime(1000)
  topics.tell('runs')
  expect(heard).toEqual(['runs'])
})
