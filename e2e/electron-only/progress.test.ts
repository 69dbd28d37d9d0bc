import { join } from 'node:path'
import { expect } from '@playwright/test'
import { makePhotoFolder } from '../photo-folder.ts'
import { newProject } from '../studio-page.ts'
import { test } from './desktop-app.ts'

test('an import moves the bar on the task bar, which goes when it has ended', async ({ desktop, folder }) => {
  await makePhotoFolder(join(folder, 'photos'), 60)
  const { app, page } = await desktop.start()
  await newProject(page, 'Pets')
  await app.evaluate(
    ({ BrowserWindow, dialog, Menu }, photos) => {
      const values: number[] = []
      Object.assign(globalThis, { values })
      const [window] = BrowserWindow.getAllWindows()
      if (window !== undefined) window.setProgressBar = (value) => void values.push(value)
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [photos] })
      Menu.getApplicationMenu()
        ?.items[0]?.submenu?.items.find(({ accelerator }) => accelerator === 'CmdOrCtrl+I')
        ?.click()
    },
    join(folder, 'photos'),
  )
  const values = () => app.evaluate(() => (globalThis as unknown as { values: readonly number[] }).values)
  await expect.poll(async () => (await values()).at(-1), { timeout: 60_000 }).toBe(-1)
  expect((await values()).some((value) => value > 0 && value <= 1)).toBe(true)
})
