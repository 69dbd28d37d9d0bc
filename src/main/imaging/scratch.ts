/** A working copy of 384 x 1,366 px, and most files of phones; what is larger is rare. */
const mostBytes = 1.5 * 1024 ** 2

/**
 * Memory that one picture after the other goes through: asking the system for half a megabyte a picture costs a tenth of decoding it, and
 * what is left for the collector lets the process grow with the number of pictures.
 */
export class Scratch {
  #buffer = Buffer.alloc(0)
  /** Valid until the next call. What is larger than 1.5 MiB gets memory of its own. */
  take(bytes: number): Buffer {
    if (bytes > mostBytes) return Buffer.allocUnsafeSlow(bytes)
    if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafeSlow(bytes)
    return this.#buffer.subarray(0, bytes)
  }
}
