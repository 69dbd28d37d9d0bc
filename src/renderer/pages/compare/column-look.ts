import type { ColumnId } from '../../state/run-table.ts'

interface ColumnLook {
  /** A track of the grid. */
  readonly track: string
  /** CSS pixels that the track takes at least. */
  readonly leastPx: number
  readonly isNumber: boolean
}

const fixed = (leastPx: number, isNumber = false): ColumnLook => ({ track: `${leastPx}px`, leastPx, isNumber })
const growing = (leastPx: number, share: number): ColumnLook => ({ track: `minmax(${leastPx}px, ${share}fr)`, leastPx, isNumber: false })

export const columnLooks: Readonly<Record<ColumnId, ColumnLook>> = {
  run: growing(180, 1.6),
  state: fixed(112),
  network: growing(120, 1),
  test: fixed(252),
  validation: fixed(136, true),
  bestEpoch: fixed(94, true),
  epochs: fixed(82, true),
  learningRate: fixed(106, true),
  batchSize: fixed(92, true),
  optimiser: fixed(92),
  seed: fixed(96, true),
  time: fixed(92, true),
  started: fixed(106),
  tags: growing(120, 1),
  notes: growing(170, 1.4),
}

/** Checkbox in front and the menu behind. */
const edgePx = 36

/** The tracks of a row, and how wide it is at least. */
export function tracksOf(columns: readonly ColumnId[]): { readonly tracks: string; readonly leastPx: number } {
  return {
    tracks: `${edgePx}px ${columns.map((id) => columnLooks[id].track).join(' ')} ${edgePx}px`,
    leastPx: 2 * edgePx + columns.reduce((sum, id) => sum + columnLooks[id].leastPx, 0),
  }
}
