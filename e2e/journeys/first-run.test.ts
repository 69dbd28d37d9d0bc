import { expect, type Page } from '@playwright/test'
import { compareWords } from '../../src/renderer/text/compare.ts'
import { exportWords } from '../../src/renderer/text/export.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { test } from '../doors.ts'
import { provideSample } from '../sample-pictures.ts'
import { expectPhotos, go, tabTo, trainForm } from '../studio-page.ts'

const classes = ['animals', 'food', 'vehicles']
const perClass = 40

test.beforeEach(async ({ studio, folder }) => {
  test.skip(!(await provideSample(folder)), 'the sample cannot be fetched')
  await expect(studio.page.getByRole('heading', { level: 1 })).toHaveText(startWords.title)
})

/** The sample is there, sorted, and ready to train. */
async function expectSample(page: Page): Promise<void> {
  for (const name of classes) await expectPhotos(page, name, perClass)
  await expect(page.getByRole('navigation', { name: frameWords.pages })).toContainText(startWords.sampleName)
}

/** The result of a run, with its number in the title of the page. */
async function expectResult(page: Page, number: number): Promise<void> {
  const result = page.getByTestId('run-result')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(trainWords.runName(number))
  await expect(result.getByTestId('headline')).toContainText(/right/, { timeout: 90_000 })
  await expect(result).toContainText(/\d+ of \d+ test photos right .*95 % interval/)
}

async function expectComparison(page: Page): Promise<void> {
  const main = page.getByRole('main')
  await expect(page.getByTestId('verdict').getByRole('heading')).toContainText(/^Run [12] .*run [12]/)
  await expect(main.getByRole('heading', { name: compareWords.scores })).toBeVisible()
  await expect(page).toHaveURL(/#\/compare\/\w+,\w+$/)
}

async function expectProof(page: Page): Promise<void> {
  await expect(page.getByTestId('proof')).toContainText(/(\d+) of \1 test photos answered the same/, { timeout: 90_000 })
}

test('from the first start with the sample to an export, with the mouse', async ({ studio }) => {
  const { page } = studio
  const main = page.getByRole('main')
  await main.getByRole('button', { name: startWords.sample }).click()
  await expectSample(page)
  await page.getByRole('banner').getByRole('button', { name: photoWords.train, exact: true }).click()
  await trainForm(page).getByRole('button', { name: trainWords.start, exact: true }).click()
  await expectResult(page, 1)

  await trainForm(page).getByRole('radio', { name: /Fast/ }).check()
  await trainForm(page).getByRole('button', { name: trainWords.startAgain, exact: true }).click()
  await expectResult(page, 2)

  await go(page, frameWords.compare)
  await main.getByRole('button', { name: compareWords.newestTwo }).click()
  await expectComparison(page)

  await go(page, frameWords.export)
  await main.getByRole('button', { name: exportWords.start, exact: true }).click()
  await expectProof(page)
})

test('from the first start with the sample to an export, without a mouse', async ({ studio }) => {
  const { page } = studio
  const main = page.getByRole('main')
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await tabTo(page, main.getByRole('button', { name: startWords.sample }))
  await press('Enter')
  await expectSample(page)

  await press('g', 't')
  await tabTo(page, trainForm(page).getByRole('button', { name: trainWords.start, exact: true }))
  await press('Enter')
  await expectResult(page, 1)

  await tabTo(page, trainForm(page).locator('input[type=radio]:checked').first())
  await press('ArrowDown')
  await expect(trainForm(page).getByRole('radio', { name: /Fast/ })).toBeChecked()
  await tabTo(page, trainForm(page).getByRole('button', { name: trainWords.startAgain, exact: true }))
  await press('Enter')
  await expectResult(page, 2)

  await press('g', 'c')
  await tabTo(page, page.getByRole('grid', { name: compareWords.table }))
  await press('Home', 'Space', 'ArrowDown', 'Space')
  await expectComparison(page)

  await press('Control+k')
  await page.keyboard.type('export')
  await press('Enter')
  await expect(page).toHaveURL(/#\/export/)
  await tabTo(page, main.getByRole('button', { name: exportWords.start, exact: true }))
  await press('Enter')
  await expectProof(page)
})
