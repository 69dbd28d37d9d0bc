import type { Picture } from './decode-picture.ts'

const columns = 9
const rows = 8

/** Mean luma (ITU-R BT.601 weights, times 1000) of each field of a 9 x 8 grid, row-major. A picture smaller than that repeats pixels. */
function gridOfLuma(picture: Picture): Float64Array {
  const { pixels, widthPx, heightPx } = picture
  const grid = new Float64Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    const top = Math.floor((row * heightPx) / rows)
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * heightPx) / rows))
    for (let column = 0; column < columns; column++) {
      const left = Math.floor((column * widthPx) / columns)
      const right = Math.max(left + 1, Math.floor(((column + 1) * widthPx) / columns))
      let red = 0
      let green = 0
      let blue = 0
      for (let y = top; y < bottom; y++) {
        let at = (y * widthPx + left) * 3
        for (let x = left; x < right; x++, at += 3) {
          red += pixels[at] as number
          green += pixels[at + 1] as number
          blue += pixels[at + 2] as number
        }
      }
      grid[row * columns + column] = (299 * red + 587 * green + 114 * blue) / ((bottom - top) * (right - left))
    }
  }
  return grid
}

/**
 * 64-bit difference hash (dHash, N. Krawetz 2013): a bit per pair of neighbours in a row of a 9 x 8 grid, set where the right one is
 * brighter; row by row, highest bit first. 16 hex digits. Pictures that look nearly the same differ in few bits.
 */
export function perceptualHash(picture: Picture): string {
  const grid = gridOfLuma(picture)
  let hash = ''
  for (let row = 0; row < rows; row++) {
    let byte = 0
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column
      byte = byte * 2 + ((grid[at + 1] as number) > (grid[at] as number) ? 1 : 0)
    }
    hash += byte.toString(16).padStart(2, '0')
  }
  return hash
}
