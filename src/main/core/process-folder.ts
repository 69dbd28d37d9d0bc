import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kill, pid } from 'node:process'
import type { Log } from './context.ts'

/** Whether a process of this machine runs, by its id. False for what is no id. */
export function isProcessAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false
  try {
    kill(processId, 0)
    return true
  } catch (error) {
    // A process of somebody else may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Makes a folder `PREFIXid-random` for this process inside `parent`, which is made when it is not there, and answers its real path. Only
 * this user can read it. What processes that have ended left there is deleted; whoever asks deletes this one. Fails with the disk's error.
 */
export async function openProcessFolder(
  parent: string,
  { log, prefix = '' }: { readonly log: Log; readonly prefix?: string },
): Promise<string> {
  await mkdir(parent, { recursive: true })
  const own = await mkdtemp(join(parent, `${prefix}${pid}-`))
  await deleteLeftovers(parent, ownerOf(prefix), log)
  return realpath(own)
}

/** Reads the id of the process out of the name of a folder that `openProcessFolder` has made. */
export function ownerOf(prefix: string): (name: string) => string | null {
  return (name) => (name.startsWith(prefix) ? (/^(\d+)-/.exec(name.slice(prefix.length))?.[1] ?? null) : null)
}

/**
 * Deletes those entries of `parent` whose process lives no more. `ownerOf` reads the id of the process out of an entry's name; null for
 * what is none of ours. What cannot be deleted is in nobody's way: it is noted, and tried again the next time.
 */
export async function deleteLeftovers(parent: string, ownerOf: (name: string) => string | null, log: Log): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = ownerOf(name)
    if (owner === null || isProcessAlive(Number(owner))) continue
    try {
      await rm(join(parent, name), { recursive: true, force: true })
    } catch (error) {
      log.error('what a process that has ended left could not be deleted', { path: join(parent, name), error: String(error) })
    }
  }
}
