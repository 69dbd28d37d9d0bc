import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HeldPicture } from '../../contract/images.ts'
import type { Log } from '../context.ts'
import { ownFolder } from '../own-folder.ts'
import { diskError } from '../project/disk-errors.ts'

export interface HeldPictures {
  /** Writes the picture and answers where; what was in the same slot before is gone then, under whatever name. Throws `DISK_FULL` or `NOT_WRITABLE`. */
  hold(picture: HeldPicture): Promise<{ path: string }>
}

/** Pictures that came without a file of their own, in a folder of this process below `dataDir`. They are gone when the process ends. */
export function makeHeldPictures(dataDir: string, log: Log): HeldPictures {
  const parent = join(dataDir, 'held')
  const open = ownFolder(parent, log)
  const inSlots = new Map<string, string>()
  return {
    hold: async ({ name, base64, slot }) => {
      try {
        const root = await open()
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
