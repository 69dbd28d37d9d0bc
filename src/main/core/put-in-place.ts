import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** As often as other processes may come in between before that is taken for something else. */
const mostTries = 10

/** Whether a function of Node's file system failed with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/**
 * Moves a folder to `target`, where it stands in the place of what was there: whoever looks finds the one or the other, or for a moment nothing. What it
 * replaces goes into `aside`, a folder on the same disk. Others may do the same at the same time: the last one stays. Fails with the disk's error.
 */
export async function putInPlace(folder: string, target: string, aside: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  for (let tries = 1; ; tries++) {
    try {
      await rename(target, join(aside, `replaced-${tries}`))
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
    }
    try {
      return await rename(folder, target)
    } catch (error) {
      if (tries === mostTries || !hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
    }
  }
}
