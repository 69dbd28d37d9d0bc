import { resizeTaps } from '../../../resources/export-kits/network-input.js'
import { makePixelKernels, type PixelKernels } from './pixel-kernels.ts'

/** What the kernels may read or write beyond the end of a buffer. */
const slackBytes = 64
const pageBytes = 65536

/**
 * `networkInput` of `network-input.js`, bit for bit and five times as fast. Holds the memory for the largest picture that it has met.
 */
export class FastNetworkInput {
  readonly #kernels: PixelKernels = makePixelKernels()
  readonly #sizePx: number
  #sidePx = 0
  /** Layout of the memory: tables of both passes, one row of sums, the result, the picture. All in bytes. */
  #pairs = 0
  #columnsAt = 0
  #sumsAt = 0
  #resultAt = 0
  #starts: Int32Array = new Int32Array(0)

  /** `sizePx`: side of the square that the network looks at. */
  constructor(sizePx: number) {
    this.#sizePx = sizePx
  }

  #reserve(bytes: number): void {
    const { memory } = this.#kernels
    const missing = bytes - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  }

  /** Writes the tables of weights for squares of `sidePx`. */
  #prepare(sidePx: number): void {
    const taps = resizeTaps(sidePx, this.#sizePx)
    const pairs = Math.ceil(taps.width / 2)
    const columnsAt = this.#sizePx * pairs * 4
    this.#sumsAt = columnsAt + this.#sizePx * (pairs + 1) * 4
    this.#resultAt = this.#sumsAt + sidePx * 6 + slackBytes
    this.#reserve(this.#resultAt)
    const rows = new Int16Array(this.#kernels.memory.buffer, 0, this.#sizePx * pairs * 2)
    const columns = new DataView(this.#kernels.memory.buffer, columnsAt)
    rows.fill(0)
    for (let out = 0; out < this.#sizePx; out++) {
      const weights = taps.weights.subarray(out * taps.width, (out + 1) * taps.width)
      rows.set(weights, out * pairs * 2)
      const at = out * (pairs + 1) * 4
      columns.setInt32(at, (taps.starts[out] as number) * 6, true)
      for (let pair = 0; pair < pairs * 2; pair++) columns.setInt16(at + 4 + pair * 2, weights[pair] ?? 0, true)
    }
    this.#starts = taps.starts
    this.#pairs = pairs
    this.#columnsAt = columnsAt
    this.#sidePx = sidePx
  }

  /**
   * Puts what the network sees of a picture into `result`: RGB bytes, row-major [size, size, 3]. `write` puts the picture (upright sRGB,
   * row-major [height, width, 3]) into the buffer that it is given, which saves copying it.
   */
  into(result: Uint8Array, widthPx: number, heightPx: number, write: (target: Buffer) => void): void {
    const sidePx = Math.min(widthPx, heightPx)
    const resultBytes = this.#sizePx * this.#sizePx * 3
    if (sidePx !== this.#sidePx) this.#prepare(sidePx)
    const pictureAt = this.#resultAt + resultBytes + slackBytes
    const stride = widthPx * 3
    // The last rows' taps may point below the picture, with weight 0.
    this.#reserve(pictureAt + heightPx * stride + this.#pairs * 2 * stride + slackBytes)
    const { memory, mixRows, mixColumns } = this.#kernels
    write(Buffer.from(memory.buffer, pictureAt, heightPx * stride))
    const corner = pictureAt + (((heightPx - sidePx) >> 1) * widthPx + ((widthPx - sidePx) >> 1)) * 3
    for (let row = 0; row < this.#sizePx; row++) {
      const source = corner + (this.#starts[row] as number) * stride
      mixRows(source, stride, row * this.#pairs * 4, this.#pairs, this.#sumsAt, this.#sumsAt + sidePx * 6)
      const target = this.#resultAt + row * this.#sizePx * 3
      mixColumns(this.#sumsAt, this.#columnsAt, this.#pairs, target, target + this.#sizePx * 3)
    }
    result.set(new Uint8Array(memory.buffer, this.#resultAt, resultBytes))
  }
}

const bySize = new Map<number, FastNetworkInput>()

/** The one of this thread for networks that look at squares of `sizePx`. */
export function fastNetworkInput(sizePx: number): FastNetworkInput {
  let found = bySize.get(sizePx)
  if (found === undefined) {
    found = new FastNetworkInput(sizePx)
    bySize.set(sizePx, found)
  }
  return found
}
