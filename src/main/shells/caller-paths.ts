import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { cwd, env } from 'node:process'

const checkoutRoot = join(import.meta.dirname, '../../..')

/** Where the caller stands: `npm run` moves to the package's root and tells where it was called from. */
function callerFolder(): string {
  return env.INIT_CWD !== undefined && cwd() === checkoutRoot ? env.INIT_CWD : cwd()
}

/** A file argument as an absolute path. */
export function fromCaller(path: string): string {
  return resolve(callerFolder(), path)
}

/** A project argument: the folder, with or without its `.graft`. */
export function projectPath(argument: string): string {
  const path = fromCaller(argument)
  if (/\.graft$/i.test(path)) return path
  return existsSync(`${path}.graft`) || !existsSync(path) ? `${path}.graft` : path
}

/** How a project that does not exist yet is to be called, and in which folder: `photos/cd.graft` is `cd` in `photos`. */
export function newProject(argument: string): { readonly name: string; readonly folder: string } {
  const path = fromCaller(argument)
  return { name: basename(path).replace(/\.graft$/i, ''), folder: dirname(path) }
}
