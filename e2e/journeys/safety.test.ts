import { join } from 'node:path'
import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { test } from '../doors.ts'
import { graftEvents } from '../graft-command.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { go, trainForm } from '../studio-page.ts'

/** A labelled project of two classes, made on the command line. */
async function makeProject(folder: string, perClass = 20): Promise<string> {
  await makePhotoFolder(join(folder, 'photos'), perClass)
  await graftEvents(['import', 'pets.graft', 'photos', '--label-from-folders', '--backbone', 'mobilenet-v2-035'], { cwd: folder })
  return join(folder, 'pets.graft')
}

test('a training worker that is killed costs its run alone', async ({ studio, folder }) => {
  // So many photos, and one a step: the training lasts ten seconds, and is killed in the middle.
  await studio.reopen(await makeProject(folder, 150))
  const { page } = studio
  await go(page, frameWords.train)
  const form = trainForm(page)
  await form.getByRole('radio', { name: /Fast/ }).check()
  await form.getByText(trainWords.advanced).click()
  await form.getByRole('spinbutton', { name: trainWords.epochs }).fill('1000')
  await form.getByRole('spinbutton', { name: trainWords.batchSize }).fill('1')
  await form.getByRole('spinbutton', { name: trainWords.patience }).fill('0')
  await form.getByRole('spinbutton', { name: trainWords.patience }).blur()
  await form.getByRole('button', { name: trainWords.start, exact: true }).click()
  await expect(page.getByTestId('live-run').getByRole('figure')).toBeVisible()
  studio.killTrainingWorker()
  await expect(page.getByRole('heading', { name: trainWords.failed(1) })).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'The training worker was ended from outside' })).toBeVisible()

  await form.getByRole('spinbutton', { name: trainWords.epochs }).fill('3')
  await form.getByRole('spinbutton', { name: trainWords.epochs }).blur()
  await form.getByRole('button', { name: trainWords.startAgain, exact: true }).click()
  await expect(page.getByTestId('headline')).toContainText(/right/, { timeout: 60_000 })
})

test('a page that is loaded again shows the same place', async ({ studio, folder }) => {
  await studio.reopen(await makeProject(folder))
  const { page } = studio
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await go(page, frameWords.train)
  await page.reload()
  await expect(page.getByRole('button', { name: /^Train/ }).first()).toHaveAttribute('aria-current', 'page')
  await expect(trainForm(page)).toBeVisible()
})

test('a project held by another program is refused in words, and opens when that one has ended', async ({ studio, folder }) => {
  const project = await makeProject(folder)
  await studio.reopen(project)
  const { page } = studio
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await expect(graftEvents(['runs', project], { cwd: folder })).rejects.toThrow(/PROJECT_LOCKED/)
  await studio.reopen()
  expect(await graftEvents(['runs', project], { cwd: folder })).toEqual([])
  await studio.reopen(project)
  await expect(studio.page.getByRole('gridcell').first()).toBeVisible()
})
