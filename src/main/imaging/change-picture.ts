import type { Look } from './drawn-look.ts'
import { makeRandom } from './seeded-random.ts'

/** Of red, green and blue in a grey (ITU-R BT.601, as in Pillow and torchvision). */
const greyOf = [0.299, 0.587, 0.114] as const
/** Standard deviations of a Gauss curve beyond which nothing is counted, as in scipy. */
const blurReach = 4

/**
 * The picture as `look` sees it. Geometry is one affine map, sampled bilinearly; where it shrinks, each pixel is the mean of as many samples as it covers.
 * Outside of the picture lies its mirror image (`... c b a | a b c ...`). Then brightness, contrast and saturation as in torchvision's `ColorJitter`, in this
 * order, each cut off at 0 and 255; then blur; then what is covered by noise. `picture`: [size, size, 3] RGB bytes; writes into `target`, of the same length,
 * which may be the picture itself.
 */
export function changePicture(picture: Uint8Array, sizePx: number, look: Look, target: Uint8Array): void {
  let values = moved(picture, sizePx, look)
  changeColours(values, look)
  values = blurred(values, sizePx, look.blur * sizePx)
  // Rounds, and cuts off.
  new Uint8ClampedArray(target.buffer, target.byteOffset, target.length).set(values)
  if (look.erased !== null) cover(target, sizePx, look.erased)
}

/** `place` inside of 0..size-1, mirrored at the edges. */
function folded(place: number, size: number): number {
  const inPeriod = ((place % (2 * size)) + 2 * size) % (2 * size)
  return inPeriod < size ? inPeriod : 2 * size - 1 - inPeriod
}

function moved(picture: Uint8Array, sizePx: number, { mirrored, upsideDown, degrees, side, across, down }: Look): Float32Array {
  if (!mirrored && !upsideDown && degrees === 0 && side === 1) return Float32Array.from(picture)
  const result = new Float32Array(picture.length)
  const middle = (sizePx - 1) / 2
  const room = (Math.abs(1 - side) * sizePx) / 2
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) * side, Math.sin((degrees * Math.PI) / 180) * side]
  const [flipX, flipY] = [mirrored ? -1 : 1, upsideDown ? -1 : 1]
  // Turned clockwise, the picture is looked at along axes that are turned the other way.
  const map = {
    x: [cos * flipX, sin * flipX] as const,
    y: [-sin * flipY, cos * flipY] as const,
    at: [middle + across * room, middle + down * room] as const,
  }
  const samples = Math.ceil(side - 1e-9)
  for (let i = 0; i < samples; i++)
    for (let j = 0; j < samples; j++) {
      const offset = [(i + 0.5) / samples - 0.5 - middle, (j + 0.5) / samples - 0.5 - middle] as const
      addSamples(picture, sizePx, { map, offset, share: 1 / (samples * samples) }, result)
    }
  return result
}

interface Sampling {
  /** Place in the picture = at + the place in the result, moved by `offset`, along both axes. */
  readonly map: Readonly<Record<'x' | 'y' | 'at', readonly [number, number]>>
  readonly offset: readonly [number, number]
  readonly share: number
}

/** Adds one bilinear sample for each pixel of the result, times `share`. */
function addSamples(picture: Uint8Array, sizePx: number, { map, offset, share }: Sampling, result: Float32Array): void {
  const [xx, xy] = map.x
  const [yx, yy] = map.y
  for (let y = 0; y < sizePx; y++) {
    const dy = y + offset[1]
    for (let x = 0; x < sizePx; x++) {
      const dx = x + offset[0]
      const sx = map.at[0] + xx * dx + xy * dy
      const sy = map.at[1] + yx * dx + yy * dy
      const [left, top] = [Math.floor(sx), Math.floor(sy)]
      const isInside = left >= 0 && top >= 0 && left + 1 < sizePx && top + 1 < sizePx
      const x0 = isInside ? left : folded(left, sizePx)
      const x1 = isInside ? left + 1 : folded(left + 1, sizePx)
      const y0 = (isInside ? top : folded(top, sizePx)) * sizePx
      const y1 = (isInside ? top + 1 : folded(top + 1, sizePx)) * sizePx
      const [right, below] = [sx - left, sy - top]
      const weights = [(1 - right) * (1 - below) * share, right * (1 - below) * share, (1 - right) * below * share, right * below * share]
      const [a, b, c, d] = weights as unknown as readonly [number, number, number, number]
      const to = (y * sizePx + x) * 3
      for (let channel = 0; channel < 3; channel++) {
        const value =
          a * (picture[(y0 + x0) * 3 + channel] as number) +
          b * (picture[(y0 + x1) * 3 + channel] as number) +
          c * (picture[(y1 + x0) * 3 + channel] as number) +
          d * (picture[(y1 + x1) * 3 + channel] as number)
        result[to + channel] = (result[to + channel] as number) + value
      }
    }
  }
}

function greyAt(values: Float32Array, at: number): number {
  return greyOf[0] * (values[at] as number) + greyOf[1] * (values[at + 1] as number) + greyOf[2] * (values[at + 2] as number)
}

/** In place. Each is a mix with something that has none of it: black, the mean grey, the pixel's own grey. */
function changeColours(values: Float32Array, { brightness, contrast, saturation }: Look): void {
  const mix = (at: number, factor: number, other: number): void => {
    values[at] = Math.min(255, Math.max(0, factor * (values[at] as number) + (1 - factor) * other))
  }
  if (brightness !== 1) for (let at = 0; at < values.length; at++) mix(at, brightness, 0)
  if (contrast !== 1) {
    let sum = 0
    for (let at = 0; at < values.length; at += 3) sum += greyAt(values, at)
    const mean = (sum * 3) / values.length
    for (let at = 0; at < values.length; at++) mix(at, contrast, mean)
  }
  if (saturation === 1) return
  for (let at = 0; at < values.length; at += 3) {
    const grey = greyAt(values, at)
    for (let channel = 0; channel < 3; channel++) mix(at + channel, saturation, grey)
  }
}

/** With a Gauss curve along both axes, mirrored at the edges. */
function blurred(values: Float32Array, sizePx: number, sigmaPx: number): Float32Array {
  const reach = Math.floor(blurReach * sigmaPx + 0.5)
  if (reach === 0) return values
  const curve = Float64Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-0.5 * ((at - reach) / sigmaPx) ** 2))
  const sum = curve.reduce((total, each) => total + each, 0)
  const weights = curve.map((each) => each / sum)
  const across = blurAlong(values, sizePx, weights, { step: 3, nextLine: sizePx * 3 })
  return blurAlong(across, sizePx, weights, { step: sizePx * 3, nextLine: 3 })
}

/** `step`: from one pixel of a line to the next; `nextLine`: from one line to the next. */
function blurAlong(
  values: Float32Array,
  sizePx: number,
  weights: Float64Array,
  { step, nextLine }: { readonly step: number; readonly nextLine: number },
): Float32Array {
  const result = new Float32Array(values.length)
  const reach = (weights.length - 1) / 2
  const places = Int32Array.from({ length: sizePx + 2 * reach }, (_, at) => folded(at - reach, sizePx) * step)
  for (let line = 0; line < sizePx; line++)
    for (let place = 0; place < sizePx; place++)
      for (let channel = 0; channel < 3; channel++) {
        const start = line * nextLine + channel
        let sum = 0
        for (let tap = 0; tap < weights.length; tap++)
          sum += (weights[tap] as number) * (values[start + (places[place + tap] as number)] as number)
        result[start + place * step] = sum
      }
  return result
}

/** Noise, each value of its own. */
function cover(pixels: Uint8Array, sizePx: number, { left, top, width, height, seed }: NonNullable<Look['erased']>): void {
  const random = makeRandom(seed)
  const [fromX, fromY] = [Math.floor(left * sizePx), Math.floor(top * sizePx)]
  const [toX, toY] = [Math.min(sizePx, Math.round((left + width) * sizePx)), Math.min(sizePx, Math.round((top + height) * sizePx))]
  for (let y = fromY; y < toY; y++)
    for (let at = (y * sizePx + fromX) * 3; at < (y * sizePx + toX) * 3; at++) pixels[at] = Math.floor(256 * random())
}
