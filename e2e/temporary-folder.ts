import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'

/** A test with a folder of its own, which goes when the test has passed. */
export const test = base.extend<{ folder: string }>({
  folder: async ({}, use, testInfo) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'graft-e2e-')))
    await use(folder)
    if (testInfo.status === testInfo.expectedStatus) rmSync(folder, { recursive: true, force: true })
  },
})
