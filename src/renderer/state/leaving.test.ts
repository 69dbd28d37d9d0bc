import { beforeEach, expect, test, vi } from 'vitest'
import type { Job } from '../../main/contract/jobs.ts'
import { Leaving } from './leaving.svelte.ts'

/** What a page asks before it closes. */
let closing: ((event: { preventDefault: () => void }) => void)[] = []
beforeEach(() => {
  closing = []
  vi.stubGlobal('window', {
    addEventListener: (_name: string, ask: (typeof closing)[number]) => closing.push(ask),
    removeEventListener: (_name: string, ask: (typeof closing)[number]) => (closing = closing.filter((each) => each !== ask)),
  })
  return () => void vi.unstubAllGlobals()
})
const closes = (): boolean => {
  let mayClose = true
  for (const ask of closing) ask({ preventDefault: () => (mayClose = false) })
  return mayClose
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))
const job = (state: 'queued' | 'cancelled'): Job => ({
  id: 'a',
  kind: 'train',
  runId: 'r',
  startedAtMs: null,
  state: state === 'queued' ? { state } : { state, result: null },
})

/** What was left, and how often. */
function leavingOf(jobs: readonly Job[]) {
  const leaving = new Leaving(() => Promise.resolve(jobs))
  const left: string[] = []
  const leave = async (name: string): Promise<string> =>
    leaving
      .leave('open', async () => void left.push(name))
      .then(
        () => 'left',
        (error: unknown) => String(error),
      )
  return { leaving, left, leave }
}

test('where nothing is under way nothing is asked', async () => {
  const { leaving, left, leave } = leavingOf([job('cancelled')])
  expect([await leave('pets'), left, leaving.question]).toEqual(['left', ['pets'], null])
})

test('work that runs or waits is left only by who agrees, and who stays keeps everything', async () => {
  const { leaving, left, leave } = leavingOf([job('queued')])
  const stays = leave('pets')
  await soon()
  expect([leaving.question?.state, leaving.question?.jobs.length, left]).toEqual(['asking', 1, []])
  leaving.question?.answer(false)
  expect([await stays, left, leaving.question]).toEqual([expect.stringContaining('CANCELLED'), [], null])
  const leaves = leave('birds')
  await soon()
  leaving.question?.answer(true)
  expect([await leaves, left, leaving.question]).toEqual(['left', ['birds'], null])
})

test('while the work ends the question stays, so that nobody takes the studio for stuck', async () => {
  const leaving = new Leaving(() => Promise.resolve([job('queued')]))
  const closed = Promise.withResolvers<void>()
  const leaves = leaving.leave('close', () => closed.promise)
  await soon()
  leaving.question?.answer(true)
  await soon()
  expect(leaving.question?.state).toBe('ending')
  closed.resolve()
  await leaves
  expect(leaving.question).toBe(null)
})

test('what is not saved is saved before the project is left, and keeps a window open until it is', async () => {
  const { leaving, left, leave } = leavingOf([])
  const written = Promise.withResolvers<void>()
  const unsaved = { isUnsaved: true, flush: () => written.promise.then(() => void (unsaved.isUnsaved = false)) }
  const end = leaving.hold(unsaved)
  expect(closes()).toBe(false)
  const leaves = leave('pets')
  await soon()
  expect([left, leaving.question]).toEqual([[], null])
  written.resolve()
  expect([await leaves, left, closes()]).toEqual(['left', ['pets'], true])
  end()
  expect(closing).toEqual([])
})

test('what cannot be saved is left only by who agrees', async () => {
  const { leaving, left, leave } = leavingOf([])
  leaving.hold({ isUnsaved: true, flush: () => Promise.resolve() })
  const stays = leave('pets')
  await soon()
  expect([leaving.question?.isUnsaved, leaving.question?.jobs, left]).toEqual([true, [], []])
  leaving.question?.answer(false)
  expect(await stays).toContain('CANCELLED')
})

test('of two questions the older one is answered with staying', async () => {
  const { leaving, left, leave } = leavingOf([job('queued')])
  const older = leave('pets')
  await soon()
  const newer = leave('birds')
  await soon()
  leaving.question?.answer(true)
  expect([await older, await newer, left]).toEqual([expect.stringContaining('CANCELLED'), 'left', ['birds']])
})
