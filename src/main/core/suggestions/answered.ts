import type { Database } from 'better-sqlite3'
import { findImageId, findLabelClass } from '../labels/label-rows.ts'
import { newestSuggestions, suggestedClass } from './newest-suggestions.ts'

interface Answer {
  /** What the image looked like when it got its first class. */
  readonly suggested: number
  /** The class that it has now; null where that was taken back. */
  readonly given: number | null
}

/** How often suggestions were accepted: the classes that people then gave, as far as they were not taken back. */
export class Answered {
  readonly #byImage = new Map<number, Answer>()
  #right = 0
  #changed = 0

  get counts(): { right: number; changed: number } {
    return { right: this.#right, changed: this.#changed }
  }

  /**
   * Photos have got a class, or lost theirs; of one that gets another one later the last counts. Photos without a suggestion are passed over.
   * `isAccepted`: it was suggested where the person saw it, though photos may have been judged anew since.
   */
  note(db: Database, hashes: readonly string[], classId: number | null, isAccepted: boolean): void {
    const newest = newestSuggestions(db)
    if (newest === null) return
    for (const hash of hashes) {
      const imageId = findImageId(db, hash)
      if (imageId === null) continue
      const before = this.#byImage.get(imageId)
      const suggested = isAccepted && classId !== null ? classId : (before?.suggested ?? suggestedClass(newest, imageId))
      if (suggested !== null && (before !== undefined || classId !== null)) this.#put(imageId, { suggested, given: classId })
    }
  }

  /** Steps were undone or repeated: whatever class an image has now counts. */
  readAgain(db: Database): void {
    for (const [imageId, { suggested }] of this.#byImage) this.#put(imageId, { suggested, given: findLabelClass(db, imageId) })
  }

  #put(imageId: number, answer: Answer): void {
    this.#count(this.#byImage.get(imageId), -1)
    this.#byImage.set(imageId, answer)
    this.#count(answer, 1)
  }

  #count(answer: Answer | undefined, by: 1 | -1): void {
    if (answer === undefined || answer.given === null) return
    if (answer.given === answer.suggested) this.#right += by
    else this.#changed += by
  }
}
