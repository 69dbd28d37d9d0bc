import { rmSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { openAddMenu, trainingWorkerOf } from '../doors.ts'
import { go, newProject, startLongTraining } from '../studio-page.ts'
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
  gone: async (page, { project }) => {
    await page.getByRole('navigation', { name: frameWords.pages }).waitFor()
    if (project !== null) rmSync(project, { recursive: true, force: true })
  },
}
