import { availableParallelism } from 'node:os'
import { inRoot } from './places.mjs'
import { nodeEnvironment } from './node24.mjs'
import { runCommand } from './run-command.mjs'

const limitSeconds = 600
const bin = (/** @type {string} */ path) => inRoot('node_modules', path)

/** @type {readonly { name: string, args: readonly string[] }[]} the longest first, because two run at a time */
const steps = [
  { name: 'eslint', args: [bin('eslint/bin/eslint.js'), '--config', 'src/main/setup/eslint.config.js', '--max-warnings=0', '.'] },
  {
    name: 'svelte-check',
    args: [bin('svelte-check/bin/svelte-check'), '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  { name: 'types (tsc)', args: [bin('typescript/bin/tsc'), '-p', '.'] },
  { name: 'prettier', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'unused code', args: [inRoot('src/main/setup/find-unused.mjs')] },
]

/**
 * Runs every static check, as many at a time as there are cores, and says each one's outcome in a line.
 * @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(node24, say) {
  const waiting = [...steps]
  const counts = { passed: 0, failed: 0 }
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await runCommand(node24, step.args, { env: nodeEnvironment, limitSeconds })
      const passed = outcome.code === 0
      counts[passed ? 'passed' : 'failed']++
      say(`${passed ? 'ok    ' : 'FAILED'} ${step.name}, ${outcome.seconds.toFixed(1)} s`)
      if (!passed) say(outcome.timedOut ? `took longer than ${limitSeconds} s` : outcome.output.trim().slice(-12000))
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 3) }, work))
  return counts
}

/** @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<number>} exit code */
export async function check(node24, say) {
  const { passed, failed } = await runChecks(node24, say)
  say(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
