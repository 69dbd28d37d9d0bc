import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { zipForTests } from '../../src/main/core/zip/zip-for-tests.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { importWords } from '../../src/renderer/text/photos.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { classRow, expectPhotos, newProject } from '../studio-page.ts'

/** Drops a file on the page, as somebody does who drags it there out of a folder. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, base64 }) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
      return data
    },
    { name, base64: bytes.toString('base64') },
  )
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer })
}

test('photos and their classes come in as a zip, a table and a project of Teachable Machine; a zip that is not to be trusted does not', async ({
  studio,
  folder,
}) => {
  const photos = join(folder, 'photos')
  const [first, second] = await makePhotoFolder(photos, 4)
  const filesOf = (name: string): string[] => readdirSync(join(photos, name)).sort()
  const bytesOf = (name: string, index: number): Buffer => readFileSync(join(photos, name, filesOf(name)[index] ?? ''))
  const { page } = studio
  const report = page.getByTestId('import-report')
  const add = async (name: string, content: Buffer | string): Promise<void> => {
    writeFileSync(join(folder, name), content)
    await page.getByTestId('add-files').first().setInputFiles(join(folder, name))
  }
  await newProject(page, 'Pets')

  await test.step('a zip that was dropped comes in as the folder it holds', async () => {
    const entries = [first, second].flatMap((name) =>
      [0, 1].map((index) => ({ name: `pets/${name}/${index}.jpg`, content: bytesOf(name, index) })),
    )
    await drop(page, 'pets.zip', zipForTests([...entries, { name: 'pets/more.zip', content: 'PK' }]))
    await expect(report).toContainText('Added 4 photos; 4 photos got the class of their folder.', { timeout: 60_000 })
    await expect(report).toContainText('pets.zip is a zip with 4 files.')
    for (const name of [first, second]) await expectPhotos(page, name, 2)
    await report.getByRole('button', { name: importWords.show }).click()
    await expect(page.getByRole('dialog')).toContainText('more.zip is an archive, which was not opened')
    await expectAccessible(page, 'report of a zip')
    await page.keyboard.press('Escape')
  })

  await test.step('one with a path that leaves it is refused with words, and nothing changes', async () => {
    await add(
      'evil.zip',
      zipForTests([
        { name: '1.jpg', content: bytesOf(first, 2) },
        { name: '../../evil.jpg', content: bytesOf(first, 3) },
      ]),
    )
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('evil.jpg would be written outside of its folder', { timeout: 60_000 })
    await expect(alert).toContainText('unpack it with another program and add the folder')
    await expectPhotos(page, first, 2)
  })

  await test.step('a table labels photos that are here already; those with another class are listed', async () => {
    await add('labels.csv', `file,class\npets/${first}/0.jpg,Best of all\npets/${second}/0.jpg,${second}\n`)
    await expect(report).toContainText('1 photo keeps its class, though the file says another.', { timeout: 60_000 })
    await report.getByRole('button', { name: importWords.show }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: importWords.give(1, 'Best of all') })
      .click()
    await page.keyboard.press('Escape')
    await expectPhotos(page, 'Best of all', 1)
    await page.keyboard.press('Control+z')
    await expectPhotos(page, first, 2)
  })

  await test.step('a table without its photos says where they should be', async () => {
    await add('lost.csv', 'file,class\nnowhere/a.jpg,cat\n')
    await expect(page.getByRole('alert').filter({ hasText: 'lost.csv' })).toContainText('Add the folder that holds both', {
      timeout: 60_000,
    })
  })

  await test.step('a project of Teachable Machine comes in with its classes, and all of them go with one undo', async () => {
    const manifest = { name: 'manifest.json', content: '{"type":"image","version":"2.4.4","appdata":{}}' }
    await add(
      'project.tm',
      zipForTests([manifest, ...[2, 3].map((index) => ({ name: `Class ${index}-!-0.jpg`, content: bytesOf(first, index) }))]),
    )
    await expect(report).toContainText('project.tm is a project of Teachable Machine with 2 photos in 2 classes.', { timeout: 60_000 })
    for (const name of ['Class 2', 'Class 3']) await expectPhotos(page, name, 1)
    await page.getByRole('banner').getByRole('button', { name: frameWords.undo }).click()
    await expect(classRow(page, 'Class 2')).toBeHidden()
    await expect(classRow(page, 'Class 3')).toBeHidden()
  })
})
