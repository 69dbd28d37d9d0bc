import type { Component } from 'svelte'
import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { runForTests } from '../../state/run-for-tests.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { compareWords } from '../../text/compare.ts'
import WaitingRuns from './WaitingRuns.svelte'

test('a paused run is deleted only once its loss was named, by the keyboard alone', async () => {
  const run = runForTests(3, { state: 'paused', test: null })
  const deleted: string[] = []
  const remove = ({ run: id }: { run: string }) => Promise.resolve(void deleted.push(id))
  const studio = studioForTests({ runs: { list: () => Promise.resolve([run]), delete: remove } })
  await studio.runs.reload()
  const page: Component = (anchor) => WaitingRuns(anchor, { plainName: (id: string) => id })
  const target = show(withStudio(studio, page), {})
  const cross = target.querySelector<HTMLButtonElement>(`button[aria-label="${compareWords.deleteRuns([run])}"]`)!
  cross.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => target.querySelector('dialog')?.textContent).toContain('what it has learned so far')
  expect(deleted).toEqual([])
  const sure = [...target.querySelectorAll<HTMLButtonElement>('dialog button')].find(
    ({ textContent }) => textContent.trim() === compareWords.deleteRuns([run]),
  )!
  sure.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => deleted).toEqual([run.id])
})
