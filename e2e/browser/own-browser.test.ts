import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, expect } from '@playwright/test'
import { startWords } from '../../src/renderer/text/start.ts'
import { chromiumOptions } from '../studio-server.ts'
import { test } from '../temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

test('the browser that the studio opens is let in, and no command line holds the secret', async ({ folder }) => {
  const programs = join(folder, 'programs')
  const opened = join(folder, 'opened')
  mkdirSync(programs)
  // In place of the system's program that opens the browser: notes what it was given.
  writeFileSync(join(programs, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$*" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`)
  chmodSync(join(programs, 'xdg-open'), 0o755)
  const server = spawn(process.execPath, [join(root, 'src/main/server.ts')], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}`,
      DISPLAY: process.env['DISPLAY'] ?? ':0',
      GRAFT_DATA_DIR: join(folder, 'studio'),
      GRAFT_PROJECTS_DIR: join(folder, 'projects'),
    },
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const browser = await chromium.launch(chromiumOptions())
  try {
    await expect.poll(() => existsSync(opened)).toBe(true)
    const file = readFileSync(opened, 'utf8')
    expect(file.startsWith(join(folder, 'studio'))).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(startWords.title)
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    server.kill('SIGTERM')
    await ended
    expect(existsSync(file)).toBe(false)
  } finally {
    server.kill('SIGKILL')
    await browser.close()
  }
})
