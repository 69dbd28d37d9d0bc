import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { test } from '../doors.ts'
import { goToRoute, newProject } from '../studio-page.ts'

test('a theme that was chosen is there before anything is drawn', async ({ studio }) => {
  const { page } = studio
  await page.emulateMedia({ colorScheme: 'light' })
  await newProject(page, 'Night')
  await goToRoute(page, '/settings')
  await page.getByRole('radio', { name: frameWords.dark, exact: true }).check()
  await page.addInitScript(() => {
    // Told after each script: the body is not even begun when the theme is set.
    const told = new MutationObserver(() => {
      if (document.documentElement.dataset['theme'] === undefined) return
      told.disconnect()
      document.documentElement.dataset['first'] =
        `${document.documentElement.dataset['theme']}, ${document.body === null ? 'before' : 'after'} the body`
    })
    told.observe(document, { subtree: true, attributes: true, attributeFilter: ['data-theme'] })
  })
  await page.reload()
  await expect(page.getByRole('radio', { name: frameWords.dark, exact: true })).toBeChecked()
  await expect(page.locator('html')).toHaveAttribute('data-first', 'dark, before the body')
})
