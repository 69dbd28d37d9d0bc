import { StudioError, toWireError, type WireError } from '../../contract/errors.ts'
import type { LabelSource } from '../../contract/images.ts'
import type { Change } from '../../contract/project.ts'
import type { SuggestionState } from '../../contract/suggestions.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { isComputing } from '../jobs/is-computing.ts'
import { Answered } from './answered.ts'
import { judgePhotos } from './judge-photos.ts'
import { newestSuggestions, keepSuggestions } from './newest-suggestions.ts'
import { countLabels } from './photo-rows.ts'
import { refreshAfter } from './when-to-refresh.ts'

/**
 * Judges the unlabelled photos of the open project in the background, whenever enough labels have changed. It is told of what is on the disk
 * already, and never throws then: what was written must not be told as failed. It logs what went wrong.
 */
export interface Suggester {
  /** The first question begins the work in the background. */
  state(): SuggestionState
  /** Judges at once, in place of what is under way. Throws `CANCELLED` where a newer question took its place, and what the worker throws. */
  refresh(): Promise<SuggestionState>
  /** Something has changed; costs nothing. */
  heard(topic: Change['topic']): void
  /** Photos have got a class or lost it, and that is on the disk: it is compared with what was suggested. */
  labelled(label: { readonly hashes: readonly string[]; readonly classId: number | null; readonly source: LabelSource }): void
  /** Steps were undone or repeated, and that is on the disk. */
  moved(): void
  /** The project closes: ends what is under way and forgets it. */
  rest(): void
}

/** So long after enough labels have changed, ms: fast fingers come to several of them. */
const soonMs = 300
/** So long after the last label where fewer have changed. */
const laterMs = 4000

export function makeSuggester(context: StudioContext): Suggester {
  return new BackgroundSuggester(context)
}

class BackgroundSuggester implements Suggester {
  readonly #context: StudioContext
  /** The project that is kept up to date; null before somebody has asked. */
  #project: OpenProject | null = null
  #answered = new Answered()
  #underWay: AbortController | null = null
  #timer: { readonly handle: NodeJS.Timeout; readonly isSoon: boolean } | null = null
  /** Labels that were told since photos were judged last, and whether photos or classes came or went. */
  #changes = 0
  #isOutdated = true
  /** Other work has the processor. */
  #isWaiting = false
  #needsFeatures = false
  #problem: WireError | null = null

  constructor(context: StudioContext) {
    this.#context = context
  }

  state(): SuggestionState {
    this.#follow()
    return this.#describe()
  }

  async refresh(): Promise<SuggestionState> {
    this.#follow()
    await this.#judge({ isAsked: true })
    return this.#describe()
  }

  heard(topic: Change['topic']): void {
    if (this.#project === null) return
    this.#listen(() => {
      if (topic === 'labels') this.#changes += 1
      else if (topic === 'images' || topic === 'classes') this.#isOutdated = true
      else if (topic !== 'jobs' || !this.#mayGoOn()) return
      this.#plan()
    })
  }

  labelled({ hashes, classId, source }: Parameters<Suggester['labelled']>[0]): void {
    const db = this.#project?.db
    if (db !== undefined) this.#listen(() => this.#answered.note(db, hashes, classId, source === 'suggestion'))
  }

  moved(): void {
    const db = this.#project?.db
    if (db !== undefined) this.#listen(() => this.#answered.readAgain(db))
  }

  rest(): void {
    this.#underWay?.abort(new StudioError('CANCELLED', {}))
    this.#underWay = null
    if (this.#timer !== null) clearTimeout(this.#timer.handle)
    this.#timer = null
    this.#project = null
    this.#answered = new Answered()
    this.#changes = 0
    this.#isOutdated = true
    this.#isWaiting = false
    this.#needsFeatures = false
    this.#problem = null
  }

  #listen(take: () => void): void {
    try {
      take()
    } catch (error) {
      this.#context.log.error('suggestions do not know of a change that is written', { error: toWireError(error) })
    }
  }

  #follow(): void {
    const project = this.#context.project()
    if (this.#project?.db === project.db) return
    this.rest()
    this.#project = project
    this.#plan()
  }

  /** A job has ended or begun: what waited for it, or for features that it may have brought, has its turn. */
  #mayGoOn(): boolean {
    const lacksFeatures = this.#needsFeatures || (this.#newest()?.answers.withoutFeatures ?? 0) > 0
    if (lacksFeatures) this.#isOutdated = true
    return this.#isWaiting || lacksFeatures
  }

  #newest() {
    return this.#project === null ? null : newestSuggestions(this.#project.db)
  }

  #describe(): SuggestionState {
    const newest = this.#newest()
    return {
      work: this.#underWay !== null ? 'judging' : this.#isWaiting ? 'waiting' : 'idle',
      newest:
        newest === null
          ? null
          : {
              madeAtMs: newest.madeAtMs,
              labelled: newest.labelledCount,
              classes: newest.classIds.map((classId, index) => ({ classId, photos: newest.photosOfClass[index] ?? 0 })),
              useful: newest.answers.useful.length,
              withoutFeatures: newest.answers.withoutFeatures,
              seconds: newest.seconds,
            },
      needsFeatures: this.#needsFeatures,
      problem: this.#problem,
      answered: this.#answered.counts,
    }
  }

  /** Enough has changed once a tenth more labels are there; else it waits for a pause of the fingers. */
  #plan(): void {
    const enough = this.#changes >= refreshAfter(this.#newest()?.labelledCount ?? 0)
    const isSoon = enough || this.#isOutdated
    if (this.#timer?.isSoon === true) return
    if (this.#timer !== null) clearTimeout(this.#timer.handle)
    const handle = setTimeout(() => this.#begin(), isSoon ? soonMs : laterMs)
    handle.unref()
    this.#timer = { handle, isSoon }
  }

  #begin(): void {
    this.#timer = null
    if (this.#underWay !== null) return
    // A failure is in the state.
    void this.#judge({ isAsked: false }).catch(() => undefined)
  }

  async #judge({ isAsked }: { readonly isAsked: boolean }): Promise<void> {
    const project = this.#project
    if (project === null) return
    this.#isWaiting = !isAsked && isComputing(this.#context)
    if (this.#isWaiting) return this.#context.changed('suggestions')
    this.#underWay?.abort(new StudioError('CANCELLED', {}))
    const mine = new AbortController()
    this.#underWay = mine
    const labelsBefore = countLabels(project.db)
    this.#changes = 0
    this.#isOutdated = false
    this.#context.changed('suggestions')
    /** A training that begins meanwhile has the processor to itself. */
    const makeWay = (): void => {
      if (isAsked || !isComputing(this.#context)) return
      this.#isWaiting = true
      mine.abort(new StudioError('CANCELLED', {}))
    }
    try {
      const judged = await judgePhotos(this.#context, project, { signal: mine.signal, onProgress: makeWay })
      mine.signal.throwIfAborted()
      this.#needsFeatures = judged.state === 'needs-features'
      this.#problem = null
      keepSuggestions(project.db, judged.state === 'judged' ? judged.suggestions : null)
    } catch (error) {
      if (this.#underWay === mine) this.#failed(error)
      throw error
    } finally {
      if (this.#underWay === mine) {
        this.#underWay = null
        this.#context.changed('suggestions')
        this.#planAgain(project, labelsBefore)
      }
    }
  }

  /** Labels that were given meanwhile, many at once perhaps, count for the next time. */
  #planAgain({ db }: OpenProject, labelsBefore: number): void {
    if (db.open) this.#changes = Math.max(this.#changes, Math.abs(countLabels(db) - labelsBefore))
    if (this.#changes > 0 || (this.#isOutdated && !this.#isWaiting && this.#problem === null)) this.#plan()
  }

  #failed(error: unknown): void {
    const wire = toWireError(error)
    if (wire.code === 'CANCELLED') {
      this.#isOutdated = true
      return
    }
    this.#problem = wire
    this.#context.log.error('photos could not be judged for suggestions', { error: wire })
  }
}
