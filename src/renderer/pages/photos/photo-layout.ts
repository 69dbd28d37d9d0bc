import type { Span } from '../../state/selection.svelte.ts'

/** Space between photos, px. */
export const gapPx = 6

/** How photos lie in a grid. All lengths are CSS px of the content, from its upper left corner. */
export interface PhotoLayout {
  readonly total: number
  readonly columns: number
  readonly rows: number
  /** Side of a photo's square. */
  readonly cellPx: number
  /** From the top of a row to that of the next. */
  readonly rowPx: number
  readonly heightPx: number
}

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** `total` photos in rows that fill `widthPx`, each at most `sizePx` wide: larger squares would need photos scaled up. */
export function layOut(total: number, widthPx: number, sizePx: number): PhotoLayout {
  const columns = Math.max(1, Math.ceil((widthPx + gapPx) / (sizePx + gapPx)))
  const cellPx = Math.max(1, (widthPx - gapPx * (columns - 1)) / columns)
  const rows = Math.ceil(total / columns)
  // Whole, so that the rows of a long grid do not drift from where they are drawn.
  const rowPx = Math.round(cellPx) + gapPx
  return { total, columns, rows, cellPx, rowPx, heightPx: Math.max(0, rows * rowPx - gapPx) }
}

/** The square of the photo at `place`. */
export function boxOf({ columns, cellPx, rowPx }: PhotoLayout, place: number): Box {
  const left = (place % columns) * (cellPx + gapPx)
  const top = Math.floor(place / columns) * rowPx
  return { left, top, right: left + cellPx, bottom: top + rowPx - gapPx }
}

/** Rows of which something is seen between `topPx` and `topPx + heightPx`, and `more` above and below; `last` is -1 where there are none. */
export function rowsSeen({ rows, rowPx }: PhotoLayout, topPx: number, heightPx: number, more: number): Span {
  const first = Math.max(0, Math.min(rows - 1, Math.floor(topPx / rowPx) - more))
  return { first, last: Math.min(rows - 1, Math.max(first, Math.ceil((topPx + heightPx) / rowPx) - 1 + more)) }
}

/** Places from the first of one row to the last of another. */
export function placesOfRows({ columns, total }: PhotoLayout, { first, last }: Span): Span {
  return { first: first * columns, last: Math.min(total, (last + 1) * columns) - 1 }
}

export function boxBetween(from: Point, to: Point): Box {
  return { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), right: Math.max(from.x, to.x), bottom: Math.max(from.y, to.y) }
}

/** Photos that a box touches, row by row, in order; those of neighbouring rows are one span where the box is as wide as the grid. */
export function spansUnder(layout: PhotoLayout, box: Box): readonly Span[] {
  const { columns, cellPx, rowPx, rows, total } = layout
  const step = cellPx + gapPx
  const firstColumn = Math.max(0, Math.floor((box.left + gapPx) / step))
  const lastColumn = Math.min(columns - 1, Math.floor(box.right / step))
  const firstRow = Math.max(0, Math.floor((box.top + gapPx) / rowPx))
  const lastRow = Math.min(rows - 1, Math.floor(box.bottom / rowPx))
  if (box.right < 0 || box.bottom < 0 || firstColumn > lastColumn || firstRow > lastRow) return []
  if (firstColumn === 0 && lastColumn === columns - 1) return [placesOfRows(layout, { first: firstRow, last: lastRow })]
  const spans: Span[] = []
  for (let row = firstRow; row <= lastRow; row++) {
    const first = row * columns + firstColumn
    if (first < total) spans.push({ first, last: Math.min(total - 1, row * columns + lastColumn) })
  }
  return spans
}

/** Whether a photo lies under a box, as `spansUnder` counts it. */
export function isUnder(layout: PhotoLayout, box: Box, place: number): boolean {
  const cell = boxOf(layout, place)
  return cell.left <= box.right && cell.right > box.left && cell.top <= box.bottom && cell.bottom > box.top
}

/** Within this distance of the edge, and beyond it, a drag scrolls. */
const edgePx = 40
const fastestPx = 32

/** Px to scroll in one frame while the pointer is at `y` of a view of `heightPx`: the nearer to the edge or further beyond, the faster. */
export function edgeScroll(y: number, heightPx: number): number {
  const beyond = y < edgePx ? y - edgePx : y > heightPx - edgePx ? y - heightPx + edgePx : 0
  return Math.max(-fastestPx, Math.min(fastestPx, beyond / 2))
}

/** Short side of thumbnails as imports make them: a whole fraction of the photo's, from this to nearly twice of it. */
const thumbnailPx = 160

/** Which file of a photo has the pixels for a square of `neededPx` device pixels; a little short of it is not seen. */
export function copyFor(photo: { readonly widthPx: number; readonly heightPx: number }, neededPx: number): 'thumbnail' | 'working-copy' {
  const side = Math.min(photo.widthPx, photo.heightPx)
  const inThumbnail = Math.floor(side / Math.max(1, Math.floor(side / thumbnailPx)))
  return inThumbnail * 1.1 >= neededPx || inThumbnail === side ? 'thumbnail' : 'working-copy'
}

/** How far a small photo is enlarged at most: it stays recognisable, and does not turn to mush. */
const enlargedAtMost = 2

/** Side of the square in which a photo is drawn, at most `cellPx`. */
export function drawnPx(photo: { readonly widthPx: number; readonly heightPx: number }, cellPx: number): number {
  return Math.min(cellPx, Math.min(photo.widthPx, photo.heightPx) * enlargedAtMost)
}
