import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { mapWords } from '../../src/renderer/text/map.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { viewWords } from '../../src/renderer/text/views.ts'
import { watchingWords } from '../../src/renderer/text/watching.ts'
import { openAddMenu, trainingWorkerOf } from '../doors.ts'
import { go, goToRoute, newProject, startLongTraining } from '../studio-page.ts'
import { photosToAdd } from './projects.ts'
import type { Scene } from './scenes.ts'

/** What is open while a studio is brought into its state. */
export interface Stage {
  /** Where the projects are. */
  readonly folder: string
  /** The one that is open. */
  readonly project: string | null
  readonly processId: number | undefined
}

/** What a person does in a project before pictures are taken of it, by its name. */
export const preparations: Partial<Record<NonNullable<Scene['project']>, (page: Page, stage: Stage) => Promise<void>>> = {
  new: (page) => newProject(page, 'Birds'),
  failed: async (page, { processId }) => {
    await startLongTraining(page)
    process.kill(trainingWorkerOf(processId), 'SIGKILL')
    await page.getByRole('heading', { name: trainWords.failed(4) }).waitFor()
  },
  importing: async (page, { folder }) => {
    await go(page, frameWords.photos)
    await openAddMenu(page, photoWords.addByPath)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill(photosToAdd(folder))
    await dialog.getByRole('textbox').press('Enter')
    await dialog.getByRole('button', { name: photoWords.addThis, exact: true }).click()
    await page.getByRole('contentinfo', { name: frameWords.work }).getByRole('progressbar').waitFor()
  },
  tidied: tidyUp,
  gone: async (page, { project }) => {
    await page.getByRole('navigation', { name: frameWords.pages }).waitFor()
    if (project !== null) rmSync(project, { recursive: true, force: true })
  },
}

/** Makes the map, keeps two filters as views, watches a folder, labels some of the photos, and waits until the others are judged. */
async function tidyUp(page: Page, { folder }: Stage): Promise<void> {
  await goToRoute(page, '/check/map')
  await page.getByRole('button', { name: mapWords.make }).click()
  await page.getByRole('application').or(page.locator('canvas')).first().waitFor()
  for (const [route, name] of [
    ['/photos?class=unlabelled', 'To sort'],
    ['/photos?flaw=blurred', 'Blurred ones'],
  ] as const) {
    await goToRoute(page, route)
    await page.getByRole('textbox', { name: viewWords.save }).fill(name)
    await page.getByRole('textbox', { name: viewWords.save }).press('Enter')
    await page.getByRole('region', { name: viewWords.title }).getByText(name, { exact: true }).waitFor()
  }
  await go(page, frameWords.settings)
  const watched = join(folder, 'from the camera')
  mkdirSync(watched, { recursive: true })
  await page.getByRole('button', { name: watchingWords.add }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(watched)
  await dialog.getByRole('textbox').press('Enter')
  await dialog.getByRole('button', { name: watchingWords.addThis, exact: true }).click()
  await page.getByRole('list', { name: watchingWords.name }).waitFor()
  await go(page, frameWords.label)
  await page.getByTestId('large-photo').waitFor()
  for (const key of ['1', '2', '1']) await page.keyboard.press(key)
  await page.getByTestId('suggestion').waitFor()
}
