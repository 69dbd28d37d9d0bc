import { rm } from 'node:fs/promises'
import { StudioError, isStudioError, toWireError } from '../../contract/errors.ts'
import { UploadHead, uploadLimits, type UploadOutcome } from '../../contract/uploads.ts'
import type { UploadFolder } from './upload-folder.ts'

/**
 * Takes the files of one request into `folder`. A file with a path that cannot be used is passed over and named in its outcome. Everything
 * else ends the request and leaves none of its files, so that a page may send them again: `INVALID_INPUT` for a body of a wrong form,
 * `DISK_FULL`, and the error of a line that breaks off.
 */
export async function receiveUploads(
  folder: UploadFolder,
  drop: string,
  body: AsyncIterable<Uint8Array>,
): Promise<readonly UploadOutcome[]> {
  const reader = new BodyReader(body)
  const outcomes: UploadOutcome[] = []
  const files: string[] = []
  try {
    for (let head = await readHead(reader); head !== null; head = await readHead(reader)) {
      try {
        const { file, top } = await folder.take(drop, head.path, reader.bytes(head.sizeBytes))
        files.push(file)
        outcomes.push({ path: top })
      } catch (error) {
        if (!isStudioError(error) || error.code !== 'INVALID_INPUT' || reader.isBroken) throw error
        outcomes.push({ error: toWireError(error) })
        await reader.passOver()
      }
    }
    return outcomes
  } catch (error) {
    for (const file of files) await rm(file, { force: true })
    await reader.drain()
    throw error
  }
}

async function readHead(reader: BodyReader): Promise<UploadHead | null> {
  const line = await reader.line(uploadLimits.headBytes)
  if (line === null) return null
  const head = UploadHead.safeParse(parseJson(line))
  if (!head.success) throw new StudioError('INVALID_INPUT', { reason: `an upload has a head of a wrong form: ${line.slice(0, 200)}` })
  return head.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Reads lines and files of known sizes, one after the other, from a body that comes in chunks of any size. */
class BodyReader {
  /** The body has ended too early: nothing that follows can be told apart. */
  isBroken = false
  readonly #chunks: AsyncIterator<Uint8Array>
  /** Read, and not yet given out. */
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes of the file at hand that are not yet given out. */
  #left = 0

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** The next line without its end, or null where the body ends. */
  async line(limitBytes: number): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf('\n')
      if (end >= 0 && end < limitBytes) return this.#give(end + 1).toString('utf8', 0, end)
      if (end >= 0 || this.#rest.length >= limitBytes) throw this.#broken(`an upload has a head of more than ${limitBytes} bytes`)
      if (await this.#more()) continue
      if (this.#rest.length > 0) throw this.#broken('an upload ends inside a head')
      return null
    }
  }

  /** The next `count` bytes: a file. */
  bytes(count: number): AsyncGenerator<Buffer, void, void> {
    this.#left = count
    return this.#file()
  }

  /** Reads the rest of the file at hand and throws it away. */
  async passOver(): Promise<void> {
    const rest = this.#file()
    while ((await rest.next()).done !== true);
  }

  /** Reads the rest of the body and throws it away: a browser hears no answer before it has sent everything. */
  async drain(): Promise<void> {
    this.#rest = Buffer.alloc(0)
    while (await this.#more()) this.#rest = Buffer.alloc(0)
  }

  async *#file(): AsyncGenerator<Buffer, void, void> {
    while (this.#left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw this.#broken('an upload ends inside a file')
      const part = this.#give(this.#left)
      this.#left -= part.length
      yield part
    }
  }

  /** At most `count` bytes of what was read. */
  #give(count: number): Buffer {
    const part = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  async #more(): Promise<boolean> {
    const next: IteratorResult<Uint8Array, unknown> = await this.#chunks.next()
    if (next.done === true) return false
    const { value } = next
    this.#rest = this.#rest.length === 0 ? Buffer.from(value.buffer, value.byteOffset, value.length) : Buffer.concat([this.#rest, value])
    return true
  }

  #broken(reason: string): StudioError {
    this.isBroken = true
    return new StudioError('INVALID_INPUT', { reason })
  }
}
