import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { npm } from './install.mjs'
import { cacheFolder, root } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { recentFailure, rememberFailure, writeStamp } from './stamps.mjs'

/**
 * The stock Electron 41.3.0 runtime for tests, out of a package in which somebody ships an app: Electron's own download is not reachable from
 * every place where the tests run. It is a stranger's binary, so it is pinned by hash, stripped of that app and used by nothing but the tests.
 */
const source = {
  package: '@circadio/milton-linux-x64@0.1.5',
  integrity: 'sha512-7wwNzk/FGpznHFGnY/O5gZ/bnmLocilf2sn+w0U+2Fsyf0wEK0Vr94kk8kdwP2GGq60C/4C2BeKa/w7zhhpsYw==',
  binary: 'Milton',
  binarySha256: '134b72e0eb5a85ffaf2dfd85d98fd67b9d242b644297b12362ac995b178ff08f',
}
const folder = join(cacheFolder, 'test-electron')
const limitSeconds = 400

/**
 * @param {import('./places.mjs').Say} say
 * @returns {Promise<string | null>} the binary, with this checkout as its app; null, and a line said, where it cannot be had
 */
export async function bringTestElectron(say) {
  const binary = join(folder, 'electron')
  if (existsSync(join(folder, '.verified'))) {
    linkCheckout()
    return binary
  }
  if (platform !== 'linux' || arch !== 'x64') {
    say(`the test Electron is for Linux x64, not ${platform}-${arch}`)
    return null
  }
  const earlier = recentFailure('test-electron')
  if (earlier !== null) {
    say(`the test Electron is not here: ${earlier} (GRAFT_RETRY=1 tries again)`)
    return null
  }
  try {
    const seconds = await fetchRuntime()
    linkCheckout()
    say(`fetched the test Electron, ${seconds.toFixed(0)} s`)
    return binary
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    rememberFailure('test-electron', reason)
    say(`the test Electron could not be fetched: ${reason}`)
    return null
  }
}

/** @returns {Promise<number>} seconds */
async function fetchRuntime() {
  const startedMs = performance.now()
  const unpacked = `${folder}.part`
  rmSync(folder, { recursive: true, force: true })
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(unpacked, { recursive: true })
  await mustRun('npm pack', npm(['pack', source.package, '--silent', '--pack-destination', unpacked], { cwd: unpacked, limitSeconds }))
  const archive = readdirSync(unpacked).find((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error('npm pack wrote no archive')
  const integrity = `sha512-${await hashFile(join(unpacked, archive), 'sha512', 'base64')}`
  if (integrity !== source.integrity) throw new Error(`${source.package} is not the archive that was pinned: ${integrity}`)
  await mustRun('tar', runCommand('tar', ['-xzf', archive], { cwd: unpacked, limitSeconds }))
  const app = join(unpacked, 'package', 'app')
  const hash = await hashFile(join(app, source.binary), 'sha256', 'hex')
  if (hash !== source.binarySha256) throw new Error(`its binary is not the one that was pinned: ${hash}`)
  for (const name of readdirSync(join(app, 'resources'))) rmSync(join(app, 'resources', name), { recursive: true })
  renameSync(join(app, source.binary), join(app, 'electron'))
  renameSync(app, folder)
  rmSync(unpacked, { recursive: true })
  writeStamp(join(folder, '.verified'), source.integrity)
  return (performance.now() - startedMs) / 1000
}

/**
 * An Electron without its default app takes no path as an argument: its app lies at `resources/app`. That is a folder of links to what a built
 * app needs; one link to the whole checkout would make a ring that tools which follow links run through.
 */
function linkCheckout() {
  const app = join(folder, 'resources', 'app')
  rmSync(app, { recursive: true, force: true })
  mkdirSync(app)
  for (const name of ['package.json', 'out', 'node_modules', 'resources']) symlinkSync(join(root, name), join(app, name))
}

/** @param {string} what @param {Promise<import('./run-command.mjs').CommandOutcome>} running */
async function mustRun(what, running) {
  const outcome = await running
  if (outcome.code !== 0) throw new Error(`${what} failed: ${outcome.output.trim().split('\n').at(-1) ?? `code ${outcome.code}`}`)
}

/** @param {string} path @param {string} algorithm @param {'hex' | 'base64'} encoding @returns {Promise<string>} */
async function hashFile(path, algorithm, encoding) {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest(encoding)
}
