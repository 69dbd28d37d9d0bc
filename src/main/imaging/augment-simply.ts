/** Greatest shift, as a share of the picture's side. */
const shiftShare = 0.1
/** Greatest change of brightness, and of contrast around the middle grey. */
const brightness = 25
const contrast = 0.2

/**
 * Another look at the same thing: mirrored or not, moved by up to a tenth (what comes in from outside repeats the edge), brighter or darker, with more or
 * less contrast. `picture`: [size, size, 3] RGB bytes; writes into `target`, of the same length. Draws five numbers from `random`.
 */
export function augmentSimply(picture: Uint8Array, sizePx: number, target: Uint8Array, random: () => number): void {
  const mirrored = random() < 0.5
  const between = (most: number): number => (2 * random() - 1) * most
  const down = Math.round(between(shiftShare) * sizePx)
  const right = Math.round(between(shiftShare) * sizePx)
  const lift = between(brightness)
  const gain = 1 + between(contrast)
  const inside = (place: number): number => Math.min(sizePx - 1, Math.max(0, place))
  const tones = Uint8ClampedArray.from({ length: 256 }, (_, tone) => (tone - 128) * gain + 128 + lift)
  for (let y = 0; y < sizePx; y++) {
    const row = inside(y - down) * sizePx
    for (let x = 0; x < sizePx; x++) {
      const seen = inside(x - right)
      const from = (row + (mirrored ? sizePx - 1 - seen : seen)) * 3
      const to = (y * sizePx + x) * 3
      for (let c = 0; c < 3; c++) target[to + c] = tones[picture[from + c] as number] as number
    }
  }
}
