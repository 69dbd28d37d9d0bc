import { closeSync, ftruncateSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { importWords } from '../../src/renderer/text/photos.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { expectPhotos, newProject } from '../studio-page.ts'

test('a folder with a file that is too large comes in without it, and the report names it', async ({ studio, folder }) => {
  const perClass = 100
  const photos = join(folder, 'photos')
  const [first, second] = await makePhotoFolder(photos, perClass)
  // A file with a hole: it takes no room on the disk.
  const huge = openSync(join(photos, first, 'huge.tif'), 'w')
  ftruncateSync(huge, 3 * 1024 ** 3)
  closeSync(huge)

  const { page } = studio
  await newProject(page, 'Pets')
  await page.getByTestId('add-folder').first().setInputFiles(photos)
  const report = page.getByTestId('import-report')
  await expect(report).toContainText(`Added ${perClass * 2} photos`, { timeout: 60_000 })
  await expect(report).toContainText('1 file not taken')
  await report.getByRole('button', { name: importWords.show }).click()
  await expect(page.getByRole('dialog')).toContainText('huge.tif is too large: 3.2 GB')
  await page.keyboard.press('Escape')
  for (const name of [first, second]) await expectPhotos(page, name, perClass)
})
