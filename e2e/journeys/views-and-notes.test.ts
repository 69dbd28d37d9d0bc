import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoDetailWords } from '../../src/renderer/text/label.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { viewWords } from '../../src/renderer/text/views.ts'
import { test } from '../doors.ts'
import { makeProject } from '../made-project.ts'
import { expectPhotos, press, tabTo } from '../studio-page.ts'

test('a note is found by its words, and what was found is kept as a view that two keys open after a restart', async ({
  openStudio,
  folder,
}) => {
  const {
    path,
    classes: [, second],
  } = await makeProject(folder, { perClass: 3, backbone: 'none' })
  const studio = await openStudio(path)
  const { page } = studio
  await expect(page.getByRole('gridcell')).toHaveCount(6)

  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await press(page, 'Home', 'Enter')
  const photo = page.getByRole('dialog').filter({ has: page.getByTestId('photo-detail') })
  const note = photo.getByRole('textbox', { name: photoDetailWords.note })
  await expect(note).toBeVisible()
  await press(page, 'n')
  await expect(note).toBeFocused()
  await page.keyboard.type('A scratch on the lens')
  await expect(photo.getByText(frameWords.saved)).toBeVisible()
  await press(page, 'Escape')
  await expect(note).not.toBeFocused()
  await press(page, 'Escape')
  await expect(photo).toBeHidden()

  await press(page, '/')
  await page.keyboard.type('scratch')
  await expect(page.getByRole('gridcell')).toHaveCount(1)
  await tabTo(page, page.getByRole('textbox', { name: viewWords.save }))
  await page.keyboard.type('To be taken again')
  await press(page, 'Enter')
  const views = page.getByRole('region', { name: viewWords.title })
  await expect(views.getByRole('button', { name: 'To be taken again' }).first()).toHaveAttribute('aria-pressed', 'true')

  await studio.reopen(path)
  const again = studio.page
  await expect(again.getByRole('gridcell')).toHaveCount(6)
  await expectPhotos(again, second, 3)
  await press(again, 'v', '1')
  await expect(again.getByRole('gridcell')).toHaveCount(1)
  await expect(again.getByText(photoWords.named('scratch'))).toBeVisible()
  // The view goes with one step, the note with another.
  await press(again, 'Control+z')
  await expect(again.getByRole('button', { name: viewWords.menu('To be taken again') })).toBeHidden()
  await expect(again.getByRole('gridcell')).toHaveCount(1)
  await press(again, 'Control+z')
  await expect(again.getByText(photoWords.emptyNameTitle('scratch'))).toBeVisible()
})
