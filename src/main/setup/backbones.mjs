import { existsSync, readFileSync } from 'node:fs'
import { inRoot } from './places.mjs'
import { nodeEnvironment } from './node24.mjs'
import { runCommand } from './run-command.mjs'
import { readOrNull, recentFailure, rememberFailure, sha256 } from './stamps.mjs'

const folder = inRoot('resources', 'backbones')
/** Nothing of one backbone is larger than 20 MB; a network that is slower than this is as good as none. */
const limitSeconds = 300

/** Backbones of the catalogue that come with the studio and whose converted network is not on this machine. @returns {string[]} */
function missingBackbones() {
  const path = `${folder}/catalog.json`
  if (!existsSync(path)) return []
  /** @type {unknown} */
  const catalog = JSON.parse(readFileSync(path, 'utf8'))
  const { backbones } = /** @type {{ backbones: { id: string, networkSha256: string, onDemand?: boolean }[] }} */ (catalog)
  return backbones.filter(({ id, networkSha256, onDemand }) => onDemand !== true && !isConverted(id, networkSha256)).map(({ id }) => id)
}

/** Whether there is one to be fetched that was not asked for in vain lately. @returns {boolean} */
export function hasUntriedBackbones() {
  return missingBackbones().some((id) => recentFailure(failureName(id)) === null)
}

/** @param {string} id @returns {string} */
const failureName = (id) => `backbone-${id}`

/** `network.json` is written last and holds the hash of the weights beside it. @param {string} id @param {string} expected @returns {boolean} */
function isConverted(id, expected) {
  const text = readOrNull(`${folder}/${id}/network.json`)
  return text !== null && sha256(text) === expected
}

/**
 * Fetches, verifies and converts what is missing, through the command line's own verb. One that cannot be brought is said in a line, and is
 * asked for again only after a day: the studio works with those that are there.
 * @param {string} node24 @param {import('./places.mjs').Say} say
 */
export async function bringBackbones(node24, say) {
  for (const id of missingBackbones()) {
    const earlier = recentFailure(failureName(id))
    if (earlier !== null) {
      say(`${id} is not here: ${earlier} (GRAFT_RETRY=1 tries again)`)
      continue
    }
    say(`fetching the network ${id}...`)
    const outcome = await runCommand(node24, [inRoot('src/main/cli.ts'), 'backbones', 'fetch', id, '--json'], {
      env: nodeEnvironment,
      limitSeconds,
    })
    if (outcome.code === 0) say(`fetched ${id}, ${outcome.seconds.toFixed(0)} s`)
    else {
      const reason = outcome.timedOut ? `took longer than ${limitSeconds} s` : failureMessage(outcome)
      rememberFailure(failureName(id), reason)
      say(`${id} could not be fetched: ${reason}`)
    }
  }
}

/** The words of the CLI's `failed` line, else the last line it printed. @param {import('./run-command.mjs').CommandOutcome} outcome @returns {string} */
function failureMessage({ stdout, output, code }) {
  for (const line of stdout.trim().split('\n').reverse()) {
    if (!line.startsWith('{')) continue
    const { event, message } = JSON.parse(line)
    if (event === 'failed') return String(message)
  }
  return output.trim().split('\n').at(-1) ?? `ended with code ${code}`
}
