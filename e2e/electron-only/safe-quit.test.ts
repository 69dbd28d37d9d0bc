import { expect } from '@playwright/test'
import { leaveWords } from '../../src/renderer/text/leave.ts'
import { graftEvents } from '../graft-command.ts'
import { makeProject } from '../made-project.ts'
import { startTrainingOfMinutes } from '../studio-page.ts'
import { test } from './desktop-app.ts'

test('work that is under way is not ended without a question, and a training is paused', async ({ desktop, folder }) => {
  const { path: project } = await makeProject(folder, { perClass: 20 })
  const { app, page } = await desktop.start(project)
  await startTrainingOfMinutes(page)

  await desktop.answerWith(0)
  await app.evaluate(({ app: studio }) => studio.quit())
  await expect.poll(async () => (await desktop.asked()).length).toBe(1)
  const [question] = await desktop.asked()
  expect(question).toMatchObject({ buttons: ['Stay', 'Quit'], defaultId: 0, cancelId: 0 })
  expect(question?.message).toBe('Training is still under way. Quit all the same?')
  expect(question?.detail).toMatch(/^Training, \d+ of 1,000 epochs: it pauses after this epoch, and goes on from there when you say so/)
  await expect(page.getByTestId('live-run')).toBeVisible()

  await desktop.answerWith(1)
  // The page goes while it is asked to.
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await desktop.ended()
  const [run] = await graftEvents(['runs', project], { cwd: folder })
  expect(run).toMatchObject({ state: 'paused' })
})

test('without work the window closes at once', async ({ desktop }) => {
  const { app } = await desktop.start()
  await desktop.answerWith(0)
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await desktop.ended()
})

test('a window closes once its page has saved everything, and asks where that does not come about', async ({ desktop, folder }) => {
  const { app, page } = await desktop.start((await makeProject(folder, { perClass: 3, backbone: 'none' })).path)
  await desktop.answerWith(0)
  // A page is heard before it closes only after somebody has used it.
  await page.getByRole('gridcell').first().click()
  await page.evaluate(() => {
    window.addEventListener('beforeunload', (event) => event.preventDefault())
  })
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await expect.poll(async () => (await desktop.asked()).length).toBe(1)
  const [question] = await desktop.asked()
  expect(question).toMatchObject({ message: leaveWords.unsaved.message, buttons: [leaveWords.stay, 'Close'], defaultId: 0, cancelId: 0 })
  await expect(page.getByRole('gridcell').first()).toBeVisible()

  await desktop.answerWith(1)
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await desktop.ended()
})

test('a window that saves its last changes while it closes asks nothing', async ({ desktop, folder }) => {
  const { app, page } = await desktop.start((await makeProject(folder, { perClass: 3, backbone: 'none' })).path)
  await desktop.answerWith(0)
  await page.getByRole('gridcell').first().click()
  // Told before the page lets itself be closed: where nobody heard it refuse, the window is gone before this comes.
  let isSaved = false
  await page.exposeFunction('tellSaved', () => {
    isSaved = true
  })
  await page.evaluate(() => {
    let state: 'unsaved' | 'saving' | 'saved' = 'unsaved'
    const save = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      await (window as unknown as { tellSaved(): Promise<void> }).tellSaved()
      state = 'saved'
    }
    window.addEventListener('beforeunload', (event) => {
      if (state === 'saved') return
      event.preventDefault()
      if (state === 'unsaved') void save()
      state = 'saving'
    })
  })
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await desktop.ended()
  expect(isSaved).toBe(true)
})

test('who ends the program from outside is not asked, and finds the training paused', async ({ desktop, folder }) => {
  const { path: project } = await makeProject(folder, { perClass: 20 })
  const { process, page } = await desktop.start(project)
  await startTrainingOfMinutes(page)
  process.kill('SIGTERM')
  await desktop.ended()
  expect(process.signalCode).toBe(null)
  const [run] = await graftEvents(['runs', project], { cwd: folder })
  expect(run).toMatchObject({ state: 'paused' })
})
