import { mostEntries, mostPieces } from './label-file.ts'

/*
 * RFC 4180 and what spreadsheets make of it: any of three separators, quotes that hold separators and ends of lines, CRLF, LF or CR, and a line
 * `sep=;` before the first. A package for this would be ten times as long as the reading itself.
 */

export type Separator = ',' | ';' | '\t'
const separators: readonly Separator[] = [',', ';', '\t']

/** Lines that are looked at to find the separator. */
const lookedAt = 50

/** The text of a file in UTF-8, UTF-16 (with a mark, or told by its zeros) or, where it is neither, in Windows' code page 1252. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first !== undefined && first !== 0 && second === 0) return 'utf-16le'
  return first === 0 && second !== undefined && second !== 0 ? 'utf-16be' : 'utf-8'
}

export interface CsvTable {
  /** Cells, without rows that are empty. */
  readonly rows: readonly (readonly string[])[]
  /** In which line of the file each row begins, from 1 on. */
  readonly lines: readonly number[]
  /** The line with a quote that is never closed; its cell, in the last row, holds the rest of the text. Null where there is none. */
  readonly openQuoteLine: number | null
}

/** Nothing is wrong CSV. Null for more rows or cells than a table of photos has. */
export function readCsv(text: string): CsvTable | null {
  const said = /^sep=([,;\t])\r?\n/i.exec(text)
  if (said === null) return rowsOf(text, separatorOf(text))
  const table = rowsOf(text.slice(said[0].length), said[1] as Separator)
  if (table === null) return null
  const { rows, lines, openQuoteLine } = table
  return { rows, lines: lines.map((line) => line + 1), openQuoteLine: openQuoteLine === null ? null : openQuoteLine + 1 }
}

/** The separator that cuts the first lines into the most columns of the same number. */
function separatorOf(text: string): Separator {
  const head = text.slice(0, 64 * 1024)
  let best: Separator = ','
  let bestScore = 0
  for (const separator of separators) {
    const rows = (rowsOf(head, separator)?.rows ?? []).slice(0, lookedAt)
    const columns = rows[0]?.length ?? 0
    const score = columns < 2 ? 0 : rows.filter((row) => row.length === columns).length / rows.length + columns / 1000
    if (score > bestScore) [best, bestScore] = [separator, score]
  }
  return best
}

/** Exported for its test. Null for more than `mostRows` or `mostCells`. */
export function rowsOf(
  text: string,
  separator: Separator,
  { mostRows, mostCells }: { readonly mostRows: number; readonly mostCells: number } = { mostRows: mostEntries, mostCells: mostPieces },
): CsvTable | null {
  const rows: string[][] = []
  const lines: number[] = []
  let openQuoteLine: number | null = null
  let row: string[] = []
  let at = 0
  let cells = 0
  let line = 1
  let rowLine = 1
  const endRow = (): void => {
    if (row.length > 1 || row[0] !== '') {
      rows.push(row)
      lines.push(rowLine)
    }
    row = []
  }
  while (at < text.length) {
    const isQuoted = text[at] === '"'
    const cell = isQuoted ? quoted(text, at, separator) : plain(text, at, separator)
    row.push(cell.text)
    cells += 1
    if (cells > mostCells || rows.length > mostRows) return null
    if (cell.isOpen === true) openQuoteLine = line
    if (isQuoted) line += lineEnds(text, at, cell.next)
    at = cell.next
    if (text[at] === separator) {
      at += 1
      // A separator before the end of the file has an empty cell behind it.
      if (at === text.length) row.push('')
      else continue
    }
    endRow()
    at += text.startsWith('\r\n', at) ? 2 : 1
    line += 1
    rowLine = line
  }
  return { rows, lines, openQuoteLine }
}

function lineEnds(text: string, from: number, to: number): number {
  let ends = 0
  for (let at = from; at < to; at++) if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) ends += 1
  return ends
}

interface Cell {
  readonly text: string
  /** Where its separator, the end of its line or of the text is. */
  readonly next: number
  /** Its quote is never closed. */
  readonly isOpen?: true
}

function plain(text: string, from: number, separator: Separator): Cell {
  let next = from
  while (next < text.length && text[next] !== separator && text[next] !== '\n' && text[next] !== '\r') next += 1
  return { text: text.slice(from, next), next }
}

/** Two quotes are one; what follows the closing one is a part of the cell, too. */
function quoted(text: string, from: number, separator: Separator): Cell {
  let held = ''
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return { text: held + text.slice(at), next: text.length, isOpen: true }
    held += text.slice(at, quote)
    if (text[quote + 1] !== '"') {
      const rest = plain(text, quote + 1, separator)
      return { text: held + rest.text, next: rest.next }
    }
    held += '"'
    at = quote + 2
  }
}
