import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

const blockBytes = 512
/** Far above any package; an archive that unpacks to more is made to fill the disk. */
const limitBytes = 2 * 1024 * 1024 * 1024
const longNameLimitBytes = 8192

/** A damaged or hostile archive. */
class TarError extends Error {
  override readonly name = 'TarError'
}

/** Hands out exact numbers of bytes from a stream of chunks. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)
  #readBytes = 0

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next piece of at most `limit` bytes, or null at the end. */
  async piece(limit: number): Promise<Buffer | null> {
    if (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) return null
      this.#rest = next.value
      this.#readBytes += next.value.length
      if (this.#readBytes > limitBytes) throw new TarError('the archive unpacks to more than any package has')
    }
    const piece = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(piece.length)
    return piece
  }
  /** Passes exactly `length` bytes on, piece by piece. */
  async pass(length: number, take: (piece: Buffer) => Promise<void> | void): Promise<void> {
    for (let left = length; left > 0;) {
      const piece = await this.piece(left)
      if (piece === null) throw new TarError('the archive ends in the middle')
      if (piece.length === 0) continue
      await take(piece)
      left -= piece.length
    }
  }
  async exactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    await this.pass(length, (piece) => void pieces.push(Buffer.from(piece)))
    return Buffer.concat(pieces)
  }
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.subarray(0, end === -1 ? length : end).toString('utf8')
}

function octal(header: Buffer, start: number, length: number): number {
  const digits = text(header, start, length).trim()
  if (!/^[0-7]{1,12}$/.test(digits)) throw new TarError('a header with a size that is not a number')
  return Number.parseInt(digits, 8)
}

/** The sum of all bytes of a header, its own field taken for spaces (POSIX pax, ustar header). */
function checkHeader(header: Buffer): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  if (sum !== octal(header, 148, 8)) throw new TarError('a header with a wrong sum')
}

/** The `path` record of a pax header: "LENGTH path=VALUE\n". */
function paxPath(body: Buffer): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString('utf8'))?.[1] ?? null
}

/** Decides about a file in the archive: null to pass over it, else what takes its bytes. */
type TarVisitor = (file: { readonly path: string; readonly sizeBytes: number }) => ((piece: Buffer) => Promise<void> | void) | null

async function readEntries(reader: ByteReader, visit: TarVisitor): Promise<void> {
  let longPath: string | null = null
  for (;;) {
    const header = await reader.exactly(blockBytes)
    if (header.every((byte) => byte === 0)) return
    checkHeader(header)
    const sizeBytes = octal(header, 124, 12)
    const type = String.fromCharCode(header[156] ?? 0)
    const padding = (blockBytes - (sizeBytes % blockBytes)) % blockBytes
    if (type === 'x' || type === 'L') {
      if (sizeBytes > longNameLimitBytes) throw new TarError('a name without end')
      const body = await reader.exactly(sizeBytes)
      longPath = type === 'x' ? paxPath(body) : text(body, 0, body.length)
    } else {
      const prefix = text(header, 257, 6).startsWith('ustar') ? text(header, 345, 155) : ''
      const shortPath = prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`
      // Only plain files are ever handed out: no links, devices or folders.
      const take = type === '0' || type === '\0' ? visit({ path: longPath ?? shortPath, sizeBytes }) : null
      await reader.pass(sizeBytes, take ?? (() => undefined))
      longPath = null
    }
    await reader.pass(padding, () => undefined)
  }
}

/**
 * Reads a .tgz in one pass with little memory; `visit` is asked about each plain file in it. Nothing is written here and no path of the
 * archive is ever used as one. Throws `TarError` for an archive that is cut off, damaged or unpacks without end.
 */
export async function readTgz(path: string, visit: TarVisitor, signal?: AbortSignal): Promise<void> {
  await pipeline(
    createReadStream(path),
    createGunzip(),
    async (chunks: AsyncIterable<Buffer>) => {
      await readEntries(new ByteReader(chunks), visit)
    },
    ...(signal === undefined ? [] : [{ signal }]),
  )
}
