import { StudioError } from '../../main/contract/errors.ts'
import { isActive, type Job } from '../../main/contract/jobs.ts'

/** Why work that is under way is left: its project closes, or another one takes its place. */
export type LeavePurpose = 'close' | 'open' | 'create'

/** What the page has and the studio may not have yet. */
export interface Unsaved {
  readonly isUnsaved: boolean
  /** Hands it over, and ends when that is done. Never rejects. */
  flush(): Promise<void>
}

/** What is handed over within this time is not worth a question. */
const patienceMs = 2000

/** `asking`: the person has to say. `ending`: they leave, and trainings end with their epoch. */
export interface LeaveQuestion {
  readonly state: 'asking' | 'ending'
  readonly purpose: LeavePurpose
  /** Queued and running, oldest first. */
  readonly jobs: readonly Job[]
  /** Whether there is something that could not be saved, or not yet. */
  readonly isUnsaved: boolean
  answer(leaves: boolean): void
}

/** Nobody leaves work that is under way, or what is not saved, without having been asked: neither the project nor the window. */
export class Leaving {
  /** What the dialog shows; null where nothing is asked. */
  question = $state.raw<LeaveQuestion | null>(null)
  readonly #jobs: () => Promise<readonly Job[]>
  readonly #unsaved = new Set<Unsaved>()

  /** `jobs`: every job that the studio knows now. */
  constructor(jobs: () => Promise<readonly Job[]>) {
    this.#jobs = jobs
  }

  /**
   * Hands over what is unsaved before the project is left or the page closes, and keeps both open while there is something: for the page a
   * browser asks, a window of our own waits and closes once all is saved. Answers the end of it.
   */
  hold(unsaved: Unsaved): () => void {
    const ask = (event: BeforeUnloadEvent): void => {
      if (!unsaved.isUnsaved) return
      void unsaved.flush()
      event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    this.#unsaved.add(unsaved)
    return () => {
      window.removeEventListener('beforeunload', ask)
      this.#unsaved.delete(unsaved)
    }
  }

  /**
   * Does `work`, which leaves the project: at once where nothing is under way and all is saved, else when the person agrees. Throws
   * `CANCELLED` where they stay.
   */
  async leave<T>(purpose: LeavePurpose, work: () => Promise<T>): Promise<T> {
    const isUnsaved = await this.#isLeftUnsaved()
    const jobs = (await this.#jobs()).filter(isActive)
    if (jobs.length === 0 && !isUnsaved) return work()
    this.question?.answer(false)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    let mine: LeaveQuestion = { state: 'asking', purpose, jobs, isUnsaved, answer: resolve }
    this.question = mine
    try {
      if (!(await promise)) throw new StudioError('CANCELLED', {})
      mine = { ...mine, state: 'ending' }
      this.question = mine
      return await work()
    } finally {
      if (this.question === mine) this.question = null
    }
  }

  async #isLeftUnsaved(): Promise<boolean> {
    const open = [...this.#unsaved].filter(({ isUnsaved }) => isUnsaved)
    if (open.length === 0) return false
    const patience = new Promise((resolve) => setTimeout(resolve, patienceMs))
    await Promise.race([Promise.all(open.map((each) => each.flush())), patience])
    return open.some(({ isUnsaved }) => isUnsaved)
  }
}
