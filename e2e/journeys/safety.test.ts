import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { leaveWords } from '../../src/renderer/text/leave.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { expectAccessible, expectAccessibleInBothThemes } from '../accessibility.ts'
import { test } from '../doors.ts'
import { graftEvents } from '../graft-command.ts'
import { makeProject } from '../made-project.ts'
import { go, startTrainingOfMinutes, trainForm } from '../studio-page.ts'

test('a training worker that is killed costs its run alone', async ({ openStudio, folder }) => {
  const studio = await openStudio((await makeProject(folder, { perClass: 20 })).path)
  const { page } = studio
  await startTrainingOfMinutes(page)
  studio.killTrainingWorker()
  await expect(page.getByRole('heading', { name: trainWords.failed(1) })).toBeVisible()
  const told = page.getByRole('alert').filter({ hasText: 'The training worker was ended by the system' })
  await expectAccessibleInBothThemes(page, 'train, failed', told)

  const form = trainForm(page)
  await form.getByRole('spinbutton', { name: trainWords.epochs }).fill('3')
  await form.getByRole('spinbutton', { name: trainWords.epochs }).blur()
  await form.getByRole('button', { name: trainWords.startAgain, exact: true }).click()
  await expect(page.getByTestId('headline')).toContainText(/right/, { timeout: 60_000 })
})

test('a page that is loaded again in the middle of a training shows it as it goes on', async ({ openStudio, folder }) => {
  const { page } = await openStudio((await makeProject(folder, { perClass: 20 })).path)
  await startTrainingOfMinutes(page)
  const epoch = async (): Promise<number> =>
    Number(/^Epoch (\d+)/.exec(await page.getByTestId('live-run').getByRole('heading').innerText())?.[1])
  const before = await epoch()
  await expectAccessible(page, 'train, running')
  await page.reload()
  await expect(page.getByTestId('live-run').getByRole('figure')).toBeVisible()
  await expect.poll(epoch).toBeGreaterThan(before)
  // Elsewhere the shelf tells of it, also on a page that was loaded there.
  await go(page, frameWords.photos)
  await page.reload()
  const shelf = page.getByRole('contentinfo', { name: frameWords.work })
  await expect(shelf.getByRole('progressbar')).toBeVisible()
  await expectAccessible(page, 'shelf')
  await shelf.getByRole('button', { name: frameWords.stop, exact: true }).click()
  await go(page, frameWords.train)
  await expect(page.getByTestId('run-result')).toContainText(/\d+ of \d+ test photos right/, { timeout: 60_000 })
})

test('who closes a project that trains is asked first, and the training is paused', async ({ openStudio, folder }) => {
  const { path: project } = await makeProject(folder, { perClass: 20 })
  const { page } = await openStudio(project)
  await startTrainingOfMinutes(page)
  const rail = page.getByRole('navigation', { name: frameWords.pages })
  const close = (): Promise<void> => rail.getByRole('button', { name: frameWords.allProjects }).click()
  const question = page.getByRole('dialog', { name: 'Training is still under way. Close the project all the same?' })

  await close()
  await expect(question).toContainText(/of 1,000 epochs: it pauses after this epoch, and goes on from there when you say so/)
  await expectAccessibleInBothThemes(page, 'the question before work is left', question)
  await question.getByRole('button', { name: leaveWords.stay, exact: true }).click()
  await expect(question).toBeHidden()
  await expect(page.getByTestId('live-run')).toBeVisible()

  await close()
  await question.getByRole('button', { name: leaveWords.close.leave, exact: true }).click()
  await expect(page.getByRole('heading', { name: startWords.recent })).toBeVisible()
  const [run] = await graftEvents(['runs', project], { cwd: folder })
  expect(run).toMatchObject({ state: 'paused' })
})

test('a page that is loaded again shows the same place', async ({ openStudio, folder }) => {
  const { page } = await openStudio((await makeProject(folder, { perClass: 20 })).path)
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await go(page, frameWords.train)
  await page.reload()
  await expect(page.getByRole('button', { name: /^Train/ }).first()).toHaveAttribute('aria-current', 'page')
  await expect(trainForm(page)).toBeVisible()
})

test('a project held by another program is refused in words, and opens when that one has ended', async ({ openStudio, folder }) => {
  const { path: project } = await makeProject(folder, { perClass: 20 })
  const studio = await openStudio(project)
  const { page } = studio
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await expect(graftEvents(['runs', project], { cwd: folder })).rejects.toThrow(/PROJECT_LOCKED/)
  await studio.reopen()
  expect(await graftEvents(['runs', project], { cwd: folder })).toEqual([])
  await studio.reopen(project)
  await expect(studio.page.getByRole('gridcell').first()).toBeVisible()
})
