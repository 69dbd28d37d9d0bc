import { rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../context.ts'
import { openProcessFolder } from '../process-folder.ts'
import { diskError } from '../project/disk-errors.ts'
import { makeFolder, placeError } from '../project/make-folder.ts'

export interface ExportPlace {
  /** Absolute path of the folder that the result goes into; made when it is not there. */
  readonly out: string
  /** How the folder that is worked in is called, a dot first. */
  readonly prefix: string
  readonly log: Log
}

/**
 * Work in a folder of its own inside `out`, on the same disk, so that the result can be moved into place at once. It is gone afterwards, and so
 * is `out` where it was made for work that failed; what a killed process left there goes with the next work. Throws `DISK_FULL`, `NOT_WRITABLE`.
 */
export async function inWorkplace<T>({ out, prefix, log }: ExportPlace, work: (workplace: string) => Promise<T>): Promise<T> {
  const firstMade = makeFolder(out)
  try {
    const workplace = await openProcessFolder(out, { log, prefix }).catch((error: unknown) => {
      throw placeError(error, out)
    })
    try {
      return await work(workplace)
    } finally {
      await rm(workplace, { recursive: true, force: true })
    }
  } catch (error) {
    if (firstMade !== null) await removeEmptyFolders(out, firstMade)
    throw diskError(error, out)
  }
}

/** Takes back what `makeFolder` made: from `path` up to `firstMade`, as long as nobody has put anything there. */
async function removeEmptyFolders(path: string, firstMade: string): Promise<void> {
  for (let folder = path; folder.startsWith(firstMade); folder = dirname(folder)) {
    try {
      await rmdir(folder)
    } catch (error) {
      if (error instanceof Error && 'code' in error) return
      throw error
    }
  }
}
