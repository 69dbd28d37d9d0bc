import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { HeldPicture } from '../../contract/images.ts'
import type { Log } from '../context.ts'
import { openProcessFolder } from '../process-folder.ts'
import { diskError } from '../project/disk-errors.ts'

export interface HeldPictures {
  /** Writes the picture and answers where; what was in the same slot before is gone then, under whatever name. Throws `DISK_FULL` or `NOT_WRITABLE`. */
  hold(picture: HeldPicture): Promise<{ path: string }>
}

/** Pictures that came without a file of their own, in a folder of this process below `dataDir`. They are gone when the process ends. */
export function makeHeldPictures(dataDir: string, log: Log): HeldPictures {
  const parent = join(dataDir, 'held')
  let opened: Promise<string> | null = null
  const inSlots = new Map<string, string>()
  const open = async (): Promise<string> => {
    const root = await openProcessFolder(parent, { log })
    process.once('exit', () => rmSync(root, { recursive: true, force: true }))
    return root
  }
  return {
    hold: async ({ name, base64, slot }) => {
      try {
        // A disk that was full may have room the next time.
        const root = await (opened ??= open().catch((error: unknown) => {
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
        throw diskError(error, parent)
      }
    },
  }
}
