import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process, { pid } from 'node:process'
import type { HeldPicture } from '../../contract/images.ts'
import type { Log } from '../context.ts'
import { diskError } from '../project/disk-errors.ts'

export interface HeldPictures {
  /** Writes the picture and answers where; what was in the same slot before is gone then, under whatever name. Throws `DISK_FULL` or `NOT_WRITABLE`. */
  hold(picture: HeldPicture): Promise<{ path: string }>
}

/** Pictures that came without a file of their own, in a folder of this process below `dataDir`. They are gone when the process ends. */
export function makeHeldPictures(dataDir: string, log: Log): HeldPictures {
  const parent = join(dataDir, 'held')
  const root = join(parent, `${pid}-${randomBytes(4).toString('hex')}`)
  let opened: Promise<void> | null = null
  const inSlots = new Map<string, string>()
  const open = async (): Promise<void> => {
    await mkdir(root, { recursive: true, mode: 0o700 })
    await deleteLeftovers(parent, log)
    process.once('exit', () => rmSync(root, { recursive: true, force: true }))
  }
  return {
    hold: async ({ name, base64, slot }) => {
      try {
        // A disk that was full may have room the next time.
        await (opened ??= open().catch((error: unknown) => {
          opened = null
          throw error
        }))
        const folder = join(root, slot === undefined ? randomBytes(6).toString('hex') : `slot-${slot}`)
        await mkdir(folder, { recursive: true })
        const path = join(folder, name)
        // Whoever reads the picture that was here before reads it to its end.
        const written = `${path}.part`
        await writeFile(written, Buffer.from(base64, 'base64'))
        await rename(written, path)
        if (slot !== undefined) {
          const before = inSlots.get(slot)
          inSlots.set(slot, path)
          if (before !== undefined && before !== path) await rm(before, { force: true })
        }
        return { path }
      } catch (error) {
        throw diskError(error, root)
      }
    },
  }
}

/** What processes that were killed could not delete. What cannot be deleted now either is in nobody's way: it is tried again the next time. */
async function deleteLeftovers(parent: string, log: Log): Promise<void> {
  for (const name of await readdir(parent)) {
    if (isAlive(Number(name.split('-')[0]))) continue
    try {
      await rm(join(parent, name), { recursive: true, force: true })
    } catch (error) {
      log.error('pictures of a process that has ended could not be deleted', { folder: join(parent, name), error: String(error) })
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code === 'EPERM'
    throw error
  }
}
