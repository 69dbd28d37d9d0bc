/** Counts by label (rows) and answer (columns), square, in the order of the classes. */
export type Confusion = readonly (readonly number[])[]
/** Label and answer, as indices of classes. */
export type Cell = readonly [row: number, column: number]

/** Classes that were taken for another one, or another one for them; in their order. */
export function mixedClasses(confusion: Confusion): number[] {
  const isMixed = confusion.map(() => false)
  confusion.forEach((counts, row) =>
    counts.forEach((count, column) => {
      if (row === column || count === 0) return
      isMixed[row] = true
      isMixed[column] = true
    }),
  )
  return isMixed.flatMap((mixed, index) => (mixed ? [index] : []))
}

/** The share of a row's photos that lies in a cell, 0..1; 0 for a class without photos. */
export function cellShare(confusion: Confusion, [row, column]: Cell): number {
  const counts = confusion[row] ?? []
  const total = counts.reduce((sum, each) => sum + each, 0)
  return total === 0 ? 0 : (counts[column] ?? 0) / total
}

/**
 * The cell with photos that an arrow key leads to, among the classes `shown`: left and right go through all of them in the order of reading,
 * so that each is reached; up and down go to the next line that has one, as near as there is. Null at the end and for any other key.
 */
export function nextCell(confusion: Confusion, shown: readonly number[], from: Cell, key: string): Cell | null {
  const at = { row: shown.indexOf(from[0]), column: shown.indexOf(from[1]) }
  const cells = shown.flatMap((label, row) =>
    shown.flatMap((answer, column) =>
      (confusion[label]?.[answer] ?? 0) > 0 ? [{ row, column, cell: [label, answer] as Cell, order: row * shown.length + column }] : [],
    ),
  )
  const here = at.row * shown.length + at.column
  const aside = (column: number): number => Math.abs(column - at.column)
  switch (key) {
    case 'ArrowRight':
      return cells.find(({ order }) => order > here)?.cell ?? null
    case 'ArrowLeft':
      return cells.findLast(({ order }) => order < here)?.cell ?? null
    case 'ArrowDown':
    case 'ArrowUp': {
      const lines = cells.filter(({ row }) => (key === 'ArrowDown' ? row > at.row : row < at.row))
      const line = key === 'ArrowDown' ? lines[0]?.row : lines.at(-1)?.row
      const inLine = lines.filter(({ row }) => row === line)
      return inLine.sort((one, other) => aside(one.column) - aside(other.column))[0]?.cell ?? null
    }
    default:
      return null
  }
}
