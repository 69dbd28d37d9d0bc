import { looksLikePhoto, longestText, NamedPhotos, type LabelFile } from './label-file.ts'
import { placesOf } from './photo-places.ts'
import { readCsv } from './read-csv.ts'

/** What columns are called, in lower case without blanks and underscores; the first that is there is taken. */
const fileNames = [
  'file',
  'filename',
  'filepath',
  'path',
  'image',
  'imagepath',
  'imagename',
  'imagefile',
  'photo',
  'picture',
  'img',
  'name',
  'imageid',
  'id',
]
const classNames = ['class', 'classname', 'label', 'labels', 'category', 'choice', 'choices', 'target', 'tag', 'species', 'breed']

export type CsvLabels =
  | { readonly state: 'read'; readonly labels: LabelFile }
  /** It names no photos. `firstRow`: the line and the cells of the first row, and whether it is all there is; null for an empty table. */
  | {
      readonly state: 'other'
      readonly firstRow: { readonly line: number; readonly cells: readonly string[]; readonly isOnly: boolean } | null
    }
  /** It has a quote that is never closed, and names no photos before it. */
  | { readonly state: 'open-quote'; readonly line: number }
  | { readonly state: 'too-large' }
  /** It names photos, and several columns could be their class. */
  | { readonly state: 'several-columns'; readonly columns: readonly string[] }

interface Columns {
  readonly file: number
  readonly class: number
  readonly hasHeader: boolean
  readonly taken: string | null
}

export const whyOpenQuote =
  'a quote (") begins in it that is never closed, so that neither this line nor what follows can be read; close it, or delete it'

/**
 * Reads a table of photos and classes. With a row of names above, the columns are found by them; without one, the column that holds names of photos
 * is the file, and the only other one the class. A cell without a class leaves its photo unlabelled.
 */
export function csvLabels(text: string): CsvLabels {
  const table = readCsv(text)
  if (table === null) return { state: 'too-large' }
  const { rows, lines, openQuoteLine } = table
  const [first] = rows
  const columns = findColumns(rows)
  if (columns.state === 'other' && openQuoteLine !== null) return { state: 'open-quote', line: openQuoteLine }
  if (columns.state === 'other')
    return { state: 'other', firstRow: first === undefined ? null : { line: lines[0] ?? 1, cells: first, isOnly: rows.length === 1 } }
  if (columns.state !== 'found') return columns
  const { file: fileAt, class: classAt, hasHeader, taken } = columns.columns
  const photos = new NamedPhotos()
  const problems: { where: string; why: string }[] = []
  // The last row of a table with an open quote holds who knows what.
  const whole = openQuoteLine === null ? rows : rows.slice(0, -1)
  for (const [index, row] of whole.entries()) {
    if (index === 0 && hasHeader) continue
    const file = (row[fileAt] ?? '').trim()
    const name = (row[classAt] ?? '').trim()
    const where = `line ${lines[index] ?? index + 1}`
    if (file === '')
      problems.push({ where, why: `it names no photo; write its name ${placeOfColumn(first, fileAt, hasHeader)}, or delete the line` })
    else if (file.length > longestText) {
      problems.push({ where, why: 'it has more than a name where the photo should be; perhaps a quote (") is missing, in it or before it' })
    } else photos.add(file, placesOf(file), name === '' ? [] : [name])
  }
  if (openQuoteLine !== null) {
    problems.push({ where: `line ${openQuoteLine}`, why: whyOpenQuote })
  }
  return { state: 'read', labels: { kind: 'csv', photos: photos.list(), problems, taken } }
}

function placeOfColumn(first: readonly string[] | undefined, column: number, hasHeader: boolean): string {
  return hasHeader ? `under ${(first?.[column] ?? '').trim().slice(0, 40)}` : `into column ${column + 1}`
}

type Found =
  { readonly state: 'found'; readonly columns: Columns } | { readonly state: 'other' } | Extract<CsvLabels, { state: 'several-columns' }>

function findColumns(rows: readonly (readonly string[])[]): Found {
  const [first = []] = rows
  const folded = first.map((cell) => cell.toLowerCase().replace(/[\s_-]/g, ''))
  const hasHeader = !first.some(looksLikePhoto) && first.length > 1
  const body = hasHeader ? rows.slice(1, 1000) : rows.slice(0, 1000)
  const width = Math.max(0, ...body.map((row) => row.length))
  if (width < 2) return { state: 'other' }
  const byContent = columnOfPhotos(body, width)
  const byName = hasHeader ? firstOf(folded, fileNames) : -1
  const file = byContent >= 0 ? byContent : byName
  if (file < 0) return { state: 'other' }
  const others = Array.from({ length: width }, (_, column) => column).filter((column) => column !== file && !isEmpty(body, column))
  const named = hasHeader ? firstOf(folded, classNames, file) : -1
  if (named >= 0)
    return { state: 'found', columns: { file, class: named, hasHeader, taken: others.length > 1 ? (first[named] ?? null) : null } }
  const [only] = others
  if (only === undefined) return { state: 'other' }
  if (others.length === 1) return { state: 'found', columns: { file, class: only, hasHeader, taken: null } }
  return { state: 'several-columns', columns: others.map((column) => (hasHeader ? (first[column] ?? '') : `column ${column + 1}`)) }
}

/** The column most of whose cells are names of photos; -1 where none is. */
function columnOfPhotos(rows: readonly (readonly string[])[], width: number): number {
  let best = -1
  let most = rows.length / 2
  for (let column = 0; column < width; column++) {
    const count = rows.filter((row) => looksLikePhoto(row[column] ?? '')).length
    if (count > most) [best, most] = [column, count]
  }
  return best
}

function firstOf(folded: readonly string[], wanted: readonly string[], without = -1): number {
  for (const name of wanted) {
    const column = folded.findIndex((cell, index) => cell === name && index !== without)
    if (column >= 0) return column
  }
  return -1
}

function isEmpty(rows: readonly (readonly string[])[], column: number): boolean {
  return rows.every((row) => (row[column] ?? '').trim() === '')
}
