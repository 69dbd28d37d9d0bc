import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { show } from '../testing/show.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { frameWords } from '../text/frame.ts'
import Toasts from './Toasts.svelte'

const error = { code: 'NOTHING_TO_IMPORT', details: { paths: ['/empty'] } } as const

test('a failure is shown once, covers nothing, and gives the focus back to where it came from', async () => {
  const studio = studioForTests({})
  const field = document.createElement('button')
  document.body.append(field)
  field.focus()
  const page = show(withStudio(studio, Toasts), {})
  expect(page.querySelector<HTMLElement>('.toasts')!.offsetHeight).toBe(0)
  studio.toasts.failed(error, { name: frameWords.tryAgain, run: () => undefined })
  studio.toasts.failed(error)
  studio.toasts.done('Removed 3 photos')
  flushSync()
  const failures = [...page.querySelectorAll<HTMLElement>('[data-testid=failure]')]
  expect(failures.length).toBe(2)
  // It takes room in the page instead of lying over it, and what was done lies above it.
  const [first, second] = failures.map((each) => each.getBoundingClientRect())
  expect(page.querySelector<HTMLElement>('.toasts')!.offsetHeight).toBeGreaterThan(first!.height + second!.height - 1)
  expect(page.querySelector('.toast')!.getBoundingClientRect().bottom).toBeLessThanOrEqual(first!.top)
  const dismissals = () => [...page.querySelectorAll<HTMLElement>('[data-testid=failure] [data-dismiss] button')]
  dismissals()[0]!.focus()
  dismissals()[0]!.click()
  studio.toasts.list = studio.toasts.list.filter(({ kind }) => kind === 'failed')
  await expect.poll(() => page.querySelectorAll('[data-testid=failure]').length).toBe(1)
  await expect.poll(() => document.activeElement === dismissals()[0]).toBe(true)
  dismissals()[0]!.click()
  await expect.poll(() => document.activeElement).toBe(field)
  field.remove()
})
