import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StudioError } from '../../contract/errors.ts'

/** Codes of Node's file functions and of SQLite. */
const full = /^(ENOSPC|EDQUOT|SQLITE_FULL)/
const notWritable = /^(EACCES|EIO|EISDIR|EPERM|EROFS|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_IOERR|SQLITE_PERM|ENAMETOOLONG)/

/**
 * What a failed write to `path` means for a person: DISK_FULL, NOT_WRITABLE, FOLDER_NOT_FOUND where nothing is at `path` any more, or the error
 * itself when it is none of them (then it is a bug). To be thrown: `catch (error) { throw diskError(error, folder) }`. `neededBytes` where the caller knows it.
 */
export function diskError(error: unknown, path: string, neededBytes: number | null = null): unknown {
  if (!(error instanceof Error) || error instanceof StudioError || !('code' in error)) return error
  const code = String(error.code)
  if (full.test(code)) return diskFull(path, neededBytes, error)
  if (notWritable.test(code)) return new StudioError('NOT_WRITABLE', { path, reason: error.message }, { cause: error })
  if (code === 'ENOENT' && !existsSync(path)) return new StudioError('FOLDER_NOT_FOUND', { path }, { cause: error })
  return error
}

/** That there is no room for what is to be written to `path`. */
export function diskFull(path: string, neededBytes: number | null = null, cause?: Error): StudioError {
  return new StudioError('DISK_FULL', { path, neededBytes, freeBytes: freeBytes(path) }, { cause })
}

/** The same for a failure of a project's database, wherever it came from; anything else stays as it is. `root`: the project's folder. */
export function databaseError(error: unknown, root: string): unknown {
  const isOfDatabase = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_')
  return isOfDatabase ? diskError(error, root) : error
}

/** Bytes that this user may still write where `path` lies; null where the system does not tell. */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize, blocks } = statfsSync(path)
    // Not a full disk but none at all, as /proc.
    return blocks === 0 ? null : bavail * bsize
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing && dirname(path) !== path ? freeBytes(dirname(path)) : null
  }
}
