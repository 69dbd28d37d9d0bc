import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import sharp from 'sharp'
import { drawPicture } from '../../src/main/core/testing/draw-pictures.ts'
import { checkWords, flawWords } from '../../src/renderer/text/check.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { test } from '../doors.ts'
import { graftEvents } from '../graft-command.ts'
import { press, pressButton, tabTo } from '../studio-page.ts'

test('photos that are too dark are found and looked at, one is called fine, and undo takes that back, without a mouse', async ({
  openStudio,
  folder,
}) => {
  const photos = join(folder, 'photos')
  mkdirSync(photos)
  for (const seed of [1, 2, 3, 4]) {
    const picture = await drawPicture({ shape: 'circle', seed, widthPx: 400, heightPx: 300 })
    const isDark = seed <= 2
    writeFileSync(join(photos, `${seed}.jpg`), isDark ? await sharp(picture).linear(0.2, 0).toBuffer() : picture)
  }
  await graftEvents(['import', 'Pets.graft', 'photos', '--backbone', 'none'], { cwd: folder })
  const { page } = await openStudio(join(folder, 'Pets.graft'))
  await expect(page.getByRole('gridcell')).toHaveCount(4)
  const show = (count: number): string => `${flawWords.dark.name}: ${checkWords.photos.show(count)}`

  await press(page, 'g', 'k')
  await pressButton(page, show(2))
  await expect(page.getByRole('gridcell')).toHaveCount(2)
  await tabTo(page, page.getByRole('grid', { name: photoWords.grid }))
  await press(page, 'Home', 'Enter')
  const photo = page.getByRole('dialog').filter({ has: page.getByTestId('photo-detail') })
  await expect(photo).toContainText(flawWords.dark.why)
  await pressButton(page, checkWords.fine, photo)
  await expect(photo).toContainText(checkWords.isFine)
  await press(page, 'Escape')
  await expect(photo).toBeHidden()
  await expect(page.getByRole('gridcell')).toHaveCount(1)

  await press(page, 'g', 'k')
  await expect(page.getByRole('button', { name: show(1) })).toBeVisible()
  await expect(page.getByText(checkWords.photos.fine(1))).toBeVisible()
  await press(page, 'Control+z')
  await expect(page.getByRole('button', { name: show(2) })).toBeVisible()
  await expect(page.getByText(checkWords.photos.fine(1))).toBeHidden()
})
