import { join } from 'node:path'
import { env } from 'node:process'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const report = env['GRAFT_TEST_REPORT']

export default defineConfig({
  root: join(import.meta.dirname, '../../..'),
  plugins: [svelte()],
  test: {
    include: ['src/**/*.test.ts'],
    // Components are tested in a browser, see vitest.browser.config.ts.
    exclude: ['**/*.browser.test.ts'],
    // Tests start worker processes of their own: more than two files at once would only starve each other.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['dot', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
  },
})
