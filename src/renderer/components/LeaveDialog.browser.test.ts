import { flushSync } from 'svelte'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Job } from '../../main/contract/jobs.ts'
import { Leaving } from '../state/leaving.svelte.ts'
import { leaveWords } from '../text/leave.ts'
import { show } from '../testing/show.ts'
import LeaveDialog from './LeaveDialog.svelte'

const progress = { step: 'training', done: 3, total: 30, perSecond: null, secondsLeft: null } as const
const training: Job = { id: 'a', kind: 'train', runId: 'r', startedAtMs: 0, state: { state: 'running', progress } }

/** The dialog over somebody who wants to close a project that trains. */
async function askToClose() {
  const leaving = new Leaving(() => Promise.resolve([training]))
  const target = show(LeaveDialog, { leaving })
  const closed = Promise.withResolvers<void>()
  let end = 'asked'
  const left = leaving
    .leave('close', () => closed.promise)
    .then(
      () => (end = 'left'),
      () => (end = 'stayed'),
    )
  await expect.poll(() => target.querySelector('dialog')).not.toBe(null)
  const button = (name: string) => [...target.querySelectorAll('button')].find((each) => each.textContent === name)!
  return { target, button, closed, left, end: () => end }
}

test('it says what is under way and what is kept of it, and a key without a thought stays', async () => {
  const { target, button, left, end } = await askToClose()
  expect(target.querySelector('h2')?.textContent).toBe('Training is still under way. Close the project all the same?')
  expect(target.querySelector('p')?.textContent).toMatch(
    /3 of 30 epochs: it pauses after this epoch, and goes on from there when you say so/,
  )
  expect(document.activeElement).toBe(button(leaveWords.stay))
  await userEvent.keyboard('{Enter}')
  await left
  flushSync()
  expect([end(), target.querySelector('dialog')]).toEqual(['stayed', null])
})

test('Escape stays', async () => {
  const { left, end } = await askToClose()
  await userEvent.keyboard('{Escape}')
  await left
  expect(end()).toBe('stayed')
})

test('who leaves sees that the work ends, until it has', async () => {
  const { target, button, closed, left, end } = await askToClose()
  button(leaveWords.close.leave).click()
  await expect.poll(() => target.querySelector('[role=status]')?.textContent).toBe(leaveWords.ending)
  expect([button(leaveWords.stay).disabled, button(leaveWords.close.leave).disabled, end()]).toEqual([true, true, 'asked'])
  closed.resolve()
  await left
  flushSync()
  expect([end(), target.querySelector('dialog')]).toEqual(['left', null])
})

test('what could not be saved is asked about in its own words', async () => {
  const leaving = new Leaving(() => Promise.resolve([]))
  onTestFinished(leaving.hold({ isUnsaved: true, flush: () => Promise.resolve() }))
  const target = show(LeaveDialog, { leaving })
  void leaving.leave('close', () => Promise.resolve()).catch(() => undefined)
  await expect
    .poll(() => target.querySelector('h2')?.textContent)
    .toBe('The last changes are not saved yet. Close the project all the same?')
  expect(target.querySelector('p')?.textContent).toBe(leaveWords.unsaved.detail)
  leaving.question?.answer(false)
})
