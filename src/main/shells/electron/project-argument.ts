import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const ending = /\.graft[/\\]?$/i

/** The project that a command line names, absolute: the first argument that is one, or that lies right inside of one. Null without. */
export function projectArgument(argv: readonly string[], folder: string): string | null {
  const paths = argv.slice(1).filter((argument) => !argument.startsWith('-'))
  for (const path of paths) {
    const project = projectFolder(resolve(folder, path))
    if (ending.test(project)) return project
  }
  return null
}

/** The folder of a project for a path of it, or of a file right inside of it; any other path stays as it is. */
export function projectFolder(path: string): string {
  return !ending.test(path) && ending.test(dirname(path)) ? dirname(path) : path
}

/** Whether two paths lead to the same folder, by any link. */
export function isSamePlace(a: string, b: string): boolean {
  return realPlace(a) === realPlace(b)
}

function realPlace(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    // A folder that is not there is said by who opens it.
    if (error instanceof Error && 'code' in error) return resolve(path)
    throw error
  }
}
