import { extname } from 'node:path'
import { readPlainFile, readPlainStart } from '../plain-file.ts'
import { cocoLabels } from './coco-labels.ts'
import { csvLabels, whyOpenQuote, type CsvLabels } from './csv-labels.ts'
import { mostEntries, mostFileBytes, mostPieces, type LabelFile } from './label-file.ts'
import { labelStudioLabels } from './label-studio-labels.ts'
import { decodeText } from './read-csv.ts'

export type ReadLabels =
  | { readonly state: 'labels'; readonly labels: LabelFile }
  /** A table or JSON that says nothing of photos, and what it is instead. */
  | { readonly state: 'other'; readonly why: string }
  /** Not a file of this kind at all. */
  | { readonly state: 'not-text' }

/** Whether a file's name is one that files of labels have. */
export function mayHoldLabels(path: string): boolean {
  return /^\.(csv|tsv|json)$/i.test(extname(path))
}

/** Of a file that may lie in a folder by chance, so much tells whether it is worth reading. */
const startBytes = 64 * 1024
/**
 * What lists of photos have in their beginning: a photo, one of COCO's lists, or what a task of Label Studio has. The name of its photo may
 * stand behind a text, an address without an ending, or a mask that is longer than what is looked at.
 */
const namesPhotos = /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|bmp|hei[cf])\b|"(images|annotations|categories|data|file_upload)"\s*:/i

/**
 * Reads a file of labels; what it is, its content decides: JSON of COCO or Label Studio, else a table. `isGiven`: somebody named this very file;
 * a larger one that nobody named is read only where its beginning tells of photos.
 */
export async function readLabelFile(path: string, { isGiven = true } = {}): Promise<ReadLabels> {
  if (!isGiven && !(await beginsLikeLabels(path))) return { state: 'not-text' }
  const bytes = await readPlainFile(path, mostFileBytes)
  if (bytes === null)
    return mayHoldLabels(path) ? { state: 'other', why: 'it cannot be read, or has more than 128 MB' } : { state: 'not-text' }
  // What a picture or an archive begins with is no text.
  if (!mayHoldLabels(path) && bytes.subarray(0, 4096).includes(0) && bytes[0] !== 0xff && bytes[0] !== 0xfe) return { state: 'not-text' }
  const text = decodeText(bytes)
  if (/^\s*[[{]/.test(text.slice(0, 1000))) return fromJson(text)
  if (!/^\.(csv|tsv|txt)$/i.test(extname(path))) return { state: 'not-text' }
  const table = csvLabels(text)
  return table.state === 'read' ? withPhotos(table.labels) : { state: 'other', why: whyNoLabels(table) }
}

/** What was read, where it names a photo; else the first thing that is wrong with it. */
function withPhotos(labels: LabelFile): ReadLabels {
  if (labels.photos.length > 0) return { state: 'labels', labels }
  const [problem] = labels.problems
  return { state: 'other', why: problem === undefined ? 'it names none' : `${problem.where}: ${problem.why}` }
}

async function beginsLikeLabels(path: string): Promise<boolean> {
  const start = await readPlainStart(path, startBytes)
  if (start === null || start.length < startBytes) return true
  const text = decodeText(start)
  if (/^\s*[[{]/.test(text.slice(0, 1000))) return namesPhotos.test(text)
  // Its last line may be cut off, and a quote before its end.
  const { state } = csvLabels(text.slice(0, text.lastIndexOf('\n') + 1))
  return state !== 'other' && state !== 'open-quote'
}

function whyNoLabels(table: Exclude<CsvLabels, { state: 'read' }>): string {
  switch (table.state) {
    case 'other':
      if (table.firstRow === null) return 'it is empty'
      if (table.firstRow.isOnly && table.firstRow.cells.length > 1)
        return `line ${table.firstRow.line} (${fewOf(table.firstRow.cells)}) is all that stands in it; below it, write a line for each photo`
      return `line ${table.firstRow.line} (${fewOf(table.firstRow.cells)}) begins no table of photos and classes; call one column file and another one class`
    case 'open-quote':
      return `line ${table.line}: ${whyOpenQuote}`
    case 'too-large':
      return `it has more than ${mostEntries} rows, or ${mostPieces} cells; part it into several files`
    case 'several-columns':
      return `it has several columns that could be the class (${fewOf(table.columns)}); call that one class in the first line`
    default:
      return table satisfies never
  }
}

function fromJson(text: string): ReadLabels {
  if (hasMorePieces(text, mostPieces)) return { state: 'other', why: `it is JSON of more than ${mostPieces} lists, objects and keys` }
  const json = parsed(text)
  if (json === undefined) return { state: 'other', why: 'it is not whole JSON' }
  const labels = cocoLabels(json) ?? labelStudioLabels(json)
  return labels === null ? { state: 'other', why: 'it is JSON, but neither of COCO nor of Label Studio' } : { state: 'labels', labels }
}

/** Whether a JSON text holds more than `most` lists, objects and keys, those that only stand in a text counted too. Seen before it is parsed. */
export function hasMorePieces(text: string, most: number): boolean {
  let pieces = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if ((sign === '[' || sign === '{' || sign === ':') && ++pieces > most) return true
  }
  return false
}

/** Undefined for what is no JSON; also for JSON that is nested so deep that nobody can read it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

function fewOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => name.slice(0, 40))
  return names.length > shown.length ? `${shown.join(', ')} ...` : shown.join(', ')
}
