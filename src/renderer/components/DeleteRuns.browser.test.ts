import { flushSync, mount, unmount, type Component } from 'svelte'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { StudioError } from '../../main/contract/errors.ts'
import { runForTests } from '../state/run-for-tests.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { compareWords } from '../text/compare.ts'
import { frameWords } from '../text/frame.ts'
import DeleteRuns from './DeleteRuns.svelte'

/** The dialog over so many runs; nothing is deleted before `release`, and the run `refused` never. */
function openDialog(count: number, refused?: number) {
  const runs = Array.from({ length: count }, (_, index) => runForTests(index + 1))
  const asked: string[] = []
  const told: string[][] = []
  const turn = Promise.withResolvers<void>()
  const remove = async ({ run }: { run: string }) => {
    asked.push(run)
    await turn.promise
    if (run === `run-${String(refused)}`) throw new StudioError('NOT_WRITABLE', { path: '/pets.graft', reason: 'EROFS' })
  }
  const studio = studioForTests({ runs: { list: () => Promise.resolve(runs), delete: remove } })
  const target = document.createElement('div')
  document.body.append(target)
  let isOpen = true
  const close = () => {
    isOpen = false
    void unmount(shown)
  }
  const ondeleted = (ids: readonly string[]) => told.push([...ids])
  const dialog: Component = (anchor) => DeleteRuns(anchor, { runs, ondeleted, onclose: close })
  const shown = mount(withStudio(studio, dialog), { target, props: {} })
  flushSync()
  onTestFinished(() => {
    if (isOpen) close()
    target.remove()
  })
  const button = (name: string) => [...target.querySelectorAll('button')].find((each) => each.textContent.trim() === name)!
  return { studio, runs, asked, told, target, button, close, release: () => turn.resolve(), isOpen: () => isOpen }
}

test('deleting that is stopped deletes nothing more and says how far it came', async () => {
  const { runs, asked, told, target, button, release, isOpen } = openDialog(70)
  await userEvent.click(button(compareWords.deleteRuns(runs)))
  await userEvent.click(button(frameWords.stop))
  release()
  await expect.poll(() => button(frameWords.close)?.isConnected).toBe(true)
  expect(asked.length).toBeLessThan(70)
  expect(target.querySelector('[role=status]')?.textContent).toBe(compareWords.deleted(asked.length, 70))
  expect([told, isOpen()]).toEqual([[asked], true])
  await userEvent.click(button(compareWords.deleteRuns(runs.slice(asked.length))))
  await expect.poll(isOpen).toBe(false)
  expect(asked).toEqual(runs.map(({ id }) => id))
})

test('a dialog that is closed stops deleting, and how far that came is told elsewhere', async () => {
  const { studio, runs, asked, told, button, close, release } = openDialog(70)
  await userEvent.click(button(compareWords.deleteRuns(runs)))
  close()
  release()
  await expect.poll(() => studio.toasts.list).toMatchObject([{ kind: 'done', message: compareWords.deletedOf(runs, asked.length) }])
  expect(asked.length).toBeLessThan(70)
  expect(told).toEqual([asked])
})

test('a failure after the dialog is closed is told with what was deleted', async () => {
  const { studio, runs, button, close, release } = openDialog(3, 2)
  await userEvent.click(button(compareWords.deleteRuns(runs)))
  close()
  release()
  await expect
    .poll(() => studio.toasts.list)
    .toMatchObject([{ kind: 'failed', error: { code: 'NOT_WRITABLE' }, about: compareWords.deletedOf(runs, 2) }])
})
