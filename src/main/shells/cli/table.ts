/** A column that holds numbers is set flush right. */
export type Alignment = 'left' | 'right'

/** Columns are told apart by two spaces; the first row is the heading. Rows are as wide as their content. */
export function tableText(heading: readonly string[], rows: readonly (readonly string[])[], alignment: readonly Alignment[] = []): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))
        return alignment[column] === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}

/** Code points: right for letters with their marks composed, which is what people type. */
function widthOf(text: string): number {
  return [...text.normalize('NFC')].length
}
