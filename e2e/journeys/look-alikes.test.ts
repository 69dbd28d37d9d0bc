import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import sharp from 'sharp'
import { checkWords } from '../../src/renderer/text/check.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { lookAlikeWords } from '../../src/renderer/text/look-alikes.ts'
import { mapWords } from '../../src/renderer/text/map.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { tabTo } from '../studio-page.ts'

test('photos that look alike are found, the best is kept, and all are seen on a map, without a mouse', async ({ studio, folder }) => {
  test.setTimeout(240_000)
  const photos = join(folder, 'photos')
  const [first] = await makePhotoFolder(photos, 10)
  // Two smaller copies of one photo, which is the best of the three.
  const [original] = readdirSync(join(photos, first)).sort()
  const path = join(photos, first, original ?? '')
  for (const [name, widthPx] of [
    ['small.jpg', 160],
    ['smaller.jpg', 120],
  ] as const)
    await sharp(path)
      .resize(widthPx)
      .jpeg({ quality: 90 })
      .toFile(join(photos, first, name))
  const { page } = studio

  await tabTo(page, page.getByRole('button', { name: startWords.newProject }))
  await page.keyboard.press('Enter')
  await page.keyboard.type('Alike')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: frameWords.pages })).toContainText('Alike')
  await studio.addPhotos(photos)
  await expect(page.getByTestId('import-report')).toContainText('Added 22 photos', { timeout: 90_000 })
  await page.keyboard.press('Escape')

  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await page.keyboard.press('Home')
  await page.keyboard.press('m')
  await expect(page.getByText(photoWords.similarFirst)).toBeVisible()
  await expect(page).toHaveURL(/like=/)
  await expect(page.getByRole('gridcell')).toHaveCount(22, { timeout: 60_000 })

  await page.keyboard.press('Control+k')
  await page.keyboard.type(checkWords.command['look-alikes'])
  await page.keyboard.press('Enter')
  const groups = page.getByRole('grid', { name: lookAlikeWords.grid })
  await expect(groups.getByRole('row')).toHaveCount(1)
  await expect(groups).toContainText(lookAlikeWords.best)
  await expectAccessible(page, 'look-alikes')
  await tabTo(page, groups)
  await page.keyboard.press('b')
  await expect(page.getByText(lookAlikeWords.emptyTitle.sure)).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(groups.getByRole('row')).toHaveCount(1)
  await page.keyboard.press('Control+Shift+z')
  await expect(page.getByText(lookAlikeWords.emptyTitle.sure)).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.keyboard.type(checkWords.command.map)
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: mapWords.make }))
  await page.keyboard.press('Enter')
  const map = page.getByRole('application')
  await expect(map).toBeVisible({ timeout: 90_000 })
  await expectAccessible(page, 'map')
  await tabTo(page, map)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Space')
  await expect(page.getByText(photoWords.chosen(12), { exact: true }).first()).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: mapWords.show }))
  await page.keyboard.press('Enter')
  await expect(page.getByText(photoWords.chosenOnMap)).toBeVisible()
  await expect(page.getByRole('gridcell')).toHaveCount(12)
})
