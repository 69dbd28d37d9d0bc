import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../put-in-place.ts'

/** As `compute/feature-file.ts` lays such a file out: a header, then records of one length, each of which begins with the hash of its image. */
const magic = Buffer.from('GRAFTFV1', 'latin1')
const headerBytes = 16
const hashBytes = 32
const checkBytes = 4
const pieceBytes = 4 * 1024 ** 2

/**
 * Writes zeros over the features of images in every file of `folder`: what a network saw of a photo tells much of what it shows. A record of zeros is a
 * damaged one to whoever reads the file next, so that its image counts as not looked at; the others stay where they are. Links are not followed. A file that
 * cannot be read or written leaves the others no less forgotten. Fails with the first error of the disk once all were tried, at once with the signal's reason.
 */
export async function forgetFeatures(folder: string, hashes: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  })
  const failures: unknown[] = []
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.features')) continue
    await forgetInFile(join(folder, entry.name), hashes, signal).catch((error: unknown) => failures.push(error))
    signal.throwIfAborted()
  }
  if (failures.length > 0) throw failures[0]
}

async function forgetInFile(path: string, hashes: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  await using file = await open(path, 'r+')
  if (!(await forgetIn(file, hashes, signal))) return
  // The clock of a disk is coarse: whoever has read the file a moment ago must see that it has changed since.
  await file.utimes(new Date(), new Date(Date.now() + 1))
  await file.sync()
}

async function forgetIn(file: FileHandle, hashes: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
  const header = Buffer.alloc(headerBytes)
  const { bytesRead } = await file.read(header, 0, headerBytes, 0)
  if (bytesRead < headerBytes || !header.subarray(0, magic.length).equals(magic)) return false
  const recordBytes = hashBytes + header.readUInt32LE(magic.length) * 4 + checkBytes
  // Also where a damaged header says that a record is larger than any memory.
  if (headerBytes + recordBytes > (await file.stat()).size) return false
  const piece = Buffer.alloc(Math.max(1, Math.floor(pieceBytes / recordBytes)) * recordBytes)
  const zeros = Buffer.alloc(recordBytes)
  let hasForgotten = false
  for (let from = headerBytes; ;) {
    signal.throwIfAborted()
    const { bytesRead: read } = await file.read(piece, 0, piece.length, from)
    const whole = read - (read % recordBytes)
    for (let at = 0; at < whole; at += recordBytes) {
      if (!hashes.has(piece.toString('hex', at, at + hashBytes))) continue
      await file.write(zeros, 0, recordBytes, from + at)
      hasForgotten = true
    }
    if (whole === 0) break
    from += whole
  }
  return hasForgotten
}
