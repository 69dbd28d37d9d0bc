import type { RunSummary } from '../../main/contract/runs.ts'
import { comparedAtMost } from './routes.ts'
import { coloursTogether, runColour } from './run-colour.ts'
import type { Studio } from './studio.svelte.ts'
import {
  arrangeRuns,
  beginsDescending,
  columnsInOrder,
  describeRuns,
  everyRun,
  readView,
  tagsOf,
  type ColumnId,
  type RunFilter,
  type RunTableView,
} from './run-table.ts'

const keyOf = (path: string): string => `graft.run-table ${path}`

/** The run table: how it is looked at, which rows that shows, which of them is under the cursor and which are chosen. */
export class RunTable {
  /** `sort` and `filter` change what is shown; all of it is remembered. */
  view = $state.raw<RunTableView>(readView(null))
  readonly #studio: Studio
  readonly #key: string
  /** The run under the cursor; the first row where it is not shown. */
  #cursorId = $state.raw<string | null>(null)
  /** Where a range begins. */
  #anchorId: string | null = null
  /** Chosen runs that the address has no room for, as long as it holds those that they belong to. */
  #more = $state.raw<{ readonly after: readonly string[]; readonly ids: readonly string[] }>({ after: [], ids: [] })
  /** Days are counted from when the page came up: rows do not vanish while one looks at them. */
  readonly nowMs = Date.now()

  /** `path`: folder of the project whose view is remembered. */
  constructor(studio: Studio, path: string) {
    this.#studio = studio
    this.#key = keyOf(path)
    this.view = readView(localStorage.getItem(this.#key))
  }

  readonly runs = $derived.by(() => this.#studio.runs.value ?? [])
  readonly networkNames = $derived.by(() => new Map((this.#studio.backbones.value ?? []).map(({ id, plainName }) => [id, plainName])))
  readonly #rows = $derived.by(() => describeRuns(this.runs, (id) => this.networkNames.get(id) ?? id))
  /** What is shown, from top to bottom. */
  readonly shown = $derived.by(() => arrangeRuns(this.#rows, this.view, this.nowMs))
  readonly #indexes = $derived.by(() => new Map(this.shown.map(({ run }, index) => [run.id, index])))
  readonly #runsById = $derived.by(() => new Map(this.runs.map((run) => [run.id, run])))
  readonly tags = $derived.by(() => tagsOf(this.runs))
  readonly networks = $derived.by(() => [...new Map(this.#rows.map(({ run, network }) => [run.recipe.backbone, network]))])

  /** -1 where nothing is shown. */
  readonly cursor = $derived.by(() => Math.min(this.shown.length - 1, this.#indexes.get(this.#cursorId ?? '') ?? 0))

  readonly #chosenIds = $derived.by((): readonly string[] => {
    const { place } = this.#studio.navigation
    if (place.page !== 'compare') return []
    return place.runs === this.#more.after ? [...place.runs, ...this.#more.ids] : place.runs
  })
  /** In the order in which they were chosen: the first one is what the others are compared with. */
  readonly chosen = $derived.by(() => this.#chosenIds.map((id) => this.#runsById.get(id)).filter((run) => run !== undefined))
  readonly #chosenSet = $derived.by(() => new Set(this.#chosenIds))
  /** How many of the runs that the address names are not there, or no longer. */
  readonly gone = $derived.by(() => this.#chosenIds.length - this.chosen.length)

  /** Those that lie side by side. */
  readonly compared = $derived.by(() => this.chosen.slice(0, comparedAtMost))
  readonly #colours = $derived.by(() => coloursTogether(this.compared.map(({ number }) => number)))

  /** A run's colour; those that lie side by side have colours that can be told apart. */
  colourOf({ number }: RunSummary): string {
    return this.#colours.get(number) ?? runColour(number)
  }

  isChosen(id: string): boolean {
    return this.#chosenSet.has(id)
  }

  /** How many filters besides the words restrict what is shown. */
  readonly narrowed = $derived.by(
    () => Object.entries(this.view.filter).filter(([name, value]) => name !== 'words' && value !== null).length,
  )

  sortBy(column: ColumnId): void {
    const { sort } = this.view
    const descending = sort.column === column ? !sort.descending : beginsDescending(column)
    this.#remember({ ...this.view, sort: { column, descending } })
  }

  filterBy(filter: Partial<RunFilter>): void {
    this.#remember({ ...this.view, filter: { ...this.view.filter, ...filter } })
  }

  showAll(): void {
    this.filterBy(everyRun)
  }

  toggleColumn(column: ColumnId): void {
    const columns = new Set(this.view.columns)
    if (!columns.delete(column)) columns.add(column)
    this.#remember({ ...this.view, columns: columnsInOrder(columns) })
  }

  /** Moves the cursor by so many rows; `extend` chooses what lies between. */
  moveBy(rows: number, extend: boolean): void {
    const to = this.shown[Math.max(0, Math.min(this.shown.length - 1, this.cursor + rows))]?.run.id
    if (to === undefined) return
    const from = this.shown[this.cursor]?.run.id ?? to
    if (extend) this.#chooseRange((this.#anchorId ??= from), to)
    else this.#anchorId = null
    this.#cursorId = to
  }

  /** A press on a row: chooses it or leaves it out, `range` chooses from the row that was pressed before. */
  press(id: string, range: boolean): void {
    if (range) this.#chooseRange(this.#anchorId ?? this.#cursorId ?? id, id)
    else {
      this.toggle(id)
      this.#anchorId = id
    }
    this.#cursorId = id
  }

  /** Puts the cursor on a run without choosing it. */
  point(id: string): void {
    this.#cursorId = id
    this.#anchorId = null
  }

  toggle(id: string): void {
    this.choose(this.isChosen(id) ? this.#chosenIds.filter((each) => each !== id) : [...this.#chosenIds, id])
  }

  /** Everything that is shown; what was chosen before stays first. */
  chooseAll(): void {
    this.choose([...this.#chosenIds, ...this.shown.map(({ run }) => run.id)])
  }

  /** Chooses exactly these, each once. The address holds as many as can be laid side by side. */
  choose(ids: readonly string[]): void {
    const once = [...new Set(ids)]
    const after = once.slice(0, comparedAtMost)
    this.#more = { after, ids: once.slice(comparedAtMost) }
    this.#studio.navigation.replace({ page: 'compare', runs: after })
  }

  #chooseRange(from: string, to: string): void {
    const [one, other] = [this.#indexes.get(from), this.#indexes.get(to)]
    if (one === undefined || other === undefined) return
    const between = this.shown.slice(Math.min(one, other), Math.max(one, other) + 1).map(({ run }) => run.id)
    this.choose([...this.#chosenIds, ...(one <= other ? between : between.reverse())])
  }

  #remember(view: RunTableView): void {
    this.view = view
    localStorage.setItem(this.#key, JSON.stringify(view))
  }
}
