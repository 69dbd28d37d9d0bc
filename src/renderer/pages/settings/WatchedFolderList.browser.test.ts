import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import type { WatchedFolder } from '../../../main/contract/watching.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { watchingWords } from '../../text/watching.ts'
import WatchedFolderList from './WatchedFolderList.svelte'

const path = '/photos/inbox'

/** A project that watches one folder, whose state the test changes. */
async function openFolders() {
  let folder: WatchedFolder = { path, labelFromFolders: true, state: 'watching', images: 2 }
  const list = () => Promise.resolve([folder])
  const change = ({ isPaused, labelFromFolders }: { isPaused?: boolean; labelFromFolders?: boolean }) => {
    if (isPaused !== undefined) folder = { ...folder, state: isPaused ? 'paused' : 'watching' }
    if (labelFromFolders !== undefined) folder = { ...folder, labelFromFolders }
    return list()
  }
  const studio = studioForTests({ watching: { list, change, remove: () => Promise.resolve([]) } })
  await studio.watched.reload()
  const page = show(withStudio(studio, WatchedFolderList), {})
  const become = async (state: WatchedFolder['state']) => {
    folder = { ...folder, state }
    await studio.watched.reload()
    flushSync()
  }
  const press = (name: string) => page.querySelector<HTMLElement>(`[aria-label="${name}"]`)!.click()
  return { studio, page, become, press }
}

test('a watched folder is paused, goes on, and is left, and its classes come from its folders or not', async () => {
  const { studio, page, press } = await openFolders()
  expect(page.textContent).toContain('2 photos came in')
  press(watchingWords.pauseOf(path))
  await expect.poll(() => page.textContent).toContain(watchingWords.resume)
  press(watchingWords.resumeOf(path))
  await expect.poll(() => page.textContent).toContain(watchingWords.pause)
  press(watchingWords.fromFoldersOf(path))
  await expect.poll(() => studio.watched.list[0]?.labelFromFolders).toBe(false)
  // A person did all of it: there is nothing to tell.
  expect(studio.toasts.shown).toEqual([])
  press(watchingWords.removeOf(path))
  await expect.poll(() => page.querySelectorAll('li').length).toBe(0)
})

test('that a folder is away is said once, and taken back when it is there again', async () => {
  const { studio, become } = await openFolders()
  await become('gone')
  await become('gone')
  expect(studio.toasts.shown.map((toast) => toast.kind)).toEqual(['failed'])
  await become('watching')
  expect(studio.toasts.shown.map((toast) => toast.kind)).toEqual(['done'])
})
