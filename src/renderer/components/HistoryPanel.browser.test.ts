import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { show } from '../testing/show.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { historyWords } from '../text/history.ts'
import HistoryPanel from './HistoryPanel.svelte'

const total = 100_000
const undone = 2
/** A history of 100,000 steps, two of which are undone, which notes where it is asked to go. */
async function openHistory() {
  const gone: (number | null)[] = []
  const list = ({ offset, limit }: { offset: number; limit: number }) =>
    Promise.resolve({
      ...{ total, undone },
      steps: Array.from({ length: Math.min(limit, total - offset) }, (_, index) => {
        const id = total - offset - index
        return { id, action: 'class-add', details: { class: `class ${id}` }, atMs: id, isDone: id <= total - undone }
      }),
    })
  const goTo = ({ step }: { step: number | null }) => {
    gone.push(step)
    return Promise.resolve({ moved: 1 })
  }
  const studio = studioForTests({ history: { list, goTo, state: () => Promise.resolve({ undo: null, redo: null }) } })
  const page = show(withStudio(studio, HistoryPanel), { onclose: () => undefined })
  page.style.cssText = 'position: relative; width: 800px; height: 720px'
  flushSync()
  const rows = () => [...page.querySelectorAll<HTMLElement>('[role=option]')]
  await expect.poll(() => rows().some((row) => row.textContent.includes('class 100000'))).toBe(true)
  return { page, rows, gone }
}

test('a history of 100,000 steps draws those on screen alone, says where everything is now, and leads to any of them by keys', async () => {
  const { page, rows, gone } = await openHistory()
  expect(rows().length).toBeLessThan(60)
  expect(rows().filter((row) => row.getAttribute('aria-selected') === 'true')[0]?.textContent).toContain('class 99998')
  page.querySelector<HTMLElement>('[role=listbox]')!.focus()
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}')
  await expect.poll(() => gone).toEqual([99_997])
  await userEvent.keyboard('{End}')
  await expect.poll(() => rows().at(-1)?.textContent).toContain(historyWords.beginning)
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => gone).toEqual([99_997, null])
})
