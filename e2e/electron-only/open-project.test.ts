import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { makeProject } from '../made-project.ts'
import { studioEnvironment } from '../studio-server.ts'
import { test } from './desktop-app.ts'

test('a project given to a second start, or opened from the file manager, comes up in the window that is there', async ({
  desktop,
  folder,
}) => {
  const { path: project } = await makeProject(folder, { perClass: 3, backbone: 'none' })
  const { app, page, process: studio } = await desktop.start()
  const pages = page.getByRole('navigation', { name: frameWords.pages })
  const second = spawn(studio.spawnfile, ['--no-sandbox', join(project, 'project.db')], { env: studioEnvironment(folder), cwd: folder })
  const code = new Promise((done) => second.once('exit', done))
  await expect(pages).toContainText('Pets')
  expect(await code).toBe(0)

  await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()
      ?.items[0]?.submenu?.items.find(({ label }) => label === 'Close project')
      ?.click(),
  )
  await expect(pages).toBeHidden()
  await app.evaluate(({ app: running }, path) => void running.emit('open-file', { preventDefault: () => undefined }, path), project)
  await expect(pages).toContainText('Pets')
})
