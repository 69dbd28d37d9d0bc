import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import { openDatabase } from '../db/open-database.ts'
import { saveView } from '../views/edit-views.ts'
import { readIdsOfChosen, rememberChosen } from './chosen-rows.ts'

const hash = (id: number) => createHash('sha256').update(`image ${id}`).digest('hex')
let db: Database
beforeEach(() => {
  db = openDatabase(':memory:')
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let id = 1; id <= 50; id++) insert.run(id, hash(id))
})
afterEach(() => void db.close())

test('photos that a saved view names stay chosen, however many are chosen after them; others are forgotten in their turn', () => {
  const [kept, passing] = [[1, 2], [3]].map((ids, at) => rememberChosen(db, ids.map(hash), at))
  const filter = ImageFilter.parse({ chosen: kept })
  saveView(db, { name: 'By hand', filter, order: ImageOrder.parse({}) }, { atMs: 3 })
  for (let id = 11; id <= 50; id++) rememberChosen(db, [hash(id)], id)
  expect([...readIdsOfChosen(db, kept!)]).toEqual([1, 2])
  expect(() => readIdsOfChosen(db, passing!)).toThrow(expect.objectContaining({ code: 'CHOICE_FORGOTTEN' }) as Error)
})
