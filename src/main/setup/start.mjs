import { resolve } from 'node:path'
import { cwd, env, getuid, platform } from 'node:process'
import { buildApp } from './app-build.mjs'
import { bringElectron, hasScreen } from './electron-binary.mjs'
import { nodeArguments, nodeEnvironment } from './node24.mjs'
import { inRoot, root } from './places.mjs'
import { becomeCommand } from './run-command.mjs'

/** An Electron that cannot set up its sandbox or its screen gives up at once. */
const gaveUpAfterMs = 5000

/**
 * Opens the studio: its own window where Electron and a screen are there, else in the browser. `--browser` asks for the browser.
 * @param {string} node24 @param {import('./places.mjs').Say} say @param {readonly string[]} args @returns {Promise<number>} exit code
 */
export async function start(node24, say, args) {
  await buildApp(node24, say, { always: false })
  const wantsBrowser = args.includes('--browser')
  const others = args.filter((arg) => arg !== '--browser')
  const electron = wantsBrowser ? null : await usableElectron(node24, say)
  if (electron !== null) {
    const openedMs = Date.now()
    const code = await becomeCommand(electron, [root, ...others.map(fromCaller)])
    if (code === 0 || Date.now() - openedMs > gaveUpAfterMs) return code
    say(`Electron ended at once (code ${code}); opening the studio in the browser instead`)
  }
  return becomeCommand(node24, [...nodeArguments, inRoot('src/main/server.ts'), ...others], nodeEnvironment)
}

/**
 * `npm start` moves to the checkout, and Electron looks from there: a project is made absolute from where the caller stands.
 * @param {string} arg @returns {string}
 */
const fromCaller = (arg) => (arg.startsWith('-') ? arg : resolve(env['INIT_CWD'] ?? cwd(), arg))

/** @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<string | null>} */
async function usableElectron(node24, say) {
  if (!hasScreen()) {
    say('no screen here: serving the studio to a browser')
    return null
  }
  if (platform === 'linux' && getuid?.() === 0) {
    say("Electron's sandbox does not work for root: serving the studio to a browser")
    return null
  }
  return bringElectron(node24, say)
}
