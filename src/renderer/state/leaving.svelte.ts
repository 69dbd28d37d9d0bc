import { StudioError } from '../../main/contract/errors.ts'
import { isActive, type Job } from '../../main/contract/jobs.ts'

/** Why work that is under way is left: its project closes, or another one takes its place. */
export type LeavePurpose = 'close' | 'open' | 'create'

/** `asking`: the person has to say. `ending`: they leave, and trainings end with their epoch. */
export interface LeaveQuestion {
  readonly state: 'asking' | 'ending'
  readonly purpose: LeavePurpose
  /** Queued and running, oldest first. */
  readonly jobs: readonly Job[]
  answer(leaves: boolean): void
}

/** Nobody leaves work that is under way without having been asked. */
export class Leaving {
  /** What the dialog shows; null where nothing is asked. */
  question = $state.raw<LeaveQuestion | null>(null)
  readonly #jobs: () => Promise<readonly Job[]>

  /** `jobs`: every job that the studio knows now. */
  constructor(jobs: () => Promise<readonly Job[]>) {
    this.#jobs = jobs
  }

  /** Does `work`, which leaves the project: at once where nothing is under way, else when the person agrees. Throws `CANCELLED` where they stay. */
  async leave<T>(purpose: LeavePurpose, work: () => Promise<T>): Promise<T> {
    const jobs = (await this.#jobs()).filter(isActive)
    if (jobs.length === 0) return work()
    this.question?.answer(false)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    let mine: LeaveQuestion = { state: 'asking', purpose, jobs, answer: resolve }
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
}
