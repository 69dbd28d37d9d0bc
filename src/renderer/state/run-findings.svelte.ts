import { untrack } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import type { StudioClient } from '../../main/contract/contract.ts'
import type { WireError } from '../../main/contract/errors.ts'
import type { Comparison, EpochReport, Evaluation, RunSummary } from '../../main/contract/runs.ts'
import { wireErrorOf, type Loaded } from './remote.svelte.ts'

/** So many questions about pairs of runs are under way at a time, so that fifty chosen runs keep the studio free for others. */
const atOnce = 4

/** What the studio has said about runs that lie side by side. A run that has ended stays as it is, so each thing is asked once. */
export class RunFindings {
  readonly #client: StudioClient
  readonly #comparisons = new SvelteMap<string, Loaded<Comparison>>()
  readonly #evaluations = new SvelteMap<string, Loaded<Evaluation>>()
  readonly #curves = new SvelteMap<string, readonly EpochReport[]>()
  readonly #askedCurves = new Set<string>()
  /** Why the curves that were asked for last did not come. */
  curvesError = $state.raw<WireError | null>(null)
  readonly #waiting: (() => Promise<void>)[] = []
  #running = 0

  constructor(client: StudioClient) {
    this.#client = client
  }

  /** The epochs of a run; null until they are here. */
  curve(run: RunSummary): readonly EpochReport[] | null {
    return this.#curves.get(curveKey(run)) ?? null
  }

  comparison(first: RunSummary, second: RunSummary): Loaded<Comparison> {
    return this.#comparisons.get(pairKey(first, second)) ?? { state: 'loading' }
  }

  evaluation(run: RunSummary): Loaded<Evaluation> {
    return this.#evaluations.get(run.id) ?? { state: 'loading' }
  }

  /** Asks for the curves that are not here yet, all in one question; at most as many runs as can be laid side by side. Never rejects. */
  async askCurves(runs: readonly RunSummary[]): Promise<void> {
    const missing = runs.filter((run) => !this.#askedCurves.has(curveKey(run)))
    if (missing.length === 0) return
    for (const run of missing) this.#askedCurves.add(curveKey(run))
    try {
      const curves = await this.#client.runs.curves({ runs: missing.map(({ id }) => id) })
      const epochsOf = new Map(curves.map(({ runId, epochs }) => [runId, epochs]))
      this.curvesError = null
      for (const run of missing) this.#curves.set(curveKey(run), epochsOf.get(run.id) ?? [])
    } catch (thrown) {
      for (const run of missing) this.#askedCurves.delete(curveKey(run))
      this.curvesError = wireErrorOf(thrown)
    }
  }

  /** Asks how the second run does against the first, unless that is known or on its way. Both have a test result. */
  askComparison(first: RunSummary, second: RunSummary): void {
    const ask = () => this.#client.runs.compare({ first: first.id, second: second.id })
    this.#askOnce(this.#comparisons, pairKey(first, second), ask)
  }

  askEvaluation(run: RunSummary): void {
    this.#askOnce(this.#evaluations, run.id, () => this.#client.runs.evaluate({ run: run.id }))
  }

  /** Forgets what failed, so that it is asked for again. */
  retry(): void {
    this.curvesError = null
    for (const answers of [this.#comparisons, this.#evaluations])
      for (const [key, { state }] of answers) if (state === 'failed') answers.delete(key)
  }

  #askOnce<T>(answers: SvelteMap<string, Loaded<T>>, key: string, ask: () => Promise<T>): void {
    if (untrack(() => answers.has(key))) return
    answers.set(key, { state: 'loading' })
    this.#waiting.push(async () => {
      try {
        answers.set(key, { state: 'ready', value: await ask() })
      } catch (thrown) {
        answers.set(key, { state: 'failed', error: wireErrorOf(thrown) })
      }
    })
    void this.#work()
  }

  async #work(): Promise<void> {
    if (this.#running >= atOnce) return
    this.#running++
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) await next()
    this.#running--
  }
}

const pairKey = (first: RunSummary, second: RunSummary): string => `${first.id} ${second.id}`
/** A run that still trains has more epochs once it has ended. */
const curveKey = ({ id, state }: RunSummary): string => `${id} ${state}`
