import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

/** No finding of axe that keeps somebody out. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Electron's pages cannot be opened from outside, which axe's default way of reading frames needs; the studio has none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ html, target }) => `${target.join(' ')} ${html.slice(0, 120)}`).join(' | ')}`,
    )
  expect(serious, where).toEqual([])
}

/** The same in both themes. `shown` has to be on the screen the whole time, else nothing of it was looked at. */
export async function expectAccessibleInBothThemes(page: Page, where: string, shown: Locator): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(shown, where).toBeVisible()
    await expectAccessible(page, `${where}, ${colorScheme}`)
    await expect(shown, where).toBeVisible()
  }
}
