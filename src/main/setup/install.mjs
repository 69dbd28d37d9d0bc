import { existsSync } from 'node:fs'
import { inRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { readOrNull, sha256, writeStamp } from './stamps.mjs'

const stampPath = inRoot('node_modules', '.graft-installed')

/** Whether `node_modules` holds what `package-lock.json` asks for on this platform: one small file is read and one hashed. @returns {boolean} */
export function isInstalled() {
  return readOrNull(stampPath) === wantedStamp()
}

/** @returns {string} */
function wantedStamp() {
  return `${process.platform}-${process.arch} ${sha256(readOrNull(inRoot('package-lock.json')) ?? '')}`
}

/**
 * Brings the packages with `npm ci` where they are missing or stale. Throws, with npm's own words, when npm fails twice.
 * @param {import('./places.mjs').Say} say
 */
export async function install(say) {
  if (isInstalled()) return
  if (matchesLock()) {
    writeStamp(stampPath, wantedStamp())
    return
  }
  say('installing packages (npm ci)...')
  let outcome = await npm(['ci', '--loglevel=error'])
  if (outcome.code !== 0) {
    say('npm ci failed; trying once more...')
    outcome = await npm(['ci', '--loglevel=error'])
  }
  if (outcome.code !== 0)
    throw new Error(
      `npm ci failed. Graft needs the package registry once, for its first start. npm said:\n\n${outcome.output.trim().slice(-3000)}`,
    )
  writeStamp(stampPath, wantedStamp())
  say(`installed packages, ${outcome.seconds.toFixed(0)} s`)
}

/**
 * @param {readonly string[]} args @param {import('./run-command.mjs').CommandOptions} [options]
 * @returns {Promise<import('./run-command.mjs').CommandOutcome>}
 */
export function npm(args, options) {
  // Inside `npm run` this names the npm that was called, which need not be the one on the PATH.
  const script = process.env['npm_execpath']
  return script !== undefined && /npm-cli\.[cm]?js$/.test(script)
    ? runCommand(process.execPath, [script, ...args], options)
    : runCommand('npm', args, options)
}

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */

/**
 * Whether somebody's own `npm ci` or `npm install` has installed all that the lock asks for: npm keeps its own record, written only when it has
 * finished. What is there beyond the lock does no harm.
 * @returns {boolean}
 */
function matchesLock() {
  const installed = packagesOf(inRoot('node_modules', '.package-lock.json'))
  const wanted = packagesOf(inRoot('package-lock.json'))
  if (installed === null || wanted === null) return false
  return Object.entries(wanted).every(([path, locked]) => {
    if (path === '') return true
    const found = installed[path]
    return found === undefined ? locked.optional === true : found.version === locked.version && existsSync(inRoot(path))
  })
}

/** @param {string} path @returns {Record<string, LockedPackage> | null} */
function packagesOf(path) {
  const text = readOrNull(path)
  return text === null ? null : JSON.parse(text).packages
}
