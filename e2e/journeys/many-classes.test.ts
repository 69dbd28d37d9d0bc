import { join } from 'node:path'
import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { expectPhotos, newProject } from '../studio-page.ts'

test('a photo is given a class that does not fit into the line of classes', async ({ studio, folder }) => {
  await makePhotoFolder(join(folder, 'photos'), 3)
  const { page } = studio
  await newProject(page, 'Many')
  await studio.addPhotos(join(folder, 'photos'))
  await expect(page.getByTestId('import-report')).toContainText('Added 6 photos', { timeout: 60_000 })
  const names = Array.from({ length: 10 }, (_, index) => `rather a long name ${index + 1}`)
  for (const name of names) {
    await page.getByRole('textbox', { name: photoWords.addClass }).fill(name)
    await page.keyboard.press('Enter')
    await expectPhotos(page, name, 0)
  }
  const last = names.at(-1) ?? ''

  await page.getByRole('gridcell').first().click()
  const line = page.getByRole('toolbar', { name: photoWords.chosen(1) })
  const more = line.getByRole('button', { name: /^\d+ more$/ })
  const seenWhole = (): Promise<number> =>
    line.getByRole('button').evaluateAll((chips) => {
      const box = chips[0]?.closest('[role=presentation]')?.getBoundingClientRect()
      return chips.filter((chip) => {
        const { top, bottom, right } = chip.getBoundingClientRect()
        return box !== undefined && !chip.hasAttribute('aria-expanded') && top >= box.top && bottom <= box.bottom && right <= box.right
      }).length
    })
  // Twelve classes and None; each one is either seen whole or counted, once the line has found out how many fit.
  await expect.poll(async () => (await more.textContent())?.trim() === frameWords.moreChips(13 - (await seenWhole()))).toBe(true)
  await more.click()
  await expectAccessible(page, 'photos, all classes')
  await line.getByRole('button', { name: last }).click()
  await expectPhotos(page, last, 1)

  // Without a mouse the line opens when Tab comes to a chip that does not fit; Escape closes it and keeps the choice.
  await page.getByRole('gridcell').first().click()
  await expect(more).toBeVisible()
  await line.getByRole('button').first().focus()
  for (let stop = 0; stop < 12; stop++) await page.keyboard.press('Tab')
  await expect(line.getByRole('button', { name: frameWords.fewerChips })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(more).toBeVisible()
})
