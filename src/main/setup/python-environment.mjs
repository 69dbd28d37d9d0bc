import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { cacheFolder, inRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { readOrNull, recentFailure, rememberFailure, writeStamp } from './stamps.mjs'

/** Hundreds of megabytes; what is slower than this is as good as nothing. */
const limitSeconds = 600

/**
 * @typedef {object} PythonEnvironment
 * @property {string} name of its folder
 * @property {readonly string[]} packages by exact version, as pip takes them
 * @property {string} module imported once, to see that it works
 *
 * @typedef {{ state: 'ready', python: string } | { state: 'failed', reason: string }} BroughtPython
 */

/**
 * TensorFlow itself with Keras, of the version whose library `tfjs-node-gpu` runs on; null where there is none for this machine.
 * @returns {PythonEnvironment | null}
 */
export function tensorflowEnvironment() {
  /** @type {unknown} */
  const catalog = JSON.parse(readFileSync(inRoot('resources', 'engines', 'catalog.json'), 'utf8'))
  const { builds } =
    /** @type {{ builds: { platform: string, arch: string, gpu: boolean, archives: { source: { name: string, version: string } }[] }[] }} */ (
      catalog
    )
  const source = builds.find((build) => build.platform === platform && build.arch === arch && !build.gpu)?.archives[0]?.source
  // Pillow: Keras reads folders of photos with it.
  return source === undefined
    ? null
    : { name: 'tensorflow', packages: [`${source.name}==${source.version}`, 'pillow'], module: 'tensorflow' }
}

const environments = join(cacheFolder, 'python')

/** Where an environment lies. @param {PythonEnvironment} environment @param {string} parent */
function placeOf({ name, packages }, parent) {
  const folder = join(parent, name)
  const python = platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  // Written last, and with what is in it: one that was interrupted, or has other versions, is made anew.
  const stamp = join(folder, '.ready')
  return { folder, python, stamp, isReady: existsSync(python) && readOrNull(stamp) === packages.join(' ') }
}

/**
 * A virtual environment with these packages, made with pip where it is not there yet. Says a line when it has to be made.
 * @param {PythonEnvironment} environment @param {import('./places.mjs').Say} say @param {string} [parent] folder of all environments
 * @returns {Promise<BroughtPython>}
 */
export async function makePythonEnvironment(environment, say, parent = environments) {
  const { folder, python, stamp, isReady } = placeOf(environment, parent)
  if (isReady) return { state: 'ready', python }
  const [what = ''] = environment.packages
  say(`installing ${what} for Python...`)
  const startedMs = performance.now()
  /** @type {readonly (readonly [string, readonly string[]])[]} */
  const steps = [
    [platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '--clear', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', ...environment.packages]],
    [python, ['-c', `import ${environment.module}`]],
  ]
  for (const [program, args] of steps) {
    const reason = await failureOf(program, args)
    if (reason !== null) return { state: 'failed', reason }
  }
  writeStamp(stamp, environment.packages.join(' '))
  say(`installed ${what} for Python, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
  return { state: 'ready', python }
}

/** @param {string} program @param {readonly string[]} args @returns {Promise<string | null>} why it failed, in one line; null where it did not */
async function failureOf(program, args) {
  try {
    const { code, timedOut, output } = await runCommand(program, args, { limitSeconds })
    if (code === 0) return null
    if (timedOut) return `${program} took longer than ${limitSeconds} s`
    const lines = output.trim().split('\n')
    return (lines.findLast((line) => /error|not available/i.test(line)) ?? lines.at(-1) ?? `it ended with ${code}`).trim()
  } catch (error) {
    return `${program} does not start: ${error instanceof Error ? error.message : String(error)}`
  }
}

const failureName = 'python-tensorflow'

/**
 * Python with TensorFlow for the tests that compare with it. What is missing is said in a line, and is asked for again only after a day: those
 * tests then skip themselves.
 * @param {import('./places.mjs').Say} say @returns {Promise<string | null>} the program
 */
export async function bringTensorflow(say) {
  const environment = tensorflowEnvironment()
  if (environment === null) {
    say(`TensorFlow for Python is not here: there is none for ${platform} ${arch}`)
    return null
  }
  const earlier = placeOf(environment, environments).isReady ? null : recentFailure(failureName)
  if (earlier !== null) {
    say(`TensorFlow for Python is not here: ${earlier} (GRAFT_RETRY=1 tries again)`)
    return null
  }
  const brought = await makePythonEnvironment(environment, say)
  if (brought.state === 'ready') return brought.python
  rememberFailure(failureName, brought.reason)
  say(`TensorFlow for Python could not be installed: ${brought.reason}`)
  return null
}
