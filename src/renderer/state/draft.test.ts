import { expect, test, vi } from 'vitest'
import { StudioError } from '../../main/contract/errors.ts'
import { Draft } from './draft.svelte.ts'

function draft() {
  const asked: { readonly text: string; readonly turn: PromiseWithResolvers<void> }[] = []
  const stored = { text: 'before' }
  const typed = new Draft(
    () => stored.text,
    (text) => {
      const turn = Promise.withResolvers<void>()
      asked.push({ text, turn })
      return turn.promise
    },
  )
  return { typed, asked, stored }
}
const soon = () => vi.advanceTimersByTimeAsync(0)
const pause = () => vi.advanceTimersByTimeAsync(1000)

test('what is typed is saved when the typing pauses, and then it says so', async () => {
  vi.useFakeTimers()
  const { typed, asked } = draft()
  expect([typed.text, typed.status.state]).toEqual(['before', 'kept'])
  typed.type('a')
  typed.type('ab')
  expect([asked.length, typed.text, typed.status.state]).toEqual([0, 'ab', 'typed'])
  await pause()
  expect(asked.map(({ text }) => text)).toEqual(['ab'])
  expect(typed.status.state).toBe('saving')
  asked[0]?.turn.resolve()
  await soon()
  expect(typed.status.state).toBe('saved')
  vi.useRealTimers()
})

test('what is typed while it is saved is saved afterwards, in this order', async () => {
  vi.useFakeTimers()
  const { typed, asked } = draft()
  typed.type('one')
  await pause()
  typed.type('two')
  await pause()
  expect(asked).toHaveLength(1)
  asked[0]?.turn.resolve()
  await soon()
  expect(asked.map(({ text }) => text)).toEqual(['one', 'two'])
  asked[1]?.turn.resolve()
  await soon()
  expect([typed.text, typed.status.state]).toEqual(['two', 'saved'])
  vi.useRealTimers()
})

test('a failure keeps the text and is said; the next flush tries again', async () => {
  const { typed, asked } = draft()
  typed.type('mine')
  void typed.flush()
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  asked[0]?.turn.reject(new StudioError('NOT_WRITABLE', { path: 'p', reason: 'r' }))
  await vi.waitFor(() => expect(typed.status).toMatchObject({ state: 'failed', error: { code: 'NOT_WRITABLE' } }))
  expect(typed.text).toBe('mine')
  const again = typed.flush()
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  asked[1]?.turn.resolve()
  await again
  expect(typed.status.state).toBe('saved')
})

test('typing the same again asks for nothing', async () => {
  const { typed, asked } = draft()
  typed.type('before')
  await typed.flush()
  expect([asked.length, typed.status.state]).toEqual([0, 'saved'])
})

test('something is unsaved from the first key until the studio has it, and after a failure', async () => {
  const { typed, asked } = draft()
  expect(typed.isUnsaved).toBe(false)
  typed.type('mine')
  expect(typed.isUnsaved).toBe(true)
  const failing = typed.flush()
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  asked[0]?.turn.reject(new StudioError('NOT_WRITABLE', { path: 'p', reason: 'r' }))
  await failing
  expect(typed.isUnsaved).toBe(true)
  const again = typed.flush()
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  asked[1]?.turn.resolve()
  await again
  expect(typed.isUnsaved).toBe(false)
})

test('a draft saves what was typed also when nobody knows any more what was there before', async () => {
  const { typed, asked, stored } = draft()
  typed.type('mine')
  Object.defineProperty(stored, 'text', {
    get: () => {
      throw new Error('asked after its field was gone')
    },
  })
  const saving = typed.flush()
  await vi.waitFor(() => expect(asked.map(({ text }) => text)).toEqual(['mine']))
  asked[0]?.turn.resolve()
  await saving
  expect(typed.status.state).toBe('saved')
})

test('a draft that was saved and let go shows what the studio has, also after an undo; one that was not saved stays', async () => {
  vi.useFakeTimers()
  const { typed, asked, stored } = draft()
  typed.type('after')
  typed.release()
  expect(typed.text).toBe('after')
  await pause()
  asked[0]?.turn.resolve()
  await soon()
  stored.text = 'after'
  typed.release()
  stored.text = 'undone'
  expect(typed.text).toBe('undone')
  typed.type('after')
  await pause()
  expect(asked.map(({ text }) => text)).toEqual(['after', 'after'])
  asked[1]?.turn.resolve()
  vi.useRealTimers()
})
