// @ts-check
/**
 * What the network sees of a picture, defined once: for training, for trying out, for proving an export and inside every export.
 * Dependency-free; runs in Node and in browsers. Integer arithmetic only, so that every machine gives the same bytes.
 */

// Weights are integers that add up to 2^14; between the two passes values keep 7 bits behind the point, so that they fit 16 bits and
// every sum stays below 2^31.
const weightBits = 14
const betweenBits = 7
const one = 1 << weightBits
const betweenShift = weightBits - betweenBits
const betweenHalf = 1 << (betweenShift - 1)
const outShift = weightBits + betweenBits
const outHalf = 1 << (outShift - 1)

/**
 * @typedef {object} Taps Which inputs make each output of one axis, and with which weights.
 * @property {number} width Weights per output; unused ones are 0 and come last.
 * @property {Int32Array} starts First input of each output, [out].
 * @property {Int32Array} counts Inputs of each output, [out].
 * @property {Int32Array} weights Row-major [out, width]; each row adds up to 2^14.
 */

/**
 * Triangle filter whose reach grows with the shrinking factor, as in Pillow's `resize(..., BILINEAR)` (`precompute_coeffs`).
 * @param {number} sidePx Inputs along the axis.
 * @param {number} sizePx Outputs along the axis.
 * @returns {Taps}
 */
function makeTaps(sidePx, sizePx) {
  const scale = sidePx / sizePx
  const reach = Math.max(1, scale)
  const width = Math.ceil(reach) * 2 + 1
  const starts = new Int32Array(sizePx)
  const counts = new Int32Array(sizePx)
  const weights = new Int32Array(sizePx * width)
  for (let out = 0; out < sizePx; out++) {
    const centre = (out + 0.5) * scale
    const start = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(sidePx, Math.floor(centre + reach + 0.5))
    let total = 0
    for (let i = start; i < end; i++) total += Math.max(0, 1 - Math.abs(i + 0.5 - centre) / reach)
    let left = one
    let heaviest = 0
    for (let i = start; i < end; i++) {
      const weight = Math.round((Math.max(0, 1 - Math.abs(i + 0.5 - centre) / reach) / total) * one)
      weights[out * width + i - start] = weight
      left -= weight
      if (weight > (weights[out * width + heaviest] ?? 0)) heaviest = i - start
    }
    // What rounding left over goes to the heaviest: a picture of one colour stays that colour exactly.
    weights[out * width + heaviest] = (weights[out * width + heaviest] ?? 0) + left
    starts[out] = start
    counts[out] = end - start
  }
  return { width, starts, counts, weights }
}

/** @type {Map<string, Taps>} */
const tapsBySizes = new Map()

/**
 * The weights that `networkInput` uses, for those who do its sums in another way.
 * @param {number} sidePx
 * @param {number} sizePx
 * @returns {Taps}
 */
export function resizeTaps(sidePx, sizePx) {
  const key = `${sidePx} ${sizePx}`
  let taps = tapsBySizes.get(key)
  if (taps === undefined) {
    if (tapsBySizes.size >= 64) tapsBySizes.clear()
    taps = makeTaps(sidePx, sizePx)
    tapsBySizes.set(key, taps)
  }
  return taps
}

let mixed = new Int32Array(0)

/**
 * Weighted sum of rows of bytes into `mixed`, with 7 bits behind the point.
 * @param {Uint8Array} pixels
 * @param {number} from Index of the first row's first byte.
 * @param {number} stride Bytes from row to row.
 * @param {number} length Bytes of a row that are wanted.
 * @param {number} count Rows.
 * @param {Int32Array} weights
 * @param {number} at Index of the first row's weight.
 */
function mixRows(pixels, from, stride, length, count, weights, at) {
  const sums = mixed
  const a = weights[at] ?? 0
  if (count <= 4) {
    const b = count > 1 ? (weights[at + 1] ?? 0) : 0
    const c = count > 2 ? (weights[at + 2] ?? 0) : 0
    // A row that is not there has the weight 0; pointing at the first one keeps the reads in range.
    const second = count > 1 ? from + stride : from
    const third = count > 2 ? from + 2 * stride : from
    if (count === 4) {
      const d = weights[at + 3] ?? 0
      const fourth = from + 3 * stride
      for (let x = 0; x < length; x++) {
        sums[x] =
          (a * /** @type {number} */ (pixels[from + x]) +
            b * /** @type {number} */ (pixels[second + x]) +
            c * /** @type {number} */ (pixels[third + x]) +
            d * /** @type {number} */ (pixels[fourth + x]) +
            betweenHalf) >>
          betweenShift
      }
      return
    }
    for (let x = 0; x < length; x++) {
      sums[x] =
        (a * /** @type {number} */ (pixels[from + x]) +
          b * /** @type {number} */ (pixels[second + x]) +
          c * /** @type {number} */ (pixels[third + x]) +
          betweenHalf) >>
        betweenShift
    }
    return
  }
  for (let x = 0; x < length; x++) sums[x] = /** @type {number} */ (pixels[from + x]) * a + betweenHalf
  for (let row = 1; row < count; row++) {
    const weight = weights[at + row] ?? 0
    const start = from + row * stride
    for (let x = 0; x < length; x++) sums[x] = /** @type {number} */ (sums[x]) + /** @type {number} */ (pixels[start + x]) * weight
  }
  for (let x = 0; x < length; x++) sums[x] = /** @type {number} */ (sums[x]) >> betweenShift
}

/**
 * Turns `mixed` into one row of the result.
 * @param {Taps} taps
 * @param {Uint8Array} result
 * @param {number} into Index of the row's first byte.
 * @param {number} sizePx
 */
function mixColumns(taps, result, into, sizePx) {
  const { width, starts, counts, weights } = taps
  const sums = mixed
  let to = into
  for (let out = 0; out < sizePx; out++) {
    let from = /** @type {number} */ (starts[out]) * 3
    const at = out * width
    const end = at + /** @type {number} */ (counts[out])
    let red = outHalf
    let green = outHalf
    let blue = outHalf
    for (let tap = at; tap < end; tap++) {
      const weight = /** @type {number} */ (weights[tap])
      red += /** @type {number} */ (sums[from]) * weight
      green += /** @type {number} */ (sums[from + 1]) * weight
      blue += /** @type {number} */ (sums[from + 2]) * weight
      from += 3
    }
    result[to] = red >> outShift
    result[to + 1] = green >> outShift
    result[to + 2] = blue >> outShift
    to += 3
  }
}

/**
 * The centre square of an upright picture, resized with an antialiased triangle filter and rounded to bytes. Within one grey level
 * of Pillow's `crop(centre square).resize((size, size), BILINEAR)`.
 * @param {Uint8Array | Uint8ClampedArray} pixels RGB bytes, row-major [height, width, 3], upright, sRGB.
 * @param {number} widthPx
 * @param {number} heightPx
 * @param {number} sizePx Side of the square that the network looks at.
 * @returns {Uint8Array} RGB bytes, row-major [size, size, 3].
 */
export function networkInput(pixels, widthPx, heightPx, sizePx) {
  if (pixels.length !== widthPx * heightPx * 3)
    throw new RangeError(`${pixels.length} bytes are not a picture of ${widthPx} x ${heightPx} x 3`)
  const bytes = pixels instanceof Uint8Array ? pixels : new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length)
  const side = Math.min(widthPx, heightPx)
  const left = (widthPx - side) >> 1
  const top = (heightPx - side) >> 1
  const taps = resizeTaps(side, sizePx)
  if (mixed.length < side * 3) mixed = new Int32Array(side * 3)
  const result = new Uint8Array(sizePx * sizePx * 3)
  for (let row = 0; row < sizePx; row++) {
    const from = ((top + /** @type {number} */ (taps.starts[row])) * widthPx + left) * 3
    mixRows(bytes, from, widthPx * 3, side * 3, /** @type {number} */ (taps.counts[row]), taps.weights, row * taps.width)
    mixColumns(taps, result, row * sizePx * 3, sizePx)
  }
  return result
}
