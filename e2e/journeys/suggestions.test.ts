import { expect, type Page } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { labelWords } from '../../src/renderer/text/label.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { suggestionWords } from '../../src/renderer/text/suggestions.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { makeProject } from '../made-project.ts'
import { expectPhotos, press, tabTo } from '../studio-page.ts'

const perClass = 20
const session = (page: Page) => page.getByRole('group', { name: labelWords.session })
/** The rail says how far one is. */
async function expectLabelled(page: Page, count: number): Promise<void> {
  const item = page.getByRole('navigation', { name: frameWords.pages }).getByRole('button', { name: new RegExp(`^${frameWords.label}\\b`) })
  await expect(item).toContainText(`${count} of ${2 * perClass}`)
}
/** Chooses what to label by the first letter of its name, after which the keys are the photos' again. */
async function chooseSource(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('combobox', { name: labelWords.source }))
  await press(page, name.slice(0, 1).toLowerCase())
}

test('after a few labels photos are accepted as suggested, one and by the screen, a wrong one is corrected, and the most useful come first', async ({
  openStudio,
  folder,
}) => {
  const {
    path,
    classes: [first, second],
  } = await makeProject(folder, { perClass, isLabelled: false })
  const { page } = await openStudio(path)
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  for (const name of [first, second]) {
    await tabTo(page, page.getByRole('textbox', { name: photoWords.addClass }))
    await page.keyboard.type(name)
    await press(page, 'Enter')
    await expectPhotos(page, name, 0)
  }
  await press(page, 'Escape')
  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await press(page, 'Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', '1')
  await expectPhotos(page, first, 4)
  await press(page, 'Escape', 'End', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', '2')
  await expectPhotos(page, second, 4)

  let labelled = 8
  await test.step('one by one', async () => {
    await press(page, 'g', 'l')
    await expect(page.getByTestId('suggestion')).toBeVisible({ timeout: 60_000 })
    await expectAccessible(page, 'label, with a suggestion')
    await press(page, 'Enter')
    await expect(session(page)).toContainText(labelWords.inSession(1))
    await expect(session(page)).toContainText(suggestionWords.answered({ right: 1, changed: 0 }))
  })

  await test.step('by the screen', async () => {
    await chooseSource(page, suggestionWords.byClass)
    const list = page.getByRole('listbox', { name: suggestionWords.photos(first) })
    await expect(list.getByRole('option').first()).toBeVisible()
    await expectAccessible(page, 'label, by suggestion')
    const chosen = list.getByRole('option', { selected: true })
    const photo = (place: number) => list.getByRole('option').nth(place)
    // So few labels make few sure: one that is out at first is taken in.
    if ((await photo(0).getAttribute('aria-selected')) === 'false') await press(page, 'Space')
    await expect(photo(0)).toHaveAttribute('aria-selected', 'true')
    // The second one is said to be of the other class.
    await press(page, 'ArrowRight', '2')
    await expect(photo(1)).toHaveAccessibleName(new RegExp(`, ${second}$`))
    await expect(photo(1)).toHaveAttribute('aria-selected', 'false')
    const accepted = await chosen.count()
    await press(page, 'Enter')
    await expect(page.getByText(suggestionWords.saidAccepted(accepted, first))).toBeAttached()
    // With the first eight, the one accepted before, and the one that was corrected.
    labelled = 8 + 1 + 1 + accepted
    await expectLabelled(page, labelled)
  })

  await test.step('the most useful next, with the reason', async () => {
    await chooseSource(page, suggestionWords.useful)
    await expect(page.getByText(suggestionWords.why(''))).toBeVisible()
    await press(page, '1')
    await expectLabelled(page, labelled + 1)
  })
})
