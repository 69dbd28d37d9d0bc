import { existsSync } from 'node:fs'
import { inRoot } from './places.mjs'
import { nodeEnvironment } from './node24.mjs'
import { runCommand } from './run-command.mjs'
import { fingerprint, readOrNull, writeStamp } from './stamps.mjs'

const stampPath = inRoot('out', '.built-from')
const sources = ['src', 'electron.vite.config.ts', 'package-lock.json']
const limitSeconds = 300

/**
 * Builds `out/` where a source has changed since the last build. Throws with the bundler's words when it fails.
 * @param {string} node24 @param {import('./places.mjs').Say} say @param {{ always: boolean }} options
 */
export async function buildApp(node24, say, { always }) {
  const wanted = fingerprint(sources)
  if (!always && readOrNull(stampPath) === wanted && existsSync(inRoot('out/renderer/index.html'))) return
  const outcome = await runCommand(node24, [inRoot('node_modules/electron-vite/bin/electron-vite.js'), 'build'], {
    env: nodeEnvironment,
    limitSeconds,
  })
  if (outcome.code !== 0) throw new Error(`the build failed:\n\n${outcome.output.trim().slice(-6000)}`)
  writeStamp(stampPath, wanted)
  say(`built the studio, ${outcome.seconds.toFixed(1)} s`)
}
