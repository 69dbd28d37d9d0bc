import { expect } from '@playwright/test'
import { checkWords } from '../../src/renderer/text/check.ts'
import { doubtWords } from '../../src/renderer/text/doubts.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { expectAccessible } from '../accessibility.ts'
import { expectNothingCutOff } from '../cut-off.ts'
import { test } from '../doors.ts'
import { graftEvents } from '../graft-command.ts'
import { makeProject } from '../made-project.ts'
import { tabTo } from '../studio-page.ts'

test('wrong labels are found and decided without a mouse, and undone in place', async ({ openStudio, folder }) => {
  test.setTimeout(180_000)
  const {
    path,
    classes: [first, second],
  } = await makeProject(folder, { perClass: 40 })
  const graft = (...args: string[]) => graftEvents(args, { cwd: folder })
  const hashesOf = async (name: string) => (await graft('images', 'list', 'Pets.graft', '--class', name)).map(({ hash }) => String(hash))
  const [ofFirst, ofSecond] = [await hashesOf(first), await hashesOf(second)]
  await graft('label', 'Pets.graft', ...ofFirst.slice(0, 4), '--class', second)
  await graft('label', 'Pets.graft', ...ofSecond.slice(0, 4), '--class', first)
  const { page } = await openStudio(path)

  await expect(page.getByRole('navigation', { name: frameWords.pages })).toContainText('Pets')
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await tabTo(page, page.getByRole('tab', { name: checkWords.tabs.health }))
  for (const _ of ['look-alikes', 'labels']) await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: checkWords.tabs.labels })).toBeFocused()
  await tabTo(page, page.getByRole('button', { name: doubtWords.begin }))
  await page.keyboard.press('Enter')
  const strip = page.getByTestId('doubt-strip')
  await expect(strip.getByRole('option').first()).toBeVisible({ timeout: 90_000 })
  const listed = await strip.getByRole('option').count()
  expect(listed).toBeGreaterThanOrEqual(3)
  await expect(page.getByText(doubtWords.left(listed))).toBeVisible()
  for (const width of [1280, 640]) {
    await page.setViewportSize({ width, height: width === 640 ? 360 : 720 })
    await expectNothingCutOff(page, `wrong labels, ${width} px`)
    await expectAccessible(page, `wrong labels, ${width} px`)
  }
  await page.setViewportSize({ width: 1280, height: 720 })

  // Each of the three ways to decide, as fast as fingers are.
  const shown = page.getByTestId('large-photo')
  const before = await shown.getAttribute('alt')
  await page.keyboard.press('Enter')
  await page.keyboard.press('k')
  await page.keyboard.press('Delete')
  await expect(page.getByText(doubtWords.progress(3, listed))).toBeVisible()
  for (const _ of [1, 2, 3]) await page.keyboard.press('Control+z')
  await expect(page.getByText(doubtWords.progress(0, listed))).toBeVisible()
  await expect(shown).toHaveAttribute('alt', before ?? '')

  for (let left = listed; left > 0; left--) await page.keyboard.press('k')
  await expect(page.getByRole('heading', { name: doubtWords.doneTitle(listed) })).toBeVisible()
  await expectAccessible(page, 'wrong labels, all decided')
  // What was kept is not asked again.
  await tabTo(page, page.getByRole('button', { name: doubtWords.again }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: /No label looks wrong/ })).toBeVisible({ timeout: 90_000 })
})
