import { expect } from '@playwright/test'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { recordWords } from '../../src/renderer/text/record.ts'
import { cameraProblems } from '../../src/renderer/text/try.ts'
import { test } from '../doors.ts'
import { plugInCamera } from '../fake-camera.ts'
import { expectPhotos, newProject } from '../studio-page.ts'

test('photos are recorded into a class while the space bar is held, bad ones are taken out, and undo takes the whole take back', async ({
  studio,
}) => {
  const { page } = studio
  await newProject(page, 'Camera')
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: photoWords.add }).first().click()
    await page.getByRole('menuitem', { name: recordWords.add }).click()
  }
  const dialog = page.getByRole('dialog', { name: recordWords.title })

  await test.step('one that may not be used is said, with the way out', async () => {
    await plugInCamera(page, false)
    await open()
    await expect(dialog).toContainText(cameraProblems.denied.wayOut)
    await page.keyboard.press('Escape')
  })

  await test.step('by keyboard alone', async () => {
    await plugInCamera(page, true)
    await open()
    await dialog.getByRole('textbox', { name: photoWords.addClass }).focus()
    await page.keyboard.type('cup')
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('button', { name: 'cup' })).toBeVisible()
    const record = dialog.getByRole('button', { name: recordWords.hold })
    await expect(record).toHaveAttribute('aria-disabled', 'false')
    await record.focus()
    await page.keyboard.down(' ')
    const take = dialog.getByTestId('take')
    await expect.poll(() => take.getByRole('img').count()).toBeGreaterThanOrEqual(4)
    await page.keyboard.up(' ')
    await expect(take).toContainText(recordWords.saved)
    const count = await take.getByRole('img').count()
    expect(count).toBeGreaterThanOrEqual(4)
    await take.getByRole('button', { name: recordWords.removePhoto(2) }).press('Enter')
    await expect(take.getByRole('img')).toHaveCount(count - 1)
    await dialog.getByRole('button', { name: recordWords.done }).press('Enter')
    await expectPhotos(page, 'cup', count - 1)
  })

  await test.step('undone, the photo that was taken out comes back; undone once more, the whole take is gone', async () => {
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await expectPhotos(page, 'cup', 0)
  })
})
