import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env, getuid, platform } from 'node:process'
import { runCommand } from './run-command.mjs'

const limitSeconds = 420
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

/** Packages of Debian that tests need and that are not here. Empty where this is not Linux. @returns {string[]} */
export function missingPackages() {
  if (platform !== 'linux') return []
  const missing = []
  if (findChromium() === null) missing.push('chromium')
  if (findXvfb() === null) missing.push('xvfb')
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path))
  const libraries = ldconfig === undefined ? null : execFileSync(ldconfig, ['-p'], { encoding: 'utf8' })
  if (libraries !== null) for (const [library, name] of electronLibraries) if (!libraries.includes(`${library} `)) missing.push(name)
  return missing
}

/**
 * Brings what the tests need from the system with apt-get where that may be done; else says what is missing and how to bring it.
 * @param {import('./places.mjs').Say} say
 */
export async function bringSystemPackages(say) {
  const missing = missingPackages()
  if (missing.length === 0) return
  if (onPath('apt-get') === null || getuid?.() !== 0) {
    say(`missing for the tests: ${missing.join(' ')} (as root on Debian: apt-get install ${missing.join(' ')})`)
    return
  }
  const aptEnv = { DEBIAN_FRONTEND: 'noninteractive' }
  const update = await runCommand('apt-get', ['update', '-q'], { env: aptEnv, limitSeconds })
  const outcome = await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env: aptEnv, limitSeconds })
  const seconds = (update.seconds + outcome.seconds).toFixed(0)
  if (outcome.code === 0) say(`installed ${missing.join(' ')}, ${seconds} s`)
  else say(`apt-get could not install ${missing.join(' ')}: ${outcome.output.trim().split('\n').at(-1) ?? ''}`)
}
