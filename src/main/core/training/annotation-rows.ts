import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

/** What a person says of a run; what is absent stays as it is. */
export interface Annotation {
  /** Null or empty takes the name away. */
  readonly name?: string | null | undefined
  readonly notes?: string | undefined
  /** In the order in which they are shown. */
  readonly tags?: readonly string[] | undefined
  readonly pinned?: boolean | undefined
}

/** Writes it in one statement, whatever state the run is in; a tag that is named twice is kept once. Nothing where there is no such run. */
export function writeAnnotation(db: Database, runId: string, { name, notes, tags, pinned }: Annotation): void {
  prepared<[Record<string, string | number | null>]>(
    db,
    `UPDATE run SET name = CASE WHEN @hasName THEN @name ELSE name END, notes = coalesce(@notes, notes), tags = coalesce(@tags, tags),
         pinned = coalesce(@pinned, pinned)
       WHERE id = @runId`,
  ).run({
    runId,
    hasName: name === undefined ? 0 : 1,
    name: name === '' ? null : (name ?? null),
    notes: notes ?? null,
    tags: tags === undefined ? null : JSON.stringify([...new Set(tags)]),
    pinned: pinned === undefined ? null : Number(pinned),
  })
}
