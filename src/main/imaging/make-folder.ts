import { mkdirSync } from 'node:fs'

/**
 * Makes a folder inside of one that is there, unless it is there already. Those above are not made with it: a project that was moved away, or whose
 * drive was pulled out, would otherwise begin anew in its old place, apart from its database.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
