import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { exportWords } from '../../src/renderer/text/export.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { settingsWords } from '../../src/renderer/text/settings.ts'
import { cameraProblems, cameraWords, tryWords } from '../../src/renderer/text/try.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { cameraTracks, plugInCamera } from '../fake-camera.ts'
import { startGraft } from '../graft-command.ts'
import { pastePicture } from '../paste-picture.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { expectPhotos, go } from '../studio-page.ts'

const perClass = 20

async function graft(folder: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await startGraft(args, { cwd: folder }).outcome
  expect(code, stderr).toBe(0)
}

test('photos from files, the clipboard and the camera are answered, and one of them joins the project', async ({ openStudio, folder }) => {
  const photos = join(folder, 'photos')
  const [first, second] = await makePhotoFolder(photos, perClass)
  const others = readdirSync(join(photos, second)).map((name) => join(photos, second, name))
  const fresh = others.slice(0, 2).map((path, index) => {
    const kept = join(folder, `fresh ${index}.jpg`)
    writeFileSync(kept, readFileSync(path))
    rmSync(path)
    return kept
  })
  const broken = join(folder, 'broken.jpg')
  writeFileSync(broken, 'no picture')
  const project = join(folder, 'Pets.graft')
  await graft(folder, 'import', project, photos, '--label-from-folders')
  await graft(folder, 'train', project, '--seed', '1')
  const studio = await openStudio(project)
  const { page } = studio
  const main = page.getByRole('main')
  const card = (name: string) => main.getByRole('article', { name, exact: true })

  await test.step('files: each has its card, and one that is no photo says so in its own', async () => {
    await expectPhotos(page, first, perClass)
    await go(page, frameWords.try)
    await expectAccessible(page, 'try, empty')
    await page.getByTestId('try-files').setInputFiles([...fresh, broken])
    await expect(card('fresh 0.jpg')).toContainText(/\d % sure/, { timeout: 60_000 })
    await expect(card('broken.jpg').getByRole('alert')).toContainText('broken.jpg')
    await expect(main.getByRole('status', { name: tryWords.tally })).toContainText(tryWords.failedCount(1))
  })

  await test.step('what the network was given is a square of few pixels', async () => {
    await card('fresh 1.jpg').getByRole('button', { name: tryWords.seen }).click()
    const seen = card('fresh 1.jpg').getByRole('img', { name: tryWords.seen })
    await expect(seen).toHaveAttribute('src', /^data:image\/png/)
    expect(await seen.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([224, 224])
    await expectAccessible(page, 'try, answered')
  })

  await test.step('a pasted picture, which is no file', async () => {
    await pastePicture(page, readFileSync(others[3] ?? ''))
    await expect(card(tryWords.pastedName(1, 'png'))).toContainText(/\d % sure/)
  })

  await test.step('one of them joins the project with the class that is right', async () => {
    await card('fresh 0.jpg').getByRole('button', { name: tryWords.otherClass }).click()
    const asAnswered = card('fresh 0.jpg').getByRole('button', { name: tryWords.addAs(second) })
    // The answer may be either of the two; the class that is right is second.
    if (await asAnswered.isVisible()) {
      await page.keyboard.press('Escape')
      await asAnswered.click()
    } else await page.getByRole('menuitem', { name: tryWords.addAs(second) }).click()
    await expect(card('fresh 0.jpg')).toContainText(tryWords.added(second, false))
  })

  await test.step('the camera answers live, a photo of it is kept, and it is off when the page is left', async () => {
    await plugInCamera(page)
    await main.getByRole('button', { name: tryWords.camera }).click()
    const camera = main.getByRole('region', { name: cameraWords.title })
    await expect(camera).toContainText(/answers a second/)
    await expectAccessible(page, 'try, camera')
    await camera.getByRole('button', { name: cameraWords.take }).click()
    await expect(main.getByRole('article', { name: /^Camera / })).toContainText(/\d % sure/)
    expect(await cameraTracks(page)).toEqual(['live'])
    await go(page, frameWords.photos)
    expect(await cameraTracks(page)).toEqual(['ended'])
    await expectPhotos(page, second, perClass - 1)
  })

  await test.step('a camera that may not be used is said', async () => {
    await go(page, frameWords.try)
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))
    })
    await main.getByRole('button', { name: tryWords.camera }).click()
    await expect(main.getByRole('alert')).toContainText(cameraProblems.denied.title)
  })

  await test.step('its export is proved, opens as a page, and says when its folder is gone', async () => {
    await go(page, frameWords.export)
    await expectAccessible(page, 'export, before')
    await main.getByRole('button', { name: exportWords.start, exact: true }).click()
    const proof = main.getByTestId('proof')
    await expect(proof).toContainText(/(\d+) of \1 test photos answered the same/, { timeout: 90_000 })
    await expect(main.getByRole('button', { name: exportWords.start, exact: true })).toBeDisabled()
    await expect(main).toContainText(exportWords.isThere)
    await expectAccessible(page, 'export, done')
    if (studio.kind === 'browser') {
      const opening = page.context().waitForEvent('page')
      await proof.getByRole('button', { name: exportWords.openPage }).click()
      const opened = await opening
      await expect(opened.getByRole('button', { name: 'Choose a photo' })).toBeEnabled({ timeout: 60_000 })
      await opened.close()
    }
    for (const name of readdirSync(folder).filter((each) => /-tfjs/.test(each))) rmSync(join(folder, name), { recursive: true })
    await go(page, frameWords.settings)
    await expect(main).toContainText(/MB on the disk/)
    await expect(main).toContainText(settingsWords.privacyTitle)
    await main.getByRole('searchbox', { name: settingsWords.findComponent }).fill('svelte')
    await expect(main.getByRole('region', { name: settingsWords.licences })).toContainText('MIT')
    await expectAccessible(page, 'settings')
    await go(page, frameWords.export)
    await expect(proof).toContainText(exportWords.gone)
    await expect(main.getByRole('button', { name: exportWords.start, exact: true })).toBeEnabled()
  })
})
