import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/**
 * Files that a project or an export from elsewhere names: the path may lead to a device, which never ends, or to a pipe, which never
 * answers. All three answer null for what is no plain file, and whatever the disk says of it: there is nothing to be had.
 */

/** All bytes of a plain file; null for one of more than `atMostBytes`. */
export async function readPlainFile(path: string, atMostBytes: number): Promise<Buffer | null> {
  return ofPlainFile(path, async (sizeBytes) => (sizeBytes > atMostBytes ? null : readStart(path, sizeBytes)))
}

/** The first `length` bytes of a plain file, fewer where it has fewer. */
export async function readPlainStart(path: string, length: number): Promise<Buffer | null> {
  return ofPlainFile(path, () => readStart(path, length))
}

/** SHA-256 of a plain file, 64 lower-case hex digits. Throws the signal's reason. */
export async function hashOfPlainFile(path: string, signal?: AbortSignal): Promise<string | null> {
  const hash = await ofPlainFile(path, async () => {
    const digest = createHash('sha256')
    await pipeline(createReadStream(path), digest, signal === undefined ? {} : { signal })
    return digest.digest('hex')
  })
  signal?.throwIfAborted()
  return hash
}

async function ofPlainFile<T>(path: string, use: (sizeBytes: number) => Promise<T | null>): Promise<T | null> {
  try {
    // Asked before it is opened: opening a pipe or a device can do something, or wait for ever.
    const found = await stat(path)
    return found.isFile() ? await use(found.size) : null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

async function readStart(path: string, length: number): Promise<Buffer> {
  await using file = await open(path)
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
