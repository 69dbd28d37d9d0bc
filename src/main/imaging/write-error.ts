import { StudioError } from '../contract/studio-error.ts'

/** What the system said when something was written to `path`, as `DISK_FULL` or `NOT_WRITABLE`; anything else stays what it is. */
export function asWriteError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new StudioError('DISK_FULL', { path, neededBytes: null, freeBytes: null }, { cause: error })
  return new StudioError('NOT_WRITABLE', { path, reason: String(error.code) }, { cause: error })
}
