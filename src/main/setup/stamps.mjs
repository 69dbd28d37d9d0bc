import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, inRoot } from './places.mjs'

const dayMs = 24 * 3600 * 1000

/** The text of a small file, or null where it is not there. @param {string} path @returns {string | null} */
export function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null
    throw error
  }
}

/** @param {string} path @param {string} text */
export function writeStamp(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** SHA-256, hex. @param {string | Buffer} bytes @returns {string} */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/**
 * A hash over path, size and time of change of every file below the given places (relative to the checkout); tests are left out.
 * @param {readonly string[]} places @returns {string}
 */
export function fingerprint(places) {
  const hash = createHash('sha256')
  for (const place of places) {
    const path = inRoot(place)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) continue
    const names = found.isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : ['']
    for (const name of names.filter((each) => !each.endsWith('.test.ts')).sort()) {
      const file = statSync(join(path, name))
      if (file.isFile()) hash.update(`${place}/${name} ${file.size} ${file.mtimeMs}\n`)
    }
  }
  return hash.digest('hex')
}

/**
 * What could not be fetched is remembered for a day, so that a start without a network does not wait for it each time.
 * `GRAFT_RETRY=1` asks again at once.
 * @param {string} what @returns {string | null} why it failed, or null where it should be tried
 */
export function recentFailure(what) {
  const path = join(cacheFolder, 'failed', what)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || process.env['GRAFT_RETRY'] === '1' || Date.now() - found.mtimeMs > dayMs) return null
  return readFileSync(path, 'utf8')
}

/** @param {string} what @param {string} reason one line */
export function rememberFailure(what, reason) {
  writeStamp(join(cacheFolder, 'failed', what), reason)
}
