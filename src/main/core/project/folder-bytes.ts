import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files whose sizes are asked for at a time: the disk is kept busy, and other work gets its turn. */
const atOnce = 64

/** Bytes of all files below a folder; links are not followed. What is deleted meanwhile counts nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  let bytes = 0
  for (let at = 0; at < files.length; at += atOnce) {
    const sizes = await Promise.all(files.slice(at, at + atOnce).map(({ parentPath, name }) => fileBytes(join(parentPath, name))))
    for (const size of sizes) bytes += size
  }
  return bytes
}

/** Bytes of a file; 0 where there is none. */
export async function fileBytes(file: string): Promise<number> {
  try {
    return (await lstat(file)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
