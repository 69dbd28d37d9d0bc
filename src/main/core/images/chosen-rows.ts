import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { StudioError } from '../../contract/errors.ts'
import { prepared } from '../db/prepared.ts'

/** Choices that are remembered besides those of saved views: an address that is older says that it leads nowhere any more. */
const choicesKept = 30

/** Remembers images that were chosen by hand, so that an address can name them. Answers that name, the same for the same images. Throws `IMAGE_NOT_FOUND`. */
export function rememberChosen(db: Database, hashes: readonly string[], atMs: number): string {
  const find = prepared<[string], number>(db, 'SELECT id FROM image WHERE hash = ?').pluck()
  const ids = hashes.map((hash) => {
    const id = find.get(hash)
    if (id === undefined) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
    return id
  })
  const text = JSON.stringify(ids.toSorted((one, other) => one - other))
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const insert = 'INSERT OR REPLACE INTO chosen_images (name, image_ids, chosen_at_ms) VALUES (?, ?, ?)'
  const forget = `DELETE FROM chosen_images WHERE name NOT IN (SELECT name FROM chosen_images ORDER BY chosen_at_ms DESC LIMIT ${choicesKept})
    AND name NOT IN (SELECT filter ->> '$.chosen' FROM saved_view WHERE json_type(filter, '$.chosen') = 'text')`
  db.transaction(() => {
    prepared<[string, string, number]>(db, insert).run(name, text, atMs)
    prepared(db, forget).run()
  }).immediate()
  return name
}

/** Throws `CHOICE_FORGOTTEN`. */
export function readIdsOfChosen(db: Database, name: string): Uint32Array {
  const sql = 'SELECT value FROM chosen_images, json_each(image_ids) WHERE name = ?'
  const ids = prepared<[string], number>(db, sql).pluck().all(name)
  if (ids.length === 0) throw new StudioError('CHOICE_FORGOTTEN', {})
  return Uint32Array.from(ids)
}
