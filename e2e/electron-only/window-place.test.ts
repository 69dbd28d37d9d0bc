import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { test } from './desktop-app.ts'

const place = { x: 60, y: 40, width: 1100, height: 700 }

test('the window opens where it was, also after a sudden end, and never where no screen is', async ({ desktop, folder }) => {
  const file = join(folder, 'studio/window.json')
  const first = await desktop.start()
  await first.app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), place)
  await expect(() => expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...place, maximised: false })).toPass({ timeout: 20_000 })
  first.process.kill('SIGKILL')
  await desktop.ended()

  const second = await desktop.start()
  expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())).toEqual(place)
  second.process.kill('SIGKILL')
  await desktop.ended()

  writeFileSync(file, JSON.stringify({ ...place, x: 9000, maximised: false }))
  const third = await desktop.start()
  const isVisible = await third.app.evaluate(({ BrowserWindow, screen }) => {
    const bounds = BrowserWindow.getAllWindows()[0]?.getBounds()
    return screen
      .getAllDisplays()
      .some(({ workArea }) => bounds !== undefined && bounds.x >= workArea.x && bounds.x < workArea.x + workArea.width)
  })
  expect(isVisible).toBe(true)
})
