import { expect, type Page } from '@playwright/test'
import { historyWords, stepDone } from '../../src/renderer/text/history.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { makeProject } from '../made-project.ts'
import { expectPhotos, press, tabTo } from '../studio-page.ts'

const labelled = (photo: string, name: string): string =>
  stepDone({ id: 1, action: 'label', details: { images: 1, photo, class: name }, atMs: 0 })
const added = stepDone({ id: 1, action: 'image-add', details: { images: 6 }, atMs: 0 })
const steps = (page: Page) => page.getByRole('listbox', { name: historyWords.title }).getByRole('option')
/** The step that everything is at. */
const now = (page: Page) => steps(page).and(page.locator('[aria-selected=true]'))

test('everything that was done stands in a list, which leads back and forward to any of it, also after a restart', async ({
  openStudio,
  folder,
}) => {
  const { path } = await makeProject(folder, { perClass: 3, isLabelled: false, backbone: 'none' })
  const studio = await openStudio(path)
  const { page } = studio
  await expect(page.getByRole('gridcell')).toHaveCount(6)
  const named = /, unlabelled$/
  for (const cell of await page.getByRole('gridcell').all()) await expect(cell).toHaveAccessibleName(named)
  const cells = await page.getByRole('gridcell').evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label') ?? ''))
  const [first = '', second = '', third = ''] = cells.map((cell) => cell.replace(named, ''))
  for (const name of ['near', 'far']) {
    await tabTo(page, page.getByRole('textbox', { name: photoWords.addClass }))
    await page.keyboard.type(name)
    await press(page, 'Enter')
    await expectPhotos(page, name, 0)
  }
  await press(page, 'Escape')
  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await press(page, 'Home', '1', 'ArrowRight', '1', 'ArrowRight', '2')
  await expectPhotos(page, 'near', 2)
  await expectPhotos(page, 'far', 1)

  await press(page, 'g', 'h')
  const texts = [labelled(third, 'far'), labelled(second, 'near'), labelled(first, 'near')]
  // The three labels, the two classes, the import, and the beginning.
  await expect(steps(page)).toHaveCount(7)
  await expect(steps(page)).toContainText([...texts, /far/, /near/, added, historyWords.beginning])
  await expect(now(page)).toContainText(texts[0] ?? '')
  await expectAccessible(page, 'history')
  await press(page, 'ArrowDown', 'ArrowDown', 'Enter')
  await expect(now(page)).toContainText(labelled(first, 'near'))
  await expectPhotos(page, 'near', 1)
  await expectPhotos(page, 'far', 0)

  await studio.reopen(path)
  const again = studio.page
  await expectPhotos(again, 'near', 1)
  await press(again, 'g', 'h')
  await expect(steps(again)).toHaveCount(7)
  await expect(now(again)).toContainText(labelled(first, 'near'))
  await expect(steps(again).first()).toHaveAttribute('aria-selected', 'false')
  await press(again, 'Home', 'Enter')
  await expectPhotos(again, 'near', 2)
  await expectPhotos(again, 'far', 1)
  await press(again, 'End', 'Enter')
  await expect(now(again)).toContainText(historyWords.beginning)
  await press(again, 'Escape')
  await expect(steps(again)).toHaveCount(0)
  // The photos came with a step too.
  await expect(again.getByRole('gridcell')).toHaveCount(0)
  await press(again, 'Control+Shift+z', 'Control+Shift+z', 'Control+Shift+z')
  await expect(again.getByRole('gridcell')).toHaveCount(6)
  await expectPhotos(again, 'near', 0)
  await expectPhotos(again, 'far', 0)
})
