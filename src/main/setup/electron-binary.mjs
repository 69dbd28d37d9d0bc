import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { env, platform } from 'node:process'
import { inRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { readOrNull, recentFailure, rememberFailure } from './stamps.mjs'

const packageFolder = inRoot('node_modules', 'electron')
/** The archive has about 120 MB. */
const limitSeconds = 240

/** @returns {boolean} */
export const hasScreen = () => platform !== 'linux' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined

/**
 * The Electron binary, fetched by the `electron` package's own script where it is not here yet.
 * @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<string | null>} null, and a line said, where it cannot be had
 */
export async function bringElectron(node24, say) {
  const present = findElectron()
  if (present !== null) return present
  const earlier = recentFailure('electron')
  if (earlier !== null) {
    say(`Electron is not here: ${earlier} (GRAFT_RETRY=1 tries again)`)
    return null
  }
  say('fetching Electron...')
  const outcome = await runCommand(node24, [join(packageFolder, 'install.js')], { limitSeconds })
  const fetched = findElectron()
  if (fetched !== null) return fetched
  const reason = outcome.timedOut
    ? `the download took longer than ${limitSeconds} s`
    : (outcome.output.trim().split('\n')[0] ?? 'the download failed')
  rememberFailure('electron', reason)
  say(`Electron could not be fetched: ${reason}`)
  return null
}

/** @returns {string | null} */
function findElectron() {
  const named = readOrNull(join(packageFolder, 'path.txt'))
  const folder = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist')
  const path = join(folder, named ?? (platform === 'win32' ? 'electron.exe' : 'electron'))
  return existsSync(path) ? path : null
}
