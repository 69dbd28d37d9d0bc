import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { asWriteError } from './write-error.ts'

const incoming = '.incoming'

/**
 * A folder of JPEG files named after a hash: `ab/HASH.jpg`, where `ab` are its first two digits. A file is written beside its place and
 * then renamed, so that a file with its name is always whole, even after the process was killed. Not synced to disk one by one (that
 * would cost more than the decoding): what a power cut destroys is made again from the original.
 */
export class ImageStore {
  readonly #root: string
  readonly #made = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  /**
   * Makes the folder, but not those above it, and clears what a killed process left half-written. Throws `FOLDER_NOT_FOUND`, `NOT_WRITABLE` or
   * `DISK_FULL`.
   */
  open(): void {
    try {
      const folder = join(this.#root, incoming)
      makeFolder(this.#root)
      makeFolder(folder)
      for (const name of readdirSync(folder)) if (!name.startsWith(`${process.pid}-`)) rmSync(join(folder, name), { force: true })
    } catch (error) {
      throw asWriteError(error, this.#root)
    }
  }

  has(hash: string): boolean {
    return existsSync(join(this.#root, hash.slice(0, 2), `${hash}.jpg`))
  }

  /**
   * Writes one file, replacing an older one. Synchronous on purpose: at some 30 kB a file the calls take a tenth of what handing them
   * to other threads costs. Throws `FOLDER_NOT_FOUND`, `NOT_WRITABLE` or `DISK_FULL`.
   */
  write(hash: string, bytes: Buffer): void {
    const shard = hash.slice(0, 2)
    const temporary = join(this.#root, incoming, `${process.pid}-${randomUUID()}`)
    try {
      if (!this.#made.has(shard)) {
        makeFolder(join(this.#root, shard))
        this.#made.add(shard)
      }
      writeFileSync(temporary, bytes)
      renameSync(temporary, join(this.#root, shard, `${hash}.jpg`))
    } catch (error) {
      rmSync(temporary, { force: true })
      throw asWriteError(error, this.#root)
    }
  }
}
