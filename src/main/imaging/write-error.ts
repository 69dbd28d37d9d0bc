import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StudioError } from '../contract/studio-error.ts'

/**
 * What the system said when something was written to `path`, as `DISK_FULL`, as `FOLDER_NOT_FOUND` with the uppermost folder that is not there, or as
 * `NOT_WRITABLE`; anything else stays what it is.
 */
export function asWriteError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new StudioError('DISK_FULL', { path, neededBytes: null, freeBytes: null }, { cause: error })
  const missing = error.code === 'ENOENT' ? uppermostMissing(path) : null
  if (missing !== null) return new StudioError('FOLDER_NOT_FOUND', { path: missing }, { cause: error })
  return new StudioError('NOT_WRITABLE', { path, reason: String(error.code) }, { cause: error })
}

function uppermostMissing(path: string): string | null {
  let missing: string | null = null
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing = folder
  return missing
}
