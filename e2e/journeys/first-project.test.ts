import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, expect, type Page } from '@playwright/test'
import { hostileFiles, writeHostileFiles } from '../../src/main/core/testing/draw-pictures.ts'
import { exportWords } from '../../src/renderer/text/export.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { importWords, photoWords } from '../../src/renderer/text/photos.ts'
import { runWords } from '../../src/renderer/text/run.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { surenessWords } from '../../src/renderer/text/sureness.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { expectAccessible } from '../accessibility.ts'
import { test } from '../doors.ts'
import { chromiumOptions } from '../studio-server.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { serveFolder } from '../static-server.ts'
import { classRow, expectPhotos, go, newProject, trainForm } from '../studio-page.ts'

test('from a folder of photos to an export that is proved', async ({ studio, folder }) => {
  const perClass = 24
  const photos = join(folder, 'photos')
  const [first, second] = await makePhotoFolder(photos, perClass)
  await writeHostileFiles(join(photos, first))
  const { page } = studio

  await test.step('a new project', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(startWords.title)
    await expectAccessible(page, 'start')
    await newProject(page, 'Pets')
    await expect(page.getByText(photoWords.emptyTitle)).toBeVisible()
    await expectAccessible(page, 'photos, empty')
  })

  await test.step('photos come in with the class of their folder, and every file not taken is named', async () => {
    await studio.addPhotos(photos)
    const report = page.getByTestId('import-report')
    await expect(report).toContainText(`Added ${perClass * 2} photos`, { timeout: 60_000 })
    await expect(report).toContainText(`${Object.keys(hostileFiles).length} files not taken`)
    await report.getByRole('button', { name: importWords.show }).click()
    for (const name of Object.keys(hostileFiles)) await expect(page.getByRole('dialog')).toContainText(name)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    for (const name of [first, second]) await expectPhotos(page, name, perClass)
    await expectAccessible(page, 'photos')
  })

  await test.step('a class is renamed, the step undone and done again', async () => {
    await page.getByRole('button', { name: photoWords.classMenu(first) }).click()
    await page.getByRole('menuitem', { name: photoWords.rename }).click()
    await page.getByRole('textbox', { name: photoWords.className, exact: true }).fill('kitten')
    await page.keyboard.press('Enter')
    await expect(classRow(page, 'kitten')).toBeVisible()
    await page.getByRole('banner').getByRole('button', { name: frameWords.undo }).click()
    await expect(classRow(page, first)).toBeVisible()
    await page.getByRole('banner').getByRole('button', { name: frameWords.redo }).click()
    await expect(classRow(page, 'kitten')).toBeVisible()
  })

  await test.step('labels are given with keys and taken back', async () => {
    await page.getByRole('gridcell').first().click()
    await page.keyboard.press('2')
    await expectPhotos(page, second, perClass + 1)
    await page.keyboard.press('Control+z')
    await expectPhotos(page, second, perClass)
    await page.keyboard.press('Escape')
  })

  await test.step('training shows its curves, then how often it will be right', async () => {
    await go(page, frameWords.train)
    const form = trainForm(page)
    await form.getByRole('radio', { name: /Fast/ }).check()
    await expect(form.getByTestId('forecast')).toContainText(`${perClass * 2} labelled photos`)
    await expectAccessible(page, 'train, before')
    await form.getByText(trainWords.advanced, { exact: true }).click()
    await form.getByRole('spinbutton', { name: trainWords.epochs }).fill('1000')
    await form.getByRole('spinbutton', { name: trainWords.patience }).fill('0')
    await form.getByRole('spinbutton', { name: trainWords.patience }).blur()
    await form.getByRole('button', { name: trainWords.start, exact: true }).click()
    // Where it is over before it is looked at, the curves are already those of the result.
    await expect(page.getByTestId('live-run').or(page.getByTestId('run-result')).getByRole('figure').first()).toBeVisible()
    // A training of so few photos may have ended before the button is there to be pressed.
    await page
      .getByTestId('live-run')
      .getByRole('button', { name: frameWords.stop, exact: true })
      .click({ timeout: 3000 })
      .catch(() => undefined)
    const result = page.getByTestId('run-result')
    await expect(result.getByTestId('headline')).toContainText(/right/, { timeout: 60_000 })
    await expect(result).toContainText(/\d+ of \d+ test photos right/)
    await expect(result).toContainText(/95 % interval/)
    await expect(result.getByRole('figure')).toBeVisible()
    await expectAccessible(page, 'train, result')
  })

  await test.step('the run has a page of its own, where a cell of the confusion matrix opens its photos', async () => {
    await page
      .getByTestId('run-result')
      .getByRole('button', { name: /^(Look closer|See its)/ })
      .click()
    await expect(page).toHaveURL(/#\/run\//)
    const cell = page.getByRole('button', { name: /recognised$/ }).first()
    const count = Number(await cell.textContent())
    await cell.click()
    const drawer = page.getByRole('complementary', { name: /recognised$/ })
    await expect(drawer.getByRole('listitem')).toHaveCount(count)
    await expectAccessible(page, 'run, photos of a cell')
    await page.keyboard.press('Escape')
    await expect(drawer).toBeHidden()
    await expect(cell).toBeFocused()
  })

  await test.step('how sure it is, and what comes of answering only when it is surer', async () => {
    const panel = page.getByTestId('sureness')
    await expect(panel.getByTestId('calibration')).toContainText(/% sure on average and right on \d+ of 100/)
    const slider = panel.getByRole('slider')
    await slider.press('Home')
    await expect(panel.getByTestId('threshold')).toHaveText(surenessWords.atLeast(0))
    await expect(panel.getByTestId('outcome')).toContainText('it answers all')
    await slider.press('ArrowRight')
    await expect(panel.getByTestId('threshold')).toHaveText(surenessWords.atLeast(1))
    await slider.fill('90')
    await expect(panel.getByTestId('threshold')).toHaveText(surenessWords.atLeast(90))
    await expectAccessible(page, 'run, how sure it is')
  })

  await test.step('what is written of a run is kept', async () => {
    const notes = page.getByRole('textbox', { name: runWords.notes })
    await notes.fill('The first try')
    await expect(page.getByRole('region', { name: runWords.notes }).getByRole('status')).toHaveText(frameWords.saved)
    await page.reload()
    await expect(notes).toHaveValue('The first try')
  })

  await test.step('the network answers for a photo', async () => {
    await go(page, frameWords.try)
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles(join(photos, second, readdirSync(join(photos, second))[0] ?? ''))
    await expect(page.getByRole('main')).toContainText(/\d %/)
    await expect(page.getByRole('main')).toContainText(second)
    await expectAccessible(page, 'try')
  })

  const out = join(folder, 'out')
  await test.step('an export comes with its proof', async () => {
    await go(page, frameWords.export)
    await exportTo(studio, out)
    await expect(page.getByText(/(\d+) of \1 test photos answered the same/)).toBeVisible({ timeout: 90_000 })
    await expectAccessible(page, 'export')
  })

  await test.step('the exported page answers in a browser when it is served as it is', async () => {
    const model = readdirSync(out).find((name) => !name.endsWith('.zip')) ?? ''
    await answersInBrowser(join(out, model), join(photos, second, readdirSync(join(photos, second))[1] ?? ''), second)
  })

  await test.step('all of it is there after a restart', async () => {
    await studio.reopen()
    await studio.page.getByRole('button', { name: startWords.openProject('Pets') }).click()
    await expectPhotos(studio.page, 'kitten', perClass)
    await go(studio.page, frameWords.train)
    await expect(studio.page.getByTestId('headline')).toContainText(/right/)
  })
})

async function exportTo(
  studio: { page: Page; chooseFolder(press: () => Promise<void>, path: string, choose: string): Promise<void> },
  out: string,
): Promise<void> {
  const { page } = studio
  mkdirSync(out)
  const main = page.getByRole('main')
  await studio.chooseFolder(() => main.getByRole('button', { name: exportWords.choose, exact: true }).click(), out, exportWords.chooseThis)
  await main.getByRole('button', { name: exportWords.start, exact: true }).click()
}

async function answersInBrowser(folder: string, photo: string, expected: string): Promise<void> {
  const server = await serveFolder(folder)
  const browser = await chromium.launch(chromiumOptions())
  try {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(server.address)
    await expect(page.getByRole('button', { name: 'Choose a photo' })).toBeEnabled({ timeout: 60_000 })
    await page.locator('#file').setInputFiles(photo)
    await expect(page.locator('#verdict')).toContainText(expected, { timeout: 60_000 })
    expect(problems).toEqual([])
  } finally {
    await browser.close()
    await server.close()
  }
}
