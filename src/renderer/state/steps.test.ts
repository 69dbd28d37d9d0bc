import { beforeEach, expect, test, vi } from 'vitest'
import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError } from '../../main/contract/errors.ts'
import type { HistoryStep } from '../../main/contract/labels.ts'
import { frameWords } from '../text/frame.ts'
import { Remote } from './remote.svelte.ts'
import { Steps } from './steps.ts'
import { Toasts } from './toasts.svelte.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  return () => void vi.useRealTimers()
})

const stepOf = (id: number): HistoryStep => ({ id, action: 'label', details: { images: id, class: 'cat' }, atMs: 0 })

/** A history of `count` steps whose answers come a turn of the event loop later. */
function historyOf(count: number) {
  const state = { done: count, undone: 0 }
  const later = <T>(answer: () => T): Promise<T> => new Promise((resolve) => setImmediate(resolve)).then(answer)
  const client = {
    history: {
      state: () =>
        later(() => ({ undo: state.done === 0 ? null : stepOf(state.done), redo: state.undone === 0 ? null : stepOf(state.done + 1) })),
      undo: () =>
        later(() => {
          if (state.done === 0) throw new StudioError('NOTHING_TO_UNDO', {})
          state.undone++
          return stepOf(state.done--)
        }),
      redo: () =>
        later(() => {
          if (state.undone === 0) throw new StudioError('NOTHING_TO_REDO', {})
          state.undone--
          return stepOf(++state.done)
        }),
    },
  } as unknown as StudioClient
  const toasts = new Toasts()
  const history = new Remote(() => client.history.state())
  const steps = new Steps(client, history, toasts)
  const change = (): Promise<void> =>
    later(() => {
      state.done++
    })
  return { state, steps, toasts, history, change }
}

test('redo pressed right after undo does again what was undone', async () => {
  const { state, steps, toasts } = historyOf(3)
  void steps.undo()
  await steps.redo()
  expect(state).toEqual({ done: 3, undone: 0 })
  expect(toasts.list.map((toast) => toast.kind === 'done' && toast.message)).toEqual(['Done again: label 3 photos as cat'])
})

test('a toast goes with the step that its Undo or Redo would take back or do again', async () => {
  const { state, steps, toasts, history, change } = historyOf(3)
  const shown = () => toasts.shown.map((toast) => toast.action?.name)
  await steps.step(change)
  expect(shown()).toEqual([frameWords.undo])
  // Its photos were deleted for good, and the step with them.
  state.done--
  await history.reload()
  expect(shown()).toEqual([])
  await steps.undo()
  expect(shown()).toEqual([frameWords.redo])
  // Somebody else does something new.
  state.undone = 0
  await history.reload()
  expect(shown()).toEqual([])
})

test('no press is lost, however quickly they come', async () => {
  const { state, steps } = historyOf(5)
  void steps.undo()
  void steps.undo()
  void steps.undo()
  await steps.redo()
  expect(state).toEqual({ done: 3, undone: 2 })
})

test('undo waits for the step that was asked for before it', async () => {
  const { state, steps, change } = historyOf(0)
  void steps.step(change)
  await steps.undo()
  expect(state).toEqual({ done: 0, undone: 1 })
})

test('undo and redo without a step do nothing and say nothing', async () => {
  const { state, steps, toasts } = historyOf(0)
  void steps.undo()
  await steps.redo()
  expect([state, toasts.list]).toEqual([{ done: 0, undone: 0 }, []])
})

test('work of a page that tells its failures by itself comes in turn too, and what is asked for after it waits', async () => {
  const { state, steps, toasts, change } = historyOf(0)
  const failed = steps.inTurn(() => Promise.reject(new StudioError('CONNECTION_LOST', {})))
  void steps.inTurn(change)
  await steps.undo()
  await expect(failed).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  expect([state, toasts.list.map(({ kind }) => kind)]).toEqual([{ done: 0, undone: 1 }, ['done']])
})

test('who is in front answers first, the project where that has nothing, and after it is left', async () => {
  const { state, steps } = historyOf(3)
  const own = { labels: 1 }
  const leave = steps.enter({ undo: () => own.labels > 0 && own.labels-- > 0 })
  await steps.undo()
  expect([state.done, own.labels]).toEqual([3, 0])
  await steps.undo()
  await steps.redo()
  await steps.undo()
  expect([state.done, steps.isDialogInFront]).toEqual([2, false])
  const close = steps.enter({ isDialog: true })
  own.labels = 1
  await steps.undo()
  expect([state.done, own.labels, steps.isDialogInFront]).toEqual([1, 1, true])
  close()
  await steps.undo()
  leave()
  await steps.undo()
  expect([state.done, own.labels]).toEqual([0, 0])
})

test('a step that fails is told, and the next in turn begins all the same', async () => {
  const { state, steps, toasts } = historyOf(2)
  void steps.step(() => Promise.reject(new StudioError('CONNECTION_LOST', {})))
  await steps.undo()
  expect(state).toEqual({ done: 1, undone: 1 })
  expect(toasts.list.map(({ kind }) => kind)).toEqual(['failed', 'done'])
})

test('a step that changed nothing is not announced, also after an undo', async () => {
  const { steps, toasts } = historyOf(2)
  await steps.undo()
  toasts.leavePage()
  await steps.step(() => Promise.resolve())
  expect(toasts.list).toEqual([])
})

test('what was asked for is unsaved until it is written, or has failed', async () => {
  const { steps, change } = historyOf(0)
  void steps.step(change)
  void steps
    .inTurn(() => Promise.reject(new StudioError('DISK_FULL', { path: '/', neededBytes: null, freeBytes: 0 })))
    .catch(() => undefined)
  expect(steps.isUnsaved).toBe(true)
  await steps.flush()
  await new Promise((resolve) => setImmediate(resolve))
  expect(steps.isUnsaved).toBe(false)
})
