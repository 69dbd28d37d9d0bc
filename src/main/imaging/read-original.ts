import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { PictureProblem } from './picture-problem.ts'
import { Scratch } from './scratch.ts'

/** Larger files are no photos; the limit keeps one file from taking the memory of the process. */
export const maxFileBytes = 1024 ** 3

/** So that a pipe that nobody writes into does not hold up the work; Windows knows no such flag. */
const nonBlocking = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0

const plainReasons: Readonly<Record<string, string>> = {
  ENOENT: 'the file is not there',
  EACCES: 'there is no permission to read it',
  EPERM: 'there is no permission to read it',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports a read error',
  ELOOP: 'it is a link that leads back to itself',
  EBUSY: 'another program holds it',
  ENXIO: 'it is not a file',
}

/** Stands in a path for bytes that are no text: Linux allows them in names, and old archives and drives bring them. */
const noText = '\uFFFD'

function unreadable(error: unknown, path: string): PictureProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const reason =
    code === 'ENOENT' && path.includes(noText)
      ? 'letters in its name, or in that of its folder, are written in a way that cannot be read; rename it'
      : (plainReasons[code] ?? code)
  return new PictureProblem('unreadable', reason, { cause: error })
}

/** A file that is open; `readOriginal` opens and reads it in one. */
export interface OpenOriginal {
  readonly sizeBytes: number
  /** All its bytes, in `scratch` where that is given. Throws `PictureProblem` (`unreadable`). */
  read(scratch?: Scratch): Promise<Buffer>
}

/**
 * Opens a file for `use` and closes it afterwards. Throws `PictureProblem` (`unreadable`, or `too-large` for more than 1 GiB) and what
 * `use` throws.
 */
export async function withOriginal<T>(path: string, use: (original: OpenOriginal) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | nonBlocking).catch((error: unknown) => {
    throw unreadable(error, path)
  })
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new PictureProblem('unreadable', 'it is not a file')
    const sizeBytes = found.size
    if (sizeBytes > maxFileBytes) throw new PictureProblem('too-large', `${sizeBytes} bytes; files of up to 1 GiB are read`)
    const read = async (scratch = new Scratch()): Promise<Buffer> => {
      const bytes = scratch.take(sizeBytes)
      try {
        let filled = 0
        while (filled < sizeBytes) {
          const { bytesRead } = await file.read(bytes, filled, sizeBytes - filled, filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return bytes.subarray(0, filled)
      } catch (error) {
        throw unreadable(error, path)
      }
    }
    return await use({ sizeBytes, read })
  } finally {
    await file.close()
  }
}

/** All bytes of a file. Throws like `withOriginal`. */
export async function readOriginal(path: string): Promise<Buffer> {
  return withOriginal(path, (original) => original.read())
}
