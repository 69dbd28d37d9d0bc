import { join } from 'node:path'
import { env } from 'node:process'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

const report = env['GRAFT_TEST_REPORT']

/** The tests of components: each is shown in a real Chromium, the system's own, at the smallest window that the studio has. */
export default defineConfig({
  root: join(import.meta.dirname, '../../..'),
  plugins: [svelte()],
  // Packages are looked for before the first test begins: one that is found later would load the page again in the middle of a test.
  optimizeDeps: { entries: ['src/renderer/main.ts', 'src/renderer/**/*.browser.test.ts'] },
  test: {
    include: ['src/renderer/**/*.browser.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a test waits for comes, however busy the machine is; the time of the test is the limit.
    expect: { poll: { timeout: 30_000 } },
    browser: {
      enabled: true,
      headless: true,
      provider: playwright({
        launchOptions: {
          executablePath: env['GRAFT_CHROMIUM'] ?? '/usr/bin/chromium',
          args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
        },
      }),
      instances: [{ browser: 'chromium', viewport: { width: 1280, height: 720 } }],
      screenshotFailures: false,
    },
    reporters: report === undefined ? ['default'] : ['dot', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
  },
})
