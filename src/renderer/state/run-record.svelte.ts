import type { EpochReport } from '../../main/contract/runs.ts'
import { Remote } from './remote.svelte.ts'
import type { Studio } from './studio.svelte.ts'

/** Everything about one run: its epochs as they come, and once it has ended its evaluation and the comparison with the run before. */
export class RunRecord {
  readonly id: string
  readonly details
  readonly evaluation
  readonly comparison
  readonly #studio: Studio

  constructor(studio: Studio, id: string) {
    this.#studio = studio
    this.id = id
    this.details = new Remote(() => studio.client.runs.get({ run: id }))
    this.evaluation = new Remote(() => studio.client.runs.evaluate({ run: id }))
    this.comparison = new Remote(async () => {
      const before = this.previous
      return before === null ? null : studio.client.runs.compare({ first: before.id, second: id })
    })
  }

  readonly summary = $derived.by(() => this.#studio.runs.value?.find(({ id }) => id === this.id) ?? this.details.value?.run ?? null)

  /** Those that the database has, then those that came since. */
  readonly epochs = $derived.by((): readonly EpochReport[] => {
    const kept = this.details.value?.epochs ?? []
    const live = this.#studio.jobs.epochsOf(this.id)
    const last = kept.at(-1)?.epoch ?? 0
    return [...kept, ...live.filter(({ epoch }) => epoch > last)]
  })

  readonly job = $derived.by(() => this.#studio.jobs.active.find(({ runId }) => runId === this.id) ?? null)

  /** The newest run with a result that is older than this one. */
  get previous() {
    const number = this.summary?.number ?? 0
    return this.#studio.runs.value?.find((run) => run.number < number && run.test !== null) ?? null
  }

  readonly hasResult = $derived.by(() => this.summary?.state === 'finished' || this.summary?.state === 'stopped')

  async load(): Promise<void> {
    await this.details.reload()
    if (this.hasResult) await Promise.all([this.evaluation.reload(), this.comparison.reload()])
  }
}
