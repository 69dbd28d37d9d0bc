/**
 * Three pictures drawn by a formula in whole numbers, so that other programs can draw the very same ones: a colour gradient, a chequered
 * board with a disc, and noise. Row-major [3, size, size, 3] RGB bytes. `make_reference.py` has the same formulas.
 */
export function referencePictures(sizePx: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(3 * sizePx * sizePx * 3)
  const middle = Math.floor(sizePx / 2)
  const radius = Math.floor(sizePx / 4)
  let index = 0
  for (let picture = 0; picture < 3; picture++)
    for (let y = 0; y < sizePx; y++)
      for (let x = 0; x < sizePx; x++)
        for (let c = 0; c < 3; c++) {
          const gradient = Math.floor(((x * (c + 1) + y * (3 - c)) * 255) / (4 * sizePx))
          const disc = (x - middle) ** 2 + (y - middle) ** 2 < radius ** 2
          const board = (((x >> 4) + (y >> 4)) & 1) === 1 ? 230 - 60 * c : 20 + 70 * c
          const noise = (x * 7919 + y * 104729 + c * 1299709 + ((x * y) % 251) * 31) % 256
          pixels[index++] = [gradient, disc ? 40 + 80 * c : board, noise][picture] ?? 0
        }
  return pixels
}
