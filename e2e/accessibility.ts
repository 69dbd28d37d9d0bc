import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { doorOf } from './doors.ts'

/** No finding of axe that keeps somebody out. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Half a megabyte, which the page reads once and not at every look.
  const isThere = await page.evaluate(() => 'axe' in window)
  // Electron's pages cannot be opened from outside, which axe's default way of reading frames needs; the studio has none.
  const axe = new AxeBuilder({ page, ...(isThere ? { axeSource: 'undefined' } : {}) }).setLegacyMode(true)
  const { violations } = await axe.options({ resultTypes: ['violations'] }).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ html, target }) => `${target.join(' ')} ${html.slice(0, 120)}`).join(' | ')}`,
    )
  expect(serious, where).toEqual([])
}

/** Both where the page comes in a browser; its colours are the same in a window, where one is looked at. */
export function themesToLookAt(): readonly ('light' | 'dark')[] {
  return doorOf(test.info()) === 'electron' ? ['dark'] : ['light', 'dark']
}

/** The same in both themes. `shown` has to be on the screen the whole time, else nothing of it was looked at. */
export async function expectAccessibleInBothThemes(page: Page, where: string, shown: Locator): Promise<void> {
  for (const colorScheme of themesToLookAt()) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(shown, where).toBeVisible()
    await expectAccessible(page, `${where}, ${colorScheme}`)
    await expect(shown, where).toBeVisible()
  }
}
