import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { watchingWords } from '../../src/renderer/text/watching.ts'
import { test } from '../doors.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { press, pressButton, tabTo } from '../studio-page.ts'

test('a photo that is put into a watched folder comes in by itself, and does not while that is paused, without a mouse', async ({
  studio,
  folder,
}) => {
  const photos = join(folder, 'photos')
  const watched = join(folder, 'watched')
  const [first] = await makePhotoFolder(photos, 3)
  const [one = '', two = '', three = ''] = readdirSync(join(photos, first)).sort()
  const put = (name: string) => copyFileSync(join(photos, first, name), join(watched, name))
  mkdirSync(watched)
  const { page } = studio
  await pressButton(page, startWords.newProject)
  await page.keyboard.type('By itself')
  await press(page, 'Enter')
  await expect(page.getByText(photoWords.emptyTitle)).toBeVisible()

  await studio.chooseFolder(
    async () => {
      await tabTo(page, page.getByRole('button', { name: photoWords.add }).first())
      await press(page, 'Enter')
      await tabTo(page, page.getByRole('menuitem', { name: watchingWords.add }))
      await press(page, 'Enter')
    },
    watched,
    watchingWords.addThis,
  )
  await expect(page.getByText(watchingWords.begun(watched))).toBeVisible()
  put(one)
  await expect(page.getByRole('gridcell')).toHaveCount(1)

  await press(page, 'g', 's')
  const list = page.getByRole('list', { name: watchingWords.name })
  await expect(list).toContainText(watchingWords.state({ path: watched, labelFromFolders: false, state: 'watching', images: 1 }))
  await pressButton(page, watchingWords.pauseOf(watched))
  await expect(list).toContainText(watchingWords.state({ path: watched, labelFromFolders: false, state: 'paused', images: 1 }))
  // Both come once it goes on: those of meanwhile are not lost.
  put(two)
  put(three)
  await pressButton(page, watchingWords.resumeOf(watched))
  await expect(list).toContainText(watchingWords.state({ path: watched, labelFromFolders: false, state: 'watching', images: 3 }))
  await press(page, 'g', 'p')
  await expect(page.getByRole('gridcell')).toHaveCount(3)
})
