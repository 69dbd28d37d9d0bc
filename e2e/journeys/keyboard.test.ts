import { join } from 'node:path'
import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { classRow, expectPhotos, tabTo } from '../studio-page.ts'

test('photos are sorted and a network trained without a mouse', async ({ studio, folder }) => {
  const photos = join(folder, 'photos')
  await makePhotoFolder(photos, 12)
  const { page } = studio

  await tabTo(page, page.getByRole('button', { name: startWords.newProject }))
  await page.keyboard.press('Enter')
  await page.keyboard.type('By hand')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: frameWords.pages })).toContainText('By hand')
  await studio.addPhotos(photos)
  await expect(page.getByTestId('import-report')).toContainText('Added 24 photos', { timeout: 60_000 })

  await tabTo(page, page.getByRole('textbox', { name: photoWords.addClass }))
  await page.keyboard.type('odd ones')
  await page.keyboard.press('Enter')
  await expectPhotos(page, 'odd ones', 0)

  await page.keyboard.press('Escape')
  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await page.keyboard.press('Home')
  // As fast as fingers are: nothing on the screen is waited for.
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('3')
  await expectPhotos(page, 'odd ones', 3)
  await page.keyboard.press('Control+z')
  await expectPhotos(page, 'odd ones', 0)
  await page.keyboard.press('Control+Shift+z')
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+Shift+z')
  await expectPhotos(page, 'odd ones', 3)
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect(classRow(page, 'odd ones')).toBeHidden()

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: frameWords.keyMap })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  const form = page.getByRole('form', { name: trainWords.form })
  await tabTo(page, form.getByRole('button', { name: trainWords.start, exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('headline')).toContainText(/right/, { timeout: 90_000 })
})
