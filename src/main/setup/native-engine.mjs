import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnvironment } from './node24.mjs'
import { cacheFolder, inRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { recentFailure, rememberFailure } from './stamps.mjs'

/** A studio's data folder of its own: the engine is brought by the studio's own command, as a person would. */
const dataFolder = join(cacheFolder, 'test-native')
const engineFolder = join(dataFolder, 'engines', 'tfjs-node-gpu')
const limitSeconds = 600
const failureName = 'native-engine'

/**
 * `tfjs-node-gpu` for the tests, where this machine has pip and a compiler. What is missing is said in a line, and is asked for again only
 * after a day: the tests that need it then skip themselves.
 * @param {string} node24 @param {import('./places.mjs').Say} say @returns {Promise<string | null>} folder of the installed engine
 */
export async function bringNativeEngine(node24, say) {
  if (existsSync(join(engineFolder, 'engine.json'))) return engineFolder
  const earlier = recentFailure(failureName)
  if (earlier !== null) {
    say(`tfjs-node-gpu is not here: ${earlier} (GRAFT_RETRY=1 tries again)`)
    return null
  }
  say('installing tfjs-node-gpu for the tests...')
  const outcome = await runCommand(node24, [inRoot('src/main/cli.ts'), 'engines', 'install', 'native'], {
    env: { ...nodeEnvironment, GRAFT_DATA_DIR: dataFolder },
    limitSeconds,
  })
  if (outcome.code === 0) {
    say(`installed tfjs-node-gpu, ${outcome.seconds.toFixed(0)} s`)
    return engineFolder
  }
  const reason = outcome.timedOut ? `took longer than ${limitSeconds} s` : (outcome.output.trim().split('\n').at(-1) ?? 'it failed')
  rememberFailure(failureName, reason)
  say(`tfjs-node-gpu could not be installed: ${reason}`)
  return null
}
