import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { env } from 'node:process'
import { buildApp } from './app-build.mjs'
import { runChecks } from './check.mjs'
import { bringNativeEngine } from './native-engine.mjs'
import { nodeEnvironment } from './node24.mjs'
import { cacheFolder, inRoot } from './places.mjs'
import { bringTensorflow } from './python-environment.mjs'
import { runCommand } from './run-command.mjs'
import { softwareVulkan } from './software-vulkan.mjs'
import { bringSystemPackages, findChromium, findXvfb, missingPackages } from './system-packages.mjs'
import { bringTestElectron } from './test-electron.mjs'
import { openVirtualScreen } from './virtual-screen.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const reports = join(cacheFolder, 'test-reports')
const limitSeconds = 900

/**
 * Everything that holds the project together. A part that fails does not keep the next from running; a part that cannot run is said and counted
 * as skipped.
 * @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<number>} exit code
 */
export async function test(node24, say) {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  await bringSystemPackages(say)
  const electron = await bringTestElectron(say)
  const native = await bringNativeEngine(node24, say)
  const tensorflow = await bringTensorflow(say)
  const runner = makeRunner(node24, say, { native, tensorflow })
  /** @type {Counts[]} */
  const parts = [{ ...(await runChecks(node24, say)), skipped: 0 }]
  parts.push(await runner.units(), await runner.components())
  const built = await build(node24, say)
  parts.push(built)
  if (built.failed > 0) parts.push(skip(say, 'end to end', 'there is no build'))
  else parts.push(await runner.terminal(), await runner.browser(), await runner.electron(electron))
  const total = parts.reduce((sum, part) => ({
    passed: sum.passed + part.passed,
    failed: sum.failed + part.failed,
    skipped: sum.skipped + part.skipped,
  }))
  say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
  return total.failed === 0 ? 0 : 1
}

/** @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<Counts>} */
async function build(node24, say) {
  try {
    await buildApp(node24, say, { always: true })
    return { passed: 1, failed: 0, skipped: 0 }
  } catch (error) {
    say(`FAILED build\n${error instanceof Error ? error.message : String(error)}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/** @param {import('./places.mjs').Say} say @param {string} what @param {string} why @returns {Counts} */
function skip(say, what, why) {
  say(`skipped ${what}: ${why}`)
  return { passed: 0, failed: 0, skipped: 1 }
}

/**
 * @param {string} node24 @param {import('./places.mjs').Say} say
 * @param {{ native: string | null, tensorflow: string | null }} brought folder of the engine, and the Python with TensorFlow, that tests may use
 */
function makeRunner(node24, say, { native, tensorflow }) {
  const base = {
    ...nodeEnvironment,
    ...(native === null ? {} : { GRAFT_TEST_NATIVE: native }),
    ...(tensorflow === null ? {} : { GRAFT_TEST_TENSORFLOW: tensorflow }),
    PATH: `${dirname(node24)}${delimiter}${env['PATH'] ?? ''}`,
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
  }

  /**
   * @param {string} name @param {readonly string[]} args @param {NodeJS.ProcessEnv} extra
   * @param {(report: unknown) => Counts} count @returns {Promise<Counts>}
   */
  const part = async (name, args, extra, count) => {
    const report = join(reports, `${name.replaceAll(' ', '-')}.json`)
    const outcome = await runCommand(node24, args, {
      env: { ...base, ...extra, PLAYWRIGHT_JSON_OUTPUT_FILE: report, GRAFT_TEST_REPORT: report },
      limitSeconds,
    })
    writeFileSync(report.replace(/json$/, 'log'), outcome.output)
    const counts = existsSync(report) ? count(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0, skipped: 0 }
    // A runner that found nothing to run, or fell over outside a test, has not passed.
    const fellOver = (outcome.code !== 0 && counts.failed === 0) || counts.passed + counts.failed + counts.skipped === 0
    if (fellOver) counts.failed++
    say(
      `${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${name}, ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${outcome.seconds.toFixed(1)} s`,
    )
    if (outcome.timedOut) say(`took longer than ${limitSeconds} s`)
    if (counts.failed > 0) say(withoutDots(outcome.output).trim().slice(-20000))
    return counts
  }

  /** @param {string} name @param {string} project @param {NodeJS.ProcessEnv} extra @returns {Promise<Counts>} */
  const playwright = (name, project, extra) =>
    part(
      name,
      [inRoot('node_modules/playwright/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', '--project', project],
      extra,
      countPlaywright,
    )

  /** @param {string} name @param {string} config @param {NodeJS.ProcessEnv} extra @returns {Promise<Counts>} */
  const vitest = (name, config, extra) =>
    part(name, [inRoot('node_modules/vitest/vitest.mjs'), 'run', '--config', `src/main/setup/${config}`], extra, countVitest)

  return {
    units: () => {
      const vulkan = softwareVulkan()
      if (vulkan === null) say("no software Vulkan here (Debian's chromium brings one): the tests of webgpu skip themselves")
      return vitest('unit tests', 'vitest.config.ts', vulkan ?? {})
    },
    components: async () =>
      findChromium() === null
        ? skip(say, 'components', 'no chromium here')
        : vitest('components', 'vitest.browser.config.ts', chromiumEnv()),
    terminal: () => playwright('end to end, terminal', 'terminal', chromiumEnv()),
    browser: async () =>
      findChromium() === null
        ? skip(say, 'end to end in a browser', 'no chromium here')
        : playwright('end to end, browser', 'browser', chromiumEnv()),
    /** @param {string | null} electron @returns {Promise<Counts>} */
    electron: async (electron) => {
      const xvfb = findXvfb()
      if (electron === null) return skip(say, 'end to end in Electron', 'no Electron here')
      if (xvfb === null) return skip(say, 'end to end in Electron', 'no Xvfb here')
      const missing = missingPackages().filter((name) => name.startsWith('lib'))
      if (missing.length > 0) return skip(say, 'end to end in Electron', `${missing.join(', ')} missing`)
      const screen = await openVirtualScreen(xvfb)
      try {
        return await playwright('end to end, Electron', 'electron', {
          ...chromiumEnv(),
          DISPLAY: screen.display,
          GRAFT_TEST_ELECTRON: electron,
        })
      } finally {
        screen.close()
      }
    },
  }
}

/** @returns {NodeJS.ProcessEnv} */
const chromiumEnv = () => ({ GRAFT_CHROMIUM: findChromium() ?? '' })

/** The runners' progress, a sign for each test, says nothing once they have ended. @param {string} text @returns {string} */
const withoutDots = (text) => text.replaceAll(/^\S{60,}$/gm, '')

/** @param {unknown} report @returns {Counts} */
function countVitest(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
    /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */ (
      report
    )
  // A file that cannot be loaded has no tests to fail, and is a failure all the same.
  const brokenFiles = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests + numTodoTests }
}

/** @param {unknown} report @returns {Counts} */
function countPlaywright(report) {
  const { stats } = /** @type {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} */ (report)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}
