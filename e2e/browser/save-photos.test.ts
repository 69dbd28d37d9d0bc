import { join } from 'node:path'
import { expect } from '@playwright/test'
import yauzl from 'yauzl'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoExportWords } from '../../src/renderer/text/photo-export.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { expectPhotos, newProject } from '../studio-page.ts'

test('photos and labels are downloaded as one zip, and saved into a folder from the page Export, by keyboard alone', async ({
  studio,
  folder,
}) => {
  const perClass = 6
  const photos = join(folder, 'photos')
  const [first, second] = await makePhotoFolder(photos, perClass)
  const { page } = studio
  await newProject(page, 'Pets')
  await studio.addPhotos(photos)
  for (const name of [first, second]) await expectPhotos(page, name, perClass)

  await page.getByRole('button', { name: photoExportWords.menu }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: photoExportWords.title })
  const start = dialog.getByRole('button', { name: photoExportWords.start, exact: true })
  // Nothing can be saved before the photos are counted.
  await expect(start).toBeEnabled()
  await expect(dialog).toContainText(`${perClass * 2} photos`)
  const download = page.waitForEvent('download')
  await start.press('Enter')
  const zip = await yauzl.openPromise(await (await download).path())
  const names: string[] = []
  for await (const entry of zip.eachEntry()) names.push(entry.fileName)
  expect(names).toHaveLength(perClass * 2)
  for (const name of [first, second]) expect(names.filter((file) => file.startsWith(`${name}/`))).toHaveLength(perClass)

  await page.getByRole('navigation').getByRole('button', { name: frameWords.export }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: photoExportWords.menu }).focus()
  await page.keyboard.press('Enter')
  await dialog.getByRole('radio', { name: photoExportWords.download }).focus()
  await page.keyboard.press('ArrowRight')
  await dialog.getByRole('radio', { name: photoExportWords.layoutName('folders') }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(start).toBeEnabled()
  await start.press('Enter')
  await expect(page.getByTestId('saved-photos')).toContainText(join(studio.projects, 'pets-photos-csv'))
})
