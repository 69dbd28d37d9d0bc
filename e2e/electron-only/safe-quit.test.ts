import { expect } from '@playwright/test'
import { graftEvents } from '../graft-command.ts'
import { makeProject, test, trainLong } from './desktop-app.ts'

test('work that is under way is not ended without a question, and a training keeps its best epoch', async ({ desktop, folder }) => {
  const project = await makeProject(folder, 150)
  const { app, page } = await desktop.start(project)
  await trainLong(page)

  await desktop.answerWith(0)
  await app.evaluate(({ app: studio }) => studio.quit())
  await expect.poll(async () => (await desktop.asked()).length).toBe(1)
  const [question] = await desktop.asked()
  expect(question).toMatchObject({ buttons: ['Stay', 'Quit'], defaultId: 0, cancelId: 0 })
  expect(question?.message).toBe('Training is still under way. Quit all the same?')
  expect(question?.detail).toMatch(/^Training, \d+ of 1,000 epochs: it stops after this epoch, and the best one so far is kept/)
  await expect(page.getByTestId('live-run')).toBeVisible()

  await desktop.answerWith(1)
  // The page goes while it is asked to.
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await desktop.ended()
  const [run] = await graftEvents(['runs', project], { cwd: folder })
  expect(run).toMatchObject({ event: 'finished' })
  expect(run?.['bestEpoch']).toBeGreaterThan(0)
})

test('without work the window closes at once', async ({ desktop }) => {
  const { app } = await desktop.start()
  await desktop.answerWith(0)
  await app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
  await desktop.ended()
})

test('who ends the program from outside is not asked, and finds the training as interrupted', async ({ desktop, folder }) => {
  const project = await makeProject(folder, 150)
  const { process, page } = await desktop.start(project)
  await trainLong(page)
  process.kill('SIGTERM')
  await desktop.ended()
  expect(process.signalCode).toBe(null)
  await graftEvents(['runs', project], { cwd: folder })
})
