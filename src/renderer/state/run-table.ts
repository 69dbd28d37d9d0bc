import { z } from 'zod'
import { mostEpochs, RunState, type RunSummary } from '../../main/contract/runs.ts'
import { recipeText } from '../text/recipes.ts'
import { trainWords } from '../text/train.ts'

/** Columns of the run table in the order in which they are offered; `run` (number and name) is always shown. */
export const columnIds = [
  'run',
  'state',
  'network',
  'test',
  'validation',
  'bestEpoch',
  'epochs',
  'learningRate',
  'batchSize',
  'optimiser',
  'seed',
  'time',
  'started',
  'tags',
  'notes',
] as const
export type ColumnId = (typeof columnIds)[number]

/** `words`: all of them must occur, anywhere. The others are null where they do not restrict. */
export interface RunFilter {
  readonly words: string
  readonly state: RunState | null
  /** Id of a starting network. */
  readonly network: string | null
  readonly tag: string | null
  /** Least share of the test photos that must be right, in percent, 0..100. */
  readonly rightPercent: number | null
  /** Only runs that were started within so many days. */
  readonly withinDays: number | null
}

export interface RunSort {
  readonly column: ColumnId
  readonly descending: boolean
}

/** How a person looks at the table; remembered for each project. */
export interface RunTableView {
  /** In the order of `columnIds`, with `run` first. */
  readonly columns: readonly ColumnId[]
  readonly sort: RunSort
  readonly filter: RunFilter
}

export const everyRun: RunFilter = { words: '', state: null, network: null, tag: null, rightPercent: null, withinDays: null }
export const usualView: RunTableView = {
  columns: ['run', 'network', 'test', 'bestEpoch', 'time', 'started', 'tags'],
  sort: { column: 'run', descending: true },
  filter: everyRun,
}

/** Each part that cannot be read takes its usual value, so that one damaged field does not cost the others. */
const Remembered = z.object({
  columns: z.array(z.enum(columnIds).or(z.string())).catch([...usualView.columns]),
  sort: z.object({ column: z.enum(columnIds), descending: z.boolean() }).catch(usualView.sort),
  filter: z
    .object({
      words: z.string().catch(''),
      state: RunState.nullable().catch(null),
      network: z.string().nullable().catch(null),
      tag: z.string().nullable().catch(null),
      rightPercent: z.number().min(0).max(100).nullable().catch(null),
      withinDays: z.number().positive().nullable().catch(null),
    })
    .catch(everyRun),
})

/** The columns among `columns` that exist, once each, in the order in which they are offered, with the run itself. */
export function columnsInOrder(columns: Iterable<string>): readonly ColumnId[] {
  const wanted = new Set(columns)
  return columnIds.filter((id) => id === 'run' || wanted.has(id))
}

/** The view that was remembered as `text`; the usual one where there is none or it is damaged. Never throws. */
export function readView(text: string | null): RunTableView {
  const parsed = Remembered.safeParse(parseJson(text ?? ''))
  return parsed.success ? { ...parsed.data, columns: columnsInOrder(parsed.data.columns) } : usualView
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    // What another program or a full disk left there is no view.
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

/** A run with what the table looks for in it. */
export interface RunRow {
  readonly run: RunSummary
  /** What its starting network is called. */
  readonly network: string
  /** Everything that words are looked for in, in lower case. */
  readonly text: string
}

/** `networkName` gives the plain name of a starting network by its id. */
export function describeRuns(runs: readonly RunSummary[], networkName: (id: string) => string): readonly RunRow[] {
  return runs.map((run) => {
    const network = recipeText(run.recipe, networkName(run.recipe.backbone))
    const texts = [
      trainWords.runName(run.number),
      `#${run.number}`,
      run.name ?? '',
      network,
      run.recipe.backbone,
      trainWords.stateOf(run),
      ...run.tags,
      run.notes,
    ]
    return { run, network, text: texts.join('\n').toLowerCase() }
  })
}

/** What a column sorts a run by; null where the run has no value there. */
export function sortValue({ run, network }: RunRow, column: ColumnId): number | string | null {
  switch (column) {
    case 'run':
      return run.number
    case 'state':
      return RunState.options.indexOf(run.state)
    case 'network':
      return network
    case 'test':
      return run.test?.accuracy ?? null
    case 'validation':
      return run.validation?.accuracy ?? null
    case 'bestEpoch':
      return run.bestEpoch
    case 'epochs':
      return mostEpochs(run.recipe)
    case 'learningRate':
      return run.recipe.learningRate
    case 'batchSize':
      return run.recipe.batchSize
    case 'optimiser':
      return run.recipe.optimiser
    case 'seed':
      return run.recipe.seed
    case 'time':
      return run.seconds?.training ?? null
    case 'started':
      return run.createdAtMs
    case 'tags':
      return run.tags.length === 0 ? null : run.tags.join(', ')
    case 'notes':
      return run.notes === '' ? null : run.notes
    default:
      return column satisfies never
  }
}

/** Whether a first press on a column puts its largest values on top: what is better, newer or more is looked for first. */
export function beginsDescending(column: ColumnId): boolean {
  return ['run', 'test', 'validation', 'started'].includes(column)
}

const dayMs = 86_400_000

export function matches(row: RunRow, filter: RunFilter, nowMs: number): boolean {
  const { run } = row
  if (filter.state !== null && run.state !== filter.state) return false
  if (filter.network !== null && run.recipe.backbone !== filter.network) return false
  if (filter.tag !== null && !run.tags.includes(filter.tag)) return false
  if (filter.rightPercent !== null && (run.test === null || run.test.accuracy * 100 < filter.rightPercent)) return false
  if (filter.withinDays !== null && nowMs - run.createdAtMs > filter.withinDays * dayMs) return false
  return filter.words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => row.text.includes(word))
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * The rows that match, sorted: pinned ones first, then by the column, rows without a value there last in both directions, and among equals
 * the newest first.
 */
export function arrangeRuns(rows: readonly RunRow[], { filter, sort }: Omit<RunTableView, 'columns'>, nowMs: number): readonly RunRow[] {
  const sign = sort.descending ? -1 : 1
  return rows
    .filter((row) => matches(row, filter, nowMs))
    .map((row) => ({ row, value: sortValue(row, sort.column) }))
    .sort(
      (one, other) =>
        Number(other.row.run.pinned) - Number(one.row.run.pinned) ||
        Number(one.value === null) - Number(other.value === null) ||
        sign * compareValues(one.value, other.value) ||
        other.row.run.number - one.row.run.number,
    )
    .map(({ row }) => row)
}

function compareValues(one: number | string | null, other: number | string | null): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return typeof one === 'string' && typeof other === 'string' ? collator.compare(one, other) : 0
}

/** Every tag that a run has, in the order of the alphabet. */
export function tagsOf(runs: readonly RunSummary[]): readonly string[] {
  return [...new Set(runs.flatMap(({ tags }) => tags))].sort(collator.compare)
}

/** Where the scale begins on which the table draws intervals: the tenth below the lowest of them, at most 0.9. 0..1. */
export function scaleBegin(rows: readonly RunRow[]): number {
  let lowest = 1
  for (const { run } of rows) if (run.test !== null) lowest = Math.min(lowest, run.test.low)
  return Math.min(0.9, Math.floor(lowest * 10) / 10)
}
