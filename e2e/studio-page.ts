import { expect, type Locator, type Page } from '@playwright/test'
import { frameWords } from '../src/renderer/text/frame.ts'
import { photoWords } from '../src/renderer/text/photos.ts'
import { recipeWords } from '../src/renderer/text/recipes.ts'
import { startWords } from '../src/renderer/text/start.ts'
import { trainWords } from '../src/renderer/text/train.ts'

/** Goes to a page of the open project by the rail. */
export async function go(page: Page, name: string): Promise<void> {
  const item = page.getByRole('navigation', { name: frameWords.pages }).getByRole('button', { name: new RegExp(`^${name}\\b`) })
  await item.click()
  await expect(item).toHaveAttribute('aria-current', 'page')
}

/** Goes to a place by its route, as a link does. A photo that was closed is in the address until the browser has taken the step back. */
export async function goToRoute(page: Page, route: string): Promise<void> {
  await expect(page).not.toHaveURL(/[0-9a-f]{64}/)
  await page.evaluate((hash) => (location.hash = hash), route)
}

export async function newProject(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: startWords.newProject }).click()
  await page.getByRole('textbox', { name: startWords.name }).fill(name)
  await page.getByRole('button', { name: startWords.create }).click()
  await expect(page.getByRole('navigation', { name: frameWords.pages })).toContainText(name)
}

/** The row of a class in the panel beside the photos. */
export function classRow(page: Page, name: string): Locator {
  return page.getByRole('complementary', { name: photoWords.classes }).getByRole('group', { name, exact: true })
}

/** Waits until the class is shown with so many photos. */
export async function expectPhotos(page: Page, name: string, count: number): Promise<void> {
  // The row reads: name, key, count.
  await expect(classRow(page, name).getByRole('button').first()).toHaveText(new RegExp(`(^|\\D)${count}\\s*$`))
}

export function trainForm(page: Page): Locator {
  return page.getByRole('form', { name: trainWords.form })
}

/** Starts a training that lasts ten seconds and more: many photos, and one a step. */
export async function startLongTraining(page: Page): Promise<void> {
  await go(page, frameWords.train)
  const form = trainForm(page)
  await form.getByRole('radio', { name: /Fast/ }).check()
  await form.getByText(trainWords.advanced, { exact: true }).click()
  await form.getByRole('spinbutton', { name: trainWords.batchSize }).fill('1')
  await startThousandEpochs(page)
}

/** Starts a training that lasts minutes and has short epochs, also of few photos: a small network learns from nothing. */
export async function startTrainingOfMinutes(page: Page): Promise<void> {
  await go(page, frameWords.train)
  const form = trainForm(page)
  await form.getByRole('radio', { name: recipeWords.names.scratch }).check()
  await form.getByText(trainWords.advanced, { exact: true }).click()
  await startThousandEpochs(page)
}

async function startThousandEpochs(page: Page): Promise<void> {
  const form = trainForm(page)
  await form.getByRole('spinbutton', { name: trainWords.epochs }).fill('1000')
  await form.getByRole('spinbutton', { name: trainWords.patience }).fill('0')
  await form.getByRole('spinbutton', { name: trainWords.patience }).blur()
  await form.getByRole('button', { name: new RegExp(`^(${trainWords.start}|${trainWords.startAgain})$`) }).click()
  await expect(page.getByTestId('live-run').getByRole('figure')).toBeVisible()
}

/** Moves the focus with Tab until it is there, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  const stops = 60
  for (let stop = 0; stop < stops; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the focus does not reach ${String(target)} within ${stops} stops`)
}

/** Presses keys one after the other, as fast as fingers are. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

/** Goes to a button by Tab and presses it. */
export async function pressButton(page: Page, name: string, within: Page | Locator = page): Promise<void> {
  await tabTo(page, within.getByRole('button', { name, exact: true }))
  await page.keyboard.press('Enter')
}
