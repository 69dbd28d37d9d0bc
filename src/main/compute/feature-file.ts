import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { makeFolder } from '../imaging/make-folder.ts'
import { asWriteError } from '../imaging/write-error.ts'

const magic = Buffer.from('GRAFTFV1', 'latin1')
const headerBytes = 16
const hashBytes = 32
const checkBytes = 4
/** Read and written in pieces of about this size: few system calls, little memory. */
const pieceBytes = 4 * 1024 ** 2

function makeHeader(dim: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeUInt32LE(dim, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12)
  return header
}

function readFully(file: number, into: Buffer, position: number): void {
  let read = 0
  while (read < into.length) {
    const got = readSync(file, into, read, into.length - read, position + read)
    if (got === 0) throw new Error(`the feature file ended ${into.length - read} bytes early at byte ${position + read}`)
    read += got
  }
}

function writeFully(file: number, bytes: Buffer, position: number): void {
  let written = 0
  while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written, position + written)
}

function withFile<T>(path: string, flags: string, work: (file: number) => T): T {
  const file = openSync(path, flags)
  try {
    return work(file)
  } finally {
    closeSync(file)
  }
}

/** Features of one image: its hash (64 hex digits) and `dim` floats. */
export interface FeatureRow {
  readonly hash: string
  readonly features: Float32Array
}

/**
 * Features of many images in one append-only file, one file per backbone and version of the preprocessing. All numbers little-endian:
 *
 *     header    8 bytes "GRAFTFV1", uint32 dim, uint32 CRC-32 of the 12 bytes before
 *     record    32 bytes SHA-256 of the image, float32 x dim, uint32 CRC-32 of the record's bytes before     (as often as there are images)
 *
 * Opening reads the whole file once and checks every record. What follows the last whole record is cut off (a write that a crash or a
 * full disk has torn); a damaged record in the middle is passed over, so that its image counts as missing and is extracted again into a
 * new record at the end. Of several records for an image the last one counts. The file is not held open: a project folder can be moved
 * between calls. One process writes at a time (the project's lock sees to that).
 */
export class FeatureFile {
  readonly path: string
  readonly dim: number
  readonly #recordBytes: number
  /** Hash -> number of the record. */
  readonly #records = new Map<string, number>()
  #sizeBytes = 0
  #changedAtNs: bigint | null = null

  private constructor(path: string, dim: number) {
    this.path = path
    this.dim = dim
    this.#recordBytes = hashBytes + dim * 4 + checkBytes
  }

  /** A file that is missing is made at the first `append`; one with a damaged header, or of another `dim`, starts anew. */
  static open(path: string, dim: number): FeatureFile {
    const opened = new FeatureFile(path, dim)
    opened.#indexAnew()
    return opened
  }

  #indexAnew(): void {
    this.#records.clear()
    this.#sizeBytes = 0
    this.#changedAtNs = null
    if (existsSync(this.path)) withFile(this.path, 'r+', (file) => this.#readIndex(file))
  }

  get count(): number {
    return this.#records.size
  }

  /** False when somebody else has changed, removed or moved the file since it was opened; then it has to be opened again. */
  isCurrent(): boolean {
    const found = statSync(this.path, { throwIfNoEntry: false, bigint: true })
    return Number(found?.size ?? 0) === this.#sizeBytes && (found?.mtimeNs ?? null) === this.#changedAtNs
  }

  has(hash: string): boolean {
    return this.#records.has(hash)
  }

  /** Which of `hashes` are there: their places in `hashes`, in the order of the file, in which they are read fastest. */
  inFileOrder(hashes: readonly string[]): Uint32Array {
    const records = hashes.map((hash) => this.#records.get(hash) ?? -1)
    const present = Uint32Array.from(records.keys()).filter((index) => records[index] !== -1)
    return present.sort((one, other) => records[one]! - records[other]!)
  }

  #readIndex(file: number): void {
    const { size } = fstatSync(file)
    const header = Buffer.alloc(headerBytes)
    if (size >= headerBytes) readFully(file, header, 0)
    if (!header.equals(makeHeader(this.dim))) {
      ftruncateSync(file, 0)
      this.#noteChange(file)
      return
    }
    const whole = Math.floor((size - headerBytes) / this.#recordBytes)
    const perPiece = Math.max(1, Math.floor(pieceBytes / this.#recordBytes))
    const piece = Buffer.alloc(Math.min(perPiece, whole) * this.#recordBytes)
    let good = 0
    for (let first = 0; first < whole; first += perPiece) {
      const count = Math.min(perPiece, whole - first)
      readFully(file, piece.subarray(0, count * this.#recordBytes), headerBytes + first * this.#recordBytes)
      for (let i = 0; i < count; i++) {
        const record = piece.subarray(i * this.#recordBytes, (i + 1) * this.#recordBytes)
        if (crc32(record.subarray(0, -checkBytes)) !== record.readUInt32LE(this.#recordBytes - checkBytes)) continue
        this.#records.set(record.toString('hex', 0, hashBytes), first + i)
        good = first + i + 1
      }
    }
    this.#sizeBytes = headerBytes + good * this.#recordBytes
    if (size > this.#sizeBytes) ftruncateSync(file, this.#sizeBytes)
    this.#noteChange(file)
  }

  #noteChange(file: number): void {
    this.#changedAtNs = fstatSync(file, { bigint: true }).mtimeNs
  }

  /**
   * Writes rows at the end, in one go; `features` has length `dim`. They count as there once this returns. The file's own folder is made, not
   * those above it. Throws `DISK_FULL`, `FOLDER_NOT_FOUND` or `NOT_WRITABLE`; what was written of them until then is not looked at and written
   * over by the next. Where somebody else has changed the file (features of a photo were forgotten), it is read anew before, so that what has
   * gone from it counts as gone.
   */
  append(rows: readonly FeatureRow[]): void {
    if (rows.length === 0) return
    if (!this.isCurrent()) this.#indexAnew()
    const isNew = this.#sizeBytes === 0
    const start = isNew ? headerBytes : 0
    const bytes = Buffer.alloc(start + rows.length * this.#recordBytes)
    if (isNew) makeHeader(this.dim).copy(bytes)
    rows.forEach(({ hash, features }, index) => {
      if (features.length !== this.dim) throw new RangeError(`features of length ${features.length} for a file of ${this.dim}`)
      const at = start + index * this.#recordBytes
      bytes.write(hash, at, 'hex')
      const view = Buffer.from(features.buffer, features.byteOffset, features.byteLength)
      view.copy(bytes, at + hashBytes)
      const checked = bytes.subarray(at, at + this.#recordBytes - checkBytes)
      bytes.writeUInt32LE(crc32(checked), at + this.#recordBytes - checkBytes)
    })
    try {
      makeFolder(dirname(this.path))
      withFile(this.path, isNew ? 'w' : 'r+', (file) => {
        writeFully(file, bytes, this.#sizeBytes)
        this.#noteChange(file)
      })
    } catch (error) {
      throw asWriteError(error, this.path)
    }
    const firstRecord = isNew ? 0 : (this.#sizeBytes - headerBytes) / this.#recordBytes
    rows.forEach(({ hash }, index) => this.#records.set(hash, firstRecord + index))
    this.#sizeBytes += bytes.length
  }

  /** Features of `hashes`, in their order, row-major [hashes, dim]. Throws for a hash that is not there. */
  gather(hashes: readonly string[]): Float32Array {
    const result = new Float32Array(hashes.length * this.dim)
    const rows = hashes.map((hash, row) => {
      const record = this.#records.get(hash)
      if (record === undefined) throw new Error(`no features of image ${hash} in ${this.path}`)
      return { record, row }
    })
    // In the order of the file, so that neighbours are read together.
    rows.sort((a, b) => a.record - b.record)
    if (rows.length > 0) withFile(this.path, 'r', (file) => this.#readRows(file, rows, { hashes, result }))
    return result
  }

  #readRows(
    file: number,
    rows: readonly { readonly record: number; readonly row: number }[],
    { hashes, result }: { readonly hashes: readonly string[]; readonly result: Float32Array },
  ): void {
    const perPiece = Math.max(1, Math.floor(pieceBytes / this.#recordBytes))
    const piece = Buffer.alloc(perPiece * this.#recordBytes)
    const target = Buffer.from(result.buffer)
    let first = 0
    let count = 0
    rows.forEach(({ record, row }, index) => {
      if (record >= first + count) {
        first = record
        count = 1
        for (let next = index + 1; next < rows.length; next++) {
          const span = (rows[next]?.record ?? first) - first + 1
          if (span > perPiece) break
          count = span
        }
        readFully(file, piece.subarray(0, count * this.#recordBytes), headerBytes + first * this.#recordBytes)
      }
      const at = (record - first) * this.#recordBytes
      // Numbers of another image must never be taken for these, whoever has written to the file meanwhile.
      if (piece.toString('hex', at, at + hashBytes) !== hashes[row]) throw new Error(`${this.path} was changed while it was read`)
      piece.copy(target, row * this.dim * 4, at + hashBytes, at + hashBytes + this.dim * 4)
    })
  }
}
