import type { Prepared } from '../contract/worker/image-tasks.ts'

export type PictureProblemReason = Extract<Prepared, { state: 'skipped' }>['reason']

/** Why a file is no picture for the studio. `detail` is one line for people: what was found, with its value. */
export class PictureProblem extends Error {
  override readonly name = 'PictureProblem'
  readonly reason: PictureProblemReason
  readonly detail: string
  constructor(reason: PictureProblemReason, detail: string, options: { cause?: unknown } = {}) {
    super(`${reason}: ${detail}`, options)
    this.reason = reason
    this.detail = detail
  }
}
