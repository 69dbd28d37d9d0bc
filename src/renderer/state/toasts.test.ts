import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Toasts } from './toasts.svelte.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
afterEach(() => vi.useRealTimers())

const error = { code: 'FOLDER_NOT_FOUND', details: { path: '/gone' } } as const

test('whoever goes elsewhere leaves what was done there, and failures that were in sight long enough', () => {
  const toasts = new Toasts()
  toasts.done('Photo labelled')
  toasts.failed(error)
  toasts.leavePage()
  expect(toasts.list.map(({ kind }) => kind)).toEqual(['failed'])
  vi.advanceTimersByTime(7000)
  toasts.leavePage()
  expect(toasts.list).toEqual([])
})

test('a failure with a way out, or with a text that exists nowhere else, goes along until it is dismissed', () => {
  const toasts = new Toasts()
  toasts.failed(error, { name: 'Try again', run: () => undefined })
  toasts.failed(error, null, 'the notes of run 3')
  vi.advanceTimersByTime(60_000)
  toasts.leavePage()
  expect(toasts.list.length).toBe(2)
})
