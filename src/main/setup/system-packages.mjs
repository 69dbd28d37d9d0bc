import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env, platform } from 'node:process'
import { runCommand } from './run-command.mjs'
import { recentFailure, rememberFailure } from './stamps.mjs'

/** For each step that only fetches: ended after that, nothing is lost. */
const fetchLimitSeconds = 420
/** Unpacking, which should not be cut in the middle. */
const installLimitSeconds = 1800
const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Where a program is, by the PATH. @param {string} name @returns {string | null} */
function onPath(name) {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR'].includes(String(/** @type {NodeJS.ErrnoException} */ (error).code))) throw error
    }
  }
  return null
}

/** A Chromium to drive in tests: `GRAFT_CHROMIUM`, else the system's. @returns {string | null} */
export function findChromium() {
  return env['GRAFT_CHROMIUM'] ?? chromiumNames.map(onPath).find((path) => path !== null) ?? null
}

/** The virtual screen for Electron's tests. @returns {string | null} */
export const findXvfb = () => onPath('Xvfb')

/** Debian's package for each shared library that Electron loads and that a bare system lacks. */
const electronLibraries = new Map([
  ['libgtk-3.so.0', 'libgtk-3-0'],
  ['libnss3.so', 'libnss3'],
  ['libasound.so.2', 'libasound2'],
  ['libgbm.so.1', 'libgbm1'],
])

/** What a package is called since the change to 64-bit times (Debian 13, Ubuntu 24.04), where the old name alone may install nothing. */
const laterNames = new Map([
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libasound2', 'libasound2t64'],
])

/** Packages of Debian that tests need and that are not here. Empty where this is not Linux. @returns {string[]} */
export function missingPackages() {
  if (platform !== 'linux') return []
  const missing = []
  if (findChromium() === null) missing.push('chromium')
  if (findXvfb() === null) missing.push('xvfb')
  if (lacksVenv()) missing.push('python3-venv')
  const libraries = knownLibraries()
  if (libraries !== null) for (const [library, name] of electronLibraries) if (!libraries.includes(`${library} `)) missing.push(name)
  return missing
}

/** Debian keeps what makes virtual environments in a package of its own. A system without Python has no use for it. @returns {boolean} */
function lacksVenv() {
  const python = onPath('python3')
  return python !== null && spawnSync(python, ['-c', 'import ensurepip, venv']).status !== 0
}

/** The libraries that the loader knows, as a list to search in; null on systems whose loader keeps none. @returns {string | null} */
function knownLibraries() {
  const ldconfig = onPath('ldconfig') ?? ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path))
  if (ldconfig === undefined) return null
  const listed = spawnSync(ldconfig, ['-p'], { encoding: 'utf8' })
  return listed.status === 0 ? listed.stdout : null
}

/**
 * Brings what the tests need from the system with apt-get where that may be done; else says what is missing and how to bring it. Never
 * fails: tests that need what is missing are skipped, and say so.
 * @param {import('./places.mjs').Say} say
 * @param {{ recentFailure: (what: string) => string | null, rememberFailure: (what: string, reason: string) => void }} memory
 */
export async function bringSystemPackages(say, memory = { recentFailure, rememberFailure }) {
  const missing = missingPackages()
  if (missing.length === 0) return
  if (onPath('apt-get') === null) {
    return say(`missing for the tests: ${missing.join(' ')} (so Debian calls them; there is no apt-get here to bring them with)`)
  }
  if (process.getuid?.() !== 0) {
    const { found, unknown } = await findNames(missing)
    return say(`missing for the tests: ${missing.join(' ')} (as root: apt-get install ${[...found, ...unknown].join(' ')})`)
  }
  const earlier = memory.recentFailure('system-packages')
  if (earlier !== null) return say(`missing for the tests: ${missing.join(' ')}: ${earlier} (GRAFT_RETRY=1 tries again)`)
  const startedMs = performance.now()
  const reason = await installAll(missing)
  const left = missingPackages()
  const brought = missing.filter((name) => !left.includes(name))
  if (brought.length > 0) say(`installed ${brought.join(' ')}, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
  if (left.length === 0) return
  const why = reason ?? 'apt-get installed it, and it is still not found'
  memory.rememberFailure('system-packages', why)
  say(`missing for the tests: ${left.join(' ')}: ${why}`)
}

/** @param {readonly string[]} missing @returns {Promise<string | null>} why some or all of them are not here now, or null */
async function installAll(missing) {
  // Where a server cannot be reached, this goes on with the lists that are there and still ends with 0.
  const update = await aptGet(['update', '-q'], fetchLimitSeconds)
  const { found, unknown, reason } = await findNames(missing)
  const unavailable = unknown.length === 0 ? null : (networkReason(update) ?? reason ?? `this system has no package ${unknown.join(', ')}`)
  if (found.length === 0) return unavailable
  const install = ['install', '-y', '-q', '--no-install-recommends', ...found]
  const fetched = await aptGet([...install, '--download-only'], fetchLimitSeconds)
  if (fetched.code !== 0) return plainReason(fetched, fetchLimitSeconds)
  const installed = await aptGet(install, installLimitSeconds)
  return installed.code === 0 ? unavailable : plainReason(installed, installLimitSeconds)
}

/**
 * What this system calls the packages: one that it does not know would keep apt-get from installing all others. Changes nothing.
 * @param {readonly string[]} names
 * @returns {Promise<{ found: string[], unknown: string[], reason: string | null }>} `reason`: why apt-get would install none of the unknown, where it is
 * not that it does not know them
 */
async function findNames(names) {
  if ((await refusalOf(...names)) === null) return { found: [...names], unknown: [], reason: null }
  const found = []
  const unknown = []
  let reason = null
  for (const name of names) {
    const later = laterNames.get(name)
    if (later !== undefined && (await refusalOf(later)) === null) {
      found.push(later)
      continue
    }
    const refusal = await refusalOf(name)
    if (refusal === null) found.push(name)
    else unknown.push(name)
    if (refusal !== null && !isUnknown(refusal)) reason = plainReason(refusal, fetchLimitSeconds)
  }
  return { found, unknown, reason }
}

/** @param {import('./run-command.mjs').CommandOutcome} outcome @returns {boolean} */
const isUnknown = ({ output }) => /Unable to locate package|no installation candidate/.test(output)

/** @param {...string} names @returns {Promise<import('./run-command.mjs').CommandOutcome | null>} null where all can be installed, else what apt-get says */
async function refusalOf(...names) {
  const outcome = await aptGet(['install', '--simulate', '-y', '-q', '--no-install-recommends', ...names], fetchLimitSeconds)
  return outcome.code === 0 ? null : outcome
}

/** @param {readonly string[]} args @param {number} limitSeconds @returns {Promise<import('./run-command.mjs').CommandOutcome>} */
function aptGet(args, limitSeconds) {
  const patience = [
    '-o',
    'Acquire::Retries=1',
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'Acquire::https::Timeout=20',
    '-o',
    'DPkg::Lock::Timeout=60',
  ]
  // Its words are read below: they must be English.
  return runCommand('apt-get', [...patience, ...args], { env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }, limitSeconds })
}

/** @param {import('./run-command.mjs').CommandOutcome} outcome @returns {string | null} */
function networkReason({ output }) {
  const isNetwork =
    /Could not resolve|Temporary failure resolving|Could not connect|Unable to connect|connection timed out|Network is unreachable/i
  return isNetwork.test(output) ? 'the servers with the packages cannot be reached' : null
}

/** Why apt-get failed, in words. @param {import('./run-command.mjs').CommandOutcome} outcome @param {number} limitSeconds @returns {string} */
function plainReason(outcome, limitSeconds) {
  const { output } = outcome
  if (outcome.timedOut) return `apt-get took longer than ${limitSeconds} s`
  if (/Could not get lock|Unable to (acquire|lock)/.test(output)) return 'another program is installing packages at this moment'
  if (/enough free space|No space left/.test(output)) return 'there is not enough room on the disk'
  if (/dpkg was interrupted/.test(output)) return 'an earlier installation was interrupted (as root: dpkg --configure -a)'
  const network = networkReason(outcome)
  if (network !== null) return network
  const lines = output.trim().split('\n')
  const last = lines.findLast((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? ''
  return `apt-get says: ${last === '' ? `nothing, and ends with ${outcome.code ?? outcome.signal}` : last.replace(/^E: /, '')}`
}
