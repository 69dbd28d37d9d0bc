import type { PictureMeasure } from '../contract/worker/image-tasks.ts'
import type { Picture } from './decode-picture.ts'

/**
 * Short side of the grey picture that is measured, px. A photo counts as sharp where it is sharp at the size that networks look at, however
 * many pixels the camera had; at this size grain is averaged away, and a blur of a hundredth of the short side is still plain to see.
 */
const shortSidePx = 128
/** Pixels on each side of the mean that the picture is compared with: of seven in all. */
const reach = 3
/** Of 255. Light that is this bright has no drawing left in it. */
const nearlyWhite = 250
/** The darkest so many of the pixels: what is brighter than they are is seldom more than a lamp or a reflection. */
const lowerShare = 0.95

/** Of each side. */
const middle = { from: 0.35, to: 0.65 }

/** A grey picture, row-major [heightPx, widthPx], 0..255. */
interface Grey {
  readonly values: Float32Array
  readonly widthPx: number
  readonly heightPx: number
}

/** Measures a thumbnail (see `shrinkToThumbnail`): how blurred, how dark and how blown out it is. */
export function measurePicture(picture: Picture): PictureMeasure {
  const grey = shrinkToGrey(picture)
  const { values, widthPx, heightPx } = grey
  const blur = Math.max(
    blurAlong(grey, { step: 1, length: widthPx, nextLine: widthPx, lines: heightPx }),
    blurAlong(grey, { step: widthPx, length: heightPx, nextLine: 1, lines: widthPx }),
  )
  return { blur, highlight: quantile(values, lowerShare), middleWhite: whiteInTheMiddle(grey) }
}

interface Lines {
  /** From one pixel of a line to the next, and from one line to the next. */
  readonly step: number
  readonly nextLine: number
  readonly length: number
  readonly lines: number
}

/**
 * The blur effect along one direction (F. Crete et al., "The blur effect", SPIE 6492, 2007, equations 2 to 6), 0..1: the share of the
 * differences between neighbours that is left when the picture is blurred by a mean of 2 * reach + 1 pixels. A sharp picture loses most of
 * them, a blurred one next to none; how strong its contrasts are does not matter. 0 where neighbours never differ.
 */
function blurAlong({ values }: Grey, { step, nextLine, length, lines }: Lines): number {
  const width = 2 * reach + 1
  let sharp = 0
  let kept = 0
  for (let line = 0; line < lines; line++) {
    const start = line * nextLine
    for (let at = reach + 1; at + reach < length; at++) {
      const here = start + at * step
      const difference = Math.abs(values[here]! - values[here - step]!)
      // Two neighbouring means differ by what one has and the other has not.
      const blurred = Math.abs(values[here + reach * step]! - values[here - (reach + 1) * step]!) / width
      sharp += difference
      kept += Math.min(difference, blurred)
    }
  }
  return sharp === 0 ? 0 : kept / sharp
}

/** The value that `share` of the pixels do not exceed. */
function quantile(values: Float32Array, share: number): number {
  const counts = new Uint32Array(256)
  for (const value of values) counts[Math.round(value)]! += 1
  let left = share * values.length
  for (let level = 0; level < 256; level++) {
    left -= counts[level]!
    if (left <= 0) return level
  }
  return 255
}

/** Share of nearly white pixels in the middle of both sides, where the subject is: a white ground around it is no fault. */
function whiteInTheMiddle({ values, widthPx, heightPx }: Grey): number {
  const [left, right] = [Math.floor(widthPx * middle.from), Math.ceil(widthPx * middle.to)]
  const [top, bottom] = [Math.floor(heightPx * middle.from), Math.ceil(heightPx * middle.to)]
  let white = 0
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) if (values[row * widthPx + column]! >= nearlyWhite) white++
  }
  return white / ((right - left) * (bottom - top))
}

/** Luma (ITU-R BT.601), each pixel the mean of the area that it covers. Smaller pictures are not enlarged. */
function shrinkToGrey({ pixels, widthPx, heightPx }: Picture): Grey {
  const luma = new Float32Array(widthPx * heightPx)
  for (let at = 0, from = 0; at < luma.length; at++, from += 3) {
    luma[at] = 0.299 * pixels[from]! + 0.587 * pixels[from + 1]! + 0.114 * pixels[from + 2]!
  }
  const scale = Math.min(1, shortSidePx / Math.min(widthPx, heightPx))
  if (scale === 1) return { values: luma, widthPx, heightPx }
  const [width, height] = [Math.max(1, Math.round(widthPx * scale)), Math.max(1, Math.round(heightPx * scale))]
  const columns = shrinkTransposed(luma, widthPx, heightPx, width)
  return { values: shrinkTransposed(columns, heightPx, width, height), widthPx: width, heightPx: height }
}

/** Rows [height, width] with `target` values each, transposed: [target, height]. Values at an edge count by the part of them that is covered. */
function shrinkTransposed(values: Float32Array, width: number, height: number, target: number): Float32Array {
  const result = new Float32Array(target * height)
  const span = width / target
  for (let column = 0; column < target; column++) {
    const [from, to] = [column * span, Math.min(width, (column + 1) * span)]
    const [first, last] = [Math.floor(from), Math.min(width - 1, Math.ceil(to) - 1)]
    for (let row = 0; row < height; row++) {
      const start = row * width
      let sum = -(from - first) * values[start + first]! - (last + 1 - to) * values[start + last]!
      for (let at = first; at <= last; at++) sum += values[start + at]!
      result[column * height + row] = sum / (to - from)
    }
  }
  return result
}
