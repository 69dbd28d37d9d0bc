import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pid, platform } from 'node:process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from './open-browser.ts'

const address = 'http://127.0.0.1:5123/?token=s3cret-s3cret'
const log = { info: () => undefined, error: () => undefined }
let dataDir: string
let programs: string
const failed = vi.fn<() => void>()

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'graft-data-'))
  programs = mkdtempSync(join(tmpdir(), 'graft-programs-'))
  vi.stubEnv('PATH', programs)
  failed.mockClear()
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of [dataDir, programs]) rmSync(folder, { recursive: true, force: true })
})

/** Stands in for the system's program that opens a browser: writes its whole command line down. */
function installOpener(): string {
  const noted = join(programs, 'noted')
  writeFileSync(join(programs, 'xdg-open'), `#!/bin/sh\nprintf '%s ' "$@" > '${noted}'\n`)
  chmodSync(join(programs, 'xdg-open'), 0o755)
  return noted
}

describe.skipIf(platform !== 'linux')('the browser that is opened', () => {
  it('is given a page that only the user can read, and no command line holds the secret', async () => {
    const noted = installOpener()
    const forget = await openBrowser(address, { dataDir, log }, failed)
    const page = join(dataDir, `open-in-browser-${pid}.html`)
    await vi.waitFor(() => expect(readFileSync(noted, 'utf8')).toBe(`${page} `))
    expect(statSync(page).mode & 0o777).toBe(0o600)
    expect(readFileSync(page, 'utf8')).toContain(`content="0;url=${address}"`)
    await forget()
    expect(existsSync(page)).toBe(false)
    expect(failed).not.toHaveBeenCalled()
  })

  it('is never given a page of an earlier start: those of processes that are gone are removed', async () => {
    installOpener()
    for (const owner of [999_999_999, pid]) writeFileSync(join(dataDir, `open-in-browser-${owner}.html`), 'old', { mode: 0o644 })
    writeFileSync(join(dataDir, 'open-in-browser-1.html'), 'of a process that runs')
    await openBrowser(address, { dataDir, log }, failed)
    expect(readdirSync(dataDir).sort()).toEqual(['open-in-browser-1.html', `open-in-browser-${pid}.html`].sort())
    expect(statSync(join(dataDir, `open-in-browser-${pid}.html`)).mode & 0o777).toBe(0o600)
  })

  it('is not written through a link that somebody put in its place', async () => {
    installOpener()
    const elsewhere = join(programs, 'elsewhere')
    symlinkSync(elsewhere, join(dataDir, `open-in-browser-${pid}.html`))
    await openBrowser(address, { dataDir, log }, failed)
    expect(existsSync(elsewhere)).toBe(false)
  })

  it('that cannot be started, or a folder that cannot be written, is told', async () => {
    await openBrowser(address, { dataDir, log }, failed)
    await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1))
    await openBrowser(address, { dataDir: join(dataDir, 'missing'), log }, failed)
    expect(failed).toHaveBeenCalledTimes(2)
  })
})
