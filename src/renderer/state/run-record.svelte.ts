import type { EpochReport } from '../../main/contract/runs.ts'
import { Remote } from './remote.svelte.ts'
import { runColour } from './run-colour.ts'
import type { Studio } from './studio.svelte.ts'
import { bestSoFar } from './best-epoch.ts'
import { trainWords } from '../text/train.ts'

/** Everything about one run: its epochs as they come, and once it has ended its evaluation and the comparison with the run before. */
export class RunRecord {
  readonly id: string
  readonly details
  readonly evaluation
  readonly comparison
  readonly coach
  readonly #studio: Studio

  constructor(studio: Studio, id: string) {
    this.#studio = studio
    this.id = id
    this.details = new Remote(() => studio.client.runs.get({ run: id }))
    this.evaluation = new Remote(() => studio.client.runs.evaluate({ run: id }))
    this.coach = new Remote(() => studio.client.coach.ofRun({ run: id }))
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

  /** Epochs are missing in the middle: trained after the rows were read and before the first one was told, or while the connection was away. */
  readonly isTorn = $derived.by(() => this.epochs.some(({ epoch }, index) => epoch !== index + 1))

  /** The run as a chart shows it. While it trains the best epoch is the best so far. */
  readonly curve = $derived.by(() => {
    const number = this.summary?.number ?? 1
    return {
      id: this.id,
      name: trainWords.runName(number),
      colour: runColour(number),
      epochs: this.epochs,
      bestEpoch: this.hasResult ? (this.summary?.bestEpoch ?? null) : bestSoFar(this.epochs),
      partsAt: this.coach.value?.partsAt ?? null,
    }
  })

  readonly job = $derived.by(() => this.#studio.jobs.active.find(({ runId }) => runId === this.id) ?? null)

  /** Runs that are trained before this one's turn comes. */
  readonly ahead = $derived.by(() => {
    const line = this.#studio.jobs.active.filter(({ kind }) => kind === 'train')
    return Math.max(
      0,
      line.findIndex(({ runId }) => runId === this.id),
    )
  })

  /** The newest run with a result that is older than this one. */
  get previous() {
    const number = this.summary?.number ?? 0
    return this.#studio.runs.value?.find((run) => run.number < number && run.test !== null) ?? null
  }

  /** The runs beside this one in the order of their numbers. */
  readonly neighbours = $derived.by(() => {
    const runs = this.#studio.runs.value ?? []
    const at = runs.findIndex(({ id }) => id === this.id)
    return { older: at < 0 ? null : (runs[at + 1] ?? null), newer: runs[at - 1] ?? null }
  })

  readonly hasResult = $derived.by(() => this.summary?.state === 'finished' || this.summary?.state === 'stopped')

  #asksCoach = false
  /** What the coach says of the epochs that came since, while it trains; one question at a time, for they come faster than answers. Never rejects. */
  async askCoach(): Promise<void> {
    if (this.#asksCoach) return
    this.#asksCoach = true
    await this.coach.reload()
    this.#asksCoach = false
  }

  /** Reads the run's rows. `left` ends it: what is derived here lives as long as the page that shows it, and must not be asked afterwards. */
  async load(left: AbortSignal): Promise<void> {
    await this.details.reload()
    if (left.aborted) return
    const ended = this.hasResult ? [this.evaluation.reload(), this.comparison.reload()] : []
    await Promise.all([this.coach.reload(), ...ended])
  }
}
