import { flushSync, mount, unmount } from 'svelte'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { StudioError } from '../../../main/contract/errors.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { runWords } from '../../text/run.ts'
import RunNotes from './RunNotes.svelte'

/** The notes of run 4 in a studio that takes them, or refuses them as long as `disk.isFull`. */
async function openNotes() {
  const run = runForTests(4)
  const disk = { isFull: false }
  const written: string[] = []
  const annotate = ({ notes }: { notes: string }) => {
    if (disk.isFull) return Promise.reject(new StudioError('NOT_WRITABLE', { path: '/pets.graft', reason: 'ENOSPC' }))
    written.push(notes)
    return Promise.resolve({ ...run, notes })
  }
  const studio = studioForTests({ runs: { list: () => Promise.resolve([run]), annotate } })
  const target = document.createElement('div')
  document.body.append(target)
  const shown = mount(withStudio(studio, RunNotes), { target, props: { run } })
  flushSync()
  onTestFinished(() => target.remove())
  await userEvent.fill(target.querySelector('textarea')!, 'darker photos')
  return { studio, disk, written, leave: () => unmount(shown) }
}
/** Whether the page asks to stay when it is about to close. */
function asksToStay(): boolean {
  const event = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(event)
  return event.defaultPrevented
}

test('a window that closes right after a word is kept open until the word is saved', async () => {
  const { written, leave } = await openNotes()
  expect([asksToStay(), written]).toEqual([true, []])
  await expect.poll(() => written).toEqual(['darker photos'])
  await expect.poll(asksToStay).toBe(false)
  await leave()
})

test('notes that cannot be saved after their page is left are told with their text, and can be tried again', async () => {
  const { studio, disk, written, leave } = await openNotes()
  disk.isFull = true
  await leave()
  const about = runWords.notesLost(4, 'darker photos')
  await expect.poll(() => studio.toasts.list).toMatchObject([{ kind: 'failed', error: { code: 'NOT_WRITABLE' }, about }])
  disk.isFull = false
  studio.toasts.list[0]?.action?.run()
  await expect.poll(() => written).toEqual(['darker photos'])
})
