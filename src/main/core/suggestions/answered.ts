import type { Database } from 'better-sqlite3'
import { findImageId } from '../labels/label-rows.ts'
import { newestSuggestions, suggestedClass } from './newest-suggestions.ts'

/** How right suggestions were: the classes that people then gave. */
export class Answered {
  /** What an image looked like when it got its first class, and whether the one it got last is that. */
  readonly #byImage = new Map<number, { readonly suggested: number; readonly isRight: boolean }>()
  #right = 0

  get counts(): { right: number; changed: number } {
    return { right: this.#right, changed: this.#byImage.size - this.#right }
  }

  /**
   * Photos have got a class; of one that gets another one later the last counts. Photos without a suggestion are passed over. `isAccepted`: it was
   * suggested where the person saw it, though photos may have been judged anew since.
   */
  note(db: Database, hashes: readonly string[], classId: number, isAccepted: boolean): void {
    const newest = newestSuggestions(db)
    if (newest === null) return
    for (const hash of hashes) {
      const imageId = findImageId(db, hash)
      if (imageId === null) continue
      const before = this.#byImage.get(imageId)
      const suggested = isAccepted ? classId : (before?.suggested ?? suggestedClass(newest, imageId))
      if (suggested === null) continue
      const isRight = suggested === classId
      this.#right += Number(isRight) - Number(before?.isRight === true)
      this.#byImage.set(imageId, { suggested, isRight })
    }
  }
}
