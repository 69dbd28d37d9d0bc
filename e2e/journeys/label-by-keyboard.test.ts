import { expect, type Page } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { boundActionNames, keyEditorWords } from '../../src/renderer/text/key-editor.ts'
import { labelWords } from '../../src/renderer/text/label.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { expectAccessibleInBothThemes } from '../accessibility.ts'
import { test } from '../doors.ts'
import { makeProject } from '../made-project.ts'
import { expectPhotos, tabTo } from '../studio-page.ts'

const perClass = 60
const all = 2 * perClass

const session = (page: Page) => page.getByRole('group', { name: labelWords.session })
const chip = (page: Page, name: string) => page.getByRole('group', { name: labelWords.classes }).getByRole('button', { name })
async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}
const keyOf = (page: Page, name: string) => page.getByRole('button', { name: keyEditorWords.rebind(name, '') })
async function openKeyEditor(page: Page): Promise<void> {
  await press(page, '?')
  await tabTo(page, page.getByRole('button', { name: keyEditorWords.change, exact: true }))
  await press(page, 'Enter')
}
/** Gives what is called `name` the key, from the editor. */
async function rebind(page: Page, name: string, key: string): Promise<void> {
  await tabTo(page, keyOf(page, name))
  await press(page, 'Enter', key)
}

test('photos are labelled with keys of one’s own, one by one and by the hundred, and all of it is there after a restart', async ({
  openStudio,
  folder,
}) => {
  const { path: project } = await makeProject(folder, { perClass, isLabelled: false, backbone: 'none' })
  const studio = await openStudio(project)
  await expect(studio.page.getByRole('gridcell').first()).toBeVisible()
  const { page } = studio

  await press(page, 'g', 'l')
  await expect(page.getByRole('textbox', { name: labelWords.firstName(1) })).toBeFocused()
  await page.keyboard.type('cat')
  await press(page, 'Tab')
  await page.keyboard.type('dog')
  await press(page, 'Enter')
  await expect(chip(page, 'dog')).toBeVisible()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  // As fast as fingers are: nothing on the screen is waited for.
  await press(page, '1', '2', '1', '2')
  await expect(session(page)).toContainText(labelWords.inSession(4))
  await expect(session(page)).toContainText(labelWords.left(all - 4))

  await openKeyEditor(page)
  await rebind(page, 'cat', 'q')
  await expect(keyOf(page, 'cat')).toHaveText('Q')
  await rebind(page, 'dog', '?')
  await expect(page.getByRole('alert')).toContainText('Show this map')
  await rebind(page, boundActionNames.skip, 'f')
  await expect(page.getByRole('alert')).toContainText(keyEditorWords.taken('F', boundActionNames.close))
  await expectAccessibleInBothThemes(page, 'keys', page.getByRole('alert'))
  await tabTo(page, page.getByRole('button', { name: keyEditorWords.swap, exact: true }))
  await press(page, 'Enter')
  await expect(keyOf(page, boundActionNames.close)).toHaveText('S')
  await press(page, 'Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(chip(page, 'cat')).toContainText('Q')

  await press(page, '1', 'q', 'f')
  await expect(session(page)).toContainText(labelWords.inSession(5))
  // A key that is held is one decision.
  for (let repeat = 0; repeat < 8; repeat++) await page.keyboard.down('q')
  await page.keyboard.up('q')
  await expect(session(page)).toContainText(labelWords.inSession(6))
  await press(page, 'Control+z')
  await expect(session(page)).toContainText(labelWords.inSession(5))

  const place = () =>
    page
      .getByTestId('film-strip')
      .getAttribute('aria-activedescendant')
      .then((id) => Number(id?.replace('strip-', '')))
  const before = await place()
  await page.keyboard.down('ArrowRight')
  await expect.poll(place).toBeGreaterThan(before + 8)
  await page.keyboard.up('ArrowRight')
  const stopped = await place()
  await page.waitForTimeout(400)
  expect(await place()).toBe(stopped)
  // What is shown when the key is let go is what gets the label.
  const shown = await page.getByTestId('large-photo').getAttribute('alt')
  await press(page, 'q')
  await expect(page.getByRole('option', { name: labelWords.stripPhoto(shown ?? '', 'cat', false) })).toBeAttached()

  await press(page, 'g', 'p')
  await expectPhotos(page, 'cat', 4)
  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await press(page, 'Home', 'Shift+ArrowRight', 'Shift+ArrowRight', '2')
  await expectPhotos(page, 'dog', 4)
  await press(page, 'Control+a', 'q')
  await expectPhotos(page, 'cat', all)
  await press(page, 'Control+z')
  await expectPhotos(page, 'dog', 4)
  await press(page, 'Control+Shift+z')
  await expectPhotos(page, 'cat', all)

  await studio.reopen(project)
  await expectPhotos(studio.page, 'cat', all)
  await press(studio.page, '?')
  await expect(studio.page.getByRole('dialog', { name: frameWords.keyMap })).toContainText('F Skip this photo')
  await press(studio.page, 'Escape')
  // The steps of before are undone after it, the keys of the class among them.
  await press(studio.page, 'Control+z')
  await expectPhotos(studio.page, 'dog', 4)
})
