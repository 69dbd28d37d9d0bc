import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inRoot } from './places.mjs'

const oldest = 24

/**
 * The Node that everything of Graft runs on: the pinned one out of `node_modules`, else this process's own where it is new enough.
 * @returns {string} absolute path of the binary
 */
export function findNode24() {
  const folder = inRoot('node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`, 'bin')
  const pinned = process.platform === 'win32' ? `${folder}\\node.exe` : `${folder}/node`
  if (existsSync(pinned)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= oldest) return process.execPath
  throw new Error(
    `Graft runs on Node ${oldest}. On ${process.platform}-${process.arch} it does not bring its own: install Node ${oldest} from https://nodejs.org and start again (this is ${process.version}).`,
  )
}

/** What every Node of Graft is started with: compiled code is kept, so that the next start is quicker. @type {NodeJS.ProcessEnv} */
export const nodeEnvironment = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? inRoot('.cache', 'compiled') }

/** What the commands that take over the terminal are started with, and their workers after them. @type {readonly string[]} */
export const nodeArguments = ['--import', pathToFileURL(inRoot('src/main/setup/end-with-parent.mjs')).href]
