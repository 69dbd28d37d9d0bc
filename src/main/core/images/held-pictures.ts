import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process, { pid } from 'node:process'
import type { HeldPicture } from '../../contract/images.ts'
import { diskError } from '../project/disk-errors.ts'

export interface HeldPictures {
  /** Writes the picture and answers where. Throws `DISK_FULL` or `NOT_WRITABLE`. */
  hold(picture: HeldPicture): Promise<{ path: string }>
}

/** Pictures that came without a file of their own, in a folder of this process below `dataDir`. They are gone when the process ends. */
export function makeHeldPictures(dataDir: string): HeldPictures {
  const parent = join(dataDir, 'held')
  const root = join(parent, `${pid}-${randomBytes(4).toString('hex')}`)
  let opened: Promise<void> | null = null
  const open = async (): Promise<void> => {
    await mkdir(root, { recursive: true, mode: 0o700 })
    await deleteLeftovers(parent)
    process.once('exit', () => rmSync(root, { recursive: true, force: true }))
  }
  return {
    hold: async ({ name, base64, slot }) => {
      try {
        await (opened ??= open())
        const folder = join(root, slot === undefined ? randomBytes(6).toString('hex') : `slot-${slot}`)
        await mkdir(folder, { recursive: true })
        const path = join(folder, name)
        // Whoever reads the picture that was here before reads it to its end.
        const written = `${path}.part`
        await writeFile(written, Buffer.from(base64, 'base64'))
        await rename(written, path)
        return { path }
      } catch (error) {
        throw diskError(error, root)
      }
    },
  }
}

/** What processes that were killed could not delete. */
async function deleteLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!isAlive(Number(name.split('-')[0]))) await rm(join(parent, name), { recursive: true, force: true })
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
