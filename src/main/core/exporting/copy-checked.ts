import { createHash } from 'node:crypto'
import { open, rm, stat, type FileHandle } from 'node:fs/promises'

/** Read and written at a time. */
const pieceBytes = 1024 * 1024

/**
 * Copies a plain file to `target`, which must not be there, and answers its bytes; null, with nothing left at `target`, where it cannot be
 * read or the SHA-256 of what was written is not `hash`. `hash` null takes whatever is there. Throws the signal's reason, and the disk's error for `target` alone.
 */
export async function copyChecked(source: string, target: string, hash: string | null, signal: AbortSignal): Promise<number | null> {
  await using from = await openPlain(source)
  if (from === null) return null
  const digest = createHash('sha256')
  let bytes = 0
  let read: number | null
  {
    await using to = await open(target, 'wx')
    const piece = Buffer.allocUnsafe(pieceBytes)
    while ((read = await readPiece(from, piece)) !== null && read > 0) {
      signal.throwIfAborted()
      digest.update(piece.subarray(0, read))
      await to.writeFile(piece.subarray(0, read))
      bytes += read
    }
  }
  if (read !== null && (hash === null || digest.digest('hex') === hash)) return bytes
  await rm(target)
  return null
}

/** Null for what is no plain file or cannot be opened. Asked before it is opened: opening a pipe or a device can do something, or wait for ever. */
async function openPlain(path: string): Promise<FileHandle | null> {
  return unlessUnreadable(async () => ((await stat(path)).isFile() ? await open(path, 'r') : null))
}

async function readPiece(file: FileHandle, piece: Buffer): Promise<number | null> {
  return unlessUnreadable(async () => (await file.read(piece, 0, piece.length)).bytesRead)
}

async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
