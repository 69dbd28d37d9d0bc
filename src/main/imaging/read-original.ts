import { readFile, stat } from 'node:fs/promises'
import { PictureProblem } from './picture-problem.ts'

/** Larger files are no photos; the limit keeps one file from taking the memory of the process. */
export const maxFileBytes = 1024 ** 3

const plainReasons: Readonly<Record<string, string>> = {
  ENOENT: 'the file is not there',
  EACCES: 'there is no permission to read it',
  EPERM: 'there is no permission to read it',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports a read error',
}

function unreadable(error: unknown): PictureProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new PictureProblem('unreadable', plainReasons[code] ?? code, { cause: error })
}

/** Size of a file in bytes. Throws `PictureProblem` (`unreadable`, or `too-large` for more than 1 GiB). */
export async function originalSize(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  if (!found.isFile()) throw new PictureProblem('unreadable', 'it is not a file')
  if (found.size > maxFileBytes) throw new PictureProblem('too-large', `${found.size} bytes; files of up to 1 GiB are read`)
  return found.size
}

/** All bytes of a file. Throws `PictureProblem` (`unreadable`). */
export async function readOriginal(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw unreadable(error)
  })
}
