import { expect } from '@playwright/test'
import { drawPicture } from '../../src/main/core/testing/draw-pictures.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { test } from '../doors.ts'
import { pastePicture } from '../paste-picture.ts'
import { classRow, expectPhotos, go, newProject } from '../studio-page.ts'

test('a pasted picture is added to the class that is shown, or without one, also from the page Label', async ({ studio }) => {
  const { page } = studio
  await newProject(page, 'Pasted')
  await page.getByRole('textbox', { name: photoWords.addClass }).fill('circle')
  await page.keyboard.press('Enter')
  await expectPhotos(page, 'circle', 0)
  await pastePicture(page, await drawPicture({ shape: 'circle', seed: 1 }, 'png'))
  await expect(page.getByTestId('import-report')).toContainText('Added 1 photo')
  await expectPhotos(page, photoWords.unlabelled, 1)

  await classRow(page, 'circle').getByRole('button').first().click()
  await pastePicture(page, await drawPicture({ shape: 'circle', seed: 2 }, 'png'))
  await expectPhotos(page, 'circle', 1)

  await go(page, frameWords.label)
  await pastePicture(page, await drawPicture({ shape: 'circle', seed: 3 }, 'png'))
  await go(page, frameWords.photos)
  await expectPhotos(page, photoWords.unlabelled, 2)
})
