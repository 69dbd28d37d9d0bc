import type { Database } from 'better-sqlite3'
import type { Suggestion, UseReason } from '../../contract/suggestions.ts'
import { findImageId } from '../labels/label-rows.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { newestSuggestions, placeOfImage, type NewestSuggestions } from './newest-suggestions.ts'
import { findClassId } from './photo-rows.ts'

/** What photos look like, in the order of `hashes`; those that are labelled, not known, or have no suggestion are left out, and so are classes that are gone. */
export function describeSuggestions(db: Database, hashes: readonly string[]): Suggestion[] {
  const newest = newestSuggestions(db)
  if (newest === null) return []
  const inUse = new Set(readClassNames(db).map(({ id }) => id))
  const uses = new Map(newest.answers.useful.map(({ place, reason }) => [place, reason]))
  return hashes.flatMap((hash) => {
    const imageId = findImageId(db, hash)
    const place = imageId === null || findClassId(db, imageId) !== null ? null : placeOfImage(newest, imageId)
    if (place === null) return []
    const { best, second, confidence, secondConfidence } = newest.answers
    const [classId, secondId] = [newest.classIds[best[place] ?? 0], newest.classIds[second[place] ?? 0]]
    if (classId === undefined || secondId === undefined || !inUse.has(classId) || !inUse.has(secondId)) return []
    const reason = uses.get(place)
    return {
      hash,
      classId,
      confidence: confidence[place] ?? 0,
      second: { classId: secondId, confidence: secondConfidence[place] ?? 0 },
      use: reason === undefined ? null : withClassIds(reason, newest),
    }
  })
}

function withClassIds(reason: NewestSuggestions['answers']['useful'][number]['reason'], { classIds, ids }: NewestSuggestions): UseReason {
  switch (reason.kind) {
    case 'between':
      return { kind: 'between', first: classIds[reason.first] ?? 0, second: classIds[reason.second] ?? 0 }
    case 'many':
      return { kind: 'many', photos: Math.round(reason.share * ids.length) }
    case 'unlike':
    case 'unsure':
    case 'sure':
      return reason
    default:
      return reason satisfies never
  }
}
