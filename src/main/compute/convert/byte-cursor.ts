import { isUtf8 } from 'node:buffer'
import { MalformedFile, requireWellFormed } from './malformed-file.ts'

/** Reads little-endian values one after the other and refuses to leave the file. */
export class ByteCursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get position(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    requireWellFormed(length >= 0 && length <= this.remaining, `ends at byte ${this.#bytes.length}, ${length} more were expected`)
    const start = this.#position
    this.#position += length
    return this.#bytes.subarray(start, this.#position)
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1))
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }
  /** A 64-bit count. */
  size64(): number {
    const value = this.#view.getBigInt64(this.#advance(8), true)
    requireWellFormed(value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER), `${value} is not a count`)
    return Number(value)
  }
  /** A little-endian two's complement integer of `length` bytes. */
  bigInteger(length: number): bigint {
    const bytes = this.take(length)
    const magnitude = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
    return BigInt.asIntN(length * 8, magnitude)
  }
  utf8(length: number): string {
    const bytes = this.take(length)
    requireWellFormed(isUtf8(bytes), `text that is not UTF-8 before byte ${this.#position}`)
    return new TextDecoder().decode(bytes)
  }
  /** Up to the next line feed, at most 200 bytes. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position)
    if (end === -1 || end - this.#position > 200) throw new MalformedFile(`a line that does not end at byte ${this.#position}`)
    const text = this.utf8(end - this.#position)
    this.#position = end + 1
    return text
  }

  #advance(length: number): number {
    this.take(length)
    return this.#position - length
  }
}
