import { defineConfig } from '@playwright/test'

const report = process.env['GRAFT_TEST_REPORT']

export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  // A studio keeps both cores of a small machine busy while it trains.
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: report === undefined ? 'list' : [['dot'], ['json']],
  use: { actionTimeout: 20_000, trace: 'off', screenshot: 'only-on-failure' },
  projects: [
    { name: 'terminal', testMatch: ['cli.test.ts', 'cli-photos.test.ts', 'export-page.test.ts', 'kills.test.ts'] },
    { name: 'browser', testMatch: ['journeys/*.test.ts', 'browser/*.test.ts'], metadata: { door: 'browser' } },
    {
      name: 'electron',
      testMatch: ['journeys/*.test.ts', 'electron/*.test.ts', 'electron-only/*.test.ts'],
      metadata: { door: 'electron' },
    },
  ],
})
