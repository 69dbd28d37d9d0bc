import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { diskError } from './disk-errors.ts'

/**
 * Makes a folder with those above it; answers with the first one that was not there, or null. Node's own way of doing so never ends
 * where the system says of a new folder that there is no such place, as it does in /proc. Throws `NOT_WRITABLE` or `DISK_FULL`.
 */
export function makeFolder(path: string): string | null {
  const missing = []
  for (let folder = path; !existsSync(folder) && dirname(folder) !== folder; folder = dirname(folder)) missing.unshift(folder)
  try {
    for (const folder of missing) makeOne(folder)
  } catch (error) {
    throw placeError(error, path)
  }
  if (!statSync(path).isDirectory()) throw new StudioError('NOT_WRITABLE', { path, reason: isFile })
  return missing[0] ?? null
}

/** What a failure to make something in the folder `path` means for a person; see `diskError`. */
export function placeError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EEXIST' || code === 'ENOTDIR') return new StudioError('NOT_WRITABLE', { path, reason: isFile }, { cause: error })
  if (code === 'ENOENT') return new StudioError('NOT_WRITABLE', { path, reason: 'nothing can be made there' }, { cause: error })
  return diskError(error, path)
}

const isFile = 'it is a file, not a folder'

/** That somebody else makes it at the same moment is no failure. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) throw error
  }
}
