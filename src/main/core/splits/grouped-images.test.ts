import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import { writeComparison } from '../similar/likeness-rows.ts'
import { countUnits } from './assign-parts.ts'
import { readGroupedImages } from './grouped-images.ts'
import { labelsWithEnough } from './labels-with-enough.ts'

const hash = (id: number) => createHash('sha256').update(`image ${id}`).digest('hex')
let db: Database
beforeEach(() => {
  db = openDatabase(':memory:')
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  const ids = Array.from({ length: 14 }, (_, at) => at + 1)
  for (const id of ids) insert.run(id, hash(id))
  labelImported(
    db,
    ids.map((imageId) => ({ imageId, className: imageId <= 7 ? 'cat' : 'dog' })),
    { atMs: 1 },
  )
})
afterEach(() => void db.close())

const compare = (...pairs: readonly (readonly [number, number])[]) =>
  writeComparison(
    db,
    pairs.map(([imageId, otherId]) => ({ imageId, otherId, similarity: 0.99 })),
    { atMs: 2, newestImage: 14 },
  )
const cat = () => db.prepare("SELECT id FROM class WHERE name = 'cat'").pluck().get() as number

test('what a comparison of features finds to be one picture is one where labels are counted, split and checked, although the import saw two', () => {
  expect(countUnits(readGroupedImages(db)).get(cat())).toBe(7)
  expect(labelsWithEnough({ db }, 5).images.filter(({ groupId }) => groupId !== null)).toEqual([])
  compare([1, 2])
  expect(countUnits(readGroupedImages(db)).get(cat())).toBe(6)
  const together = labelsWithEnough({ db }, 5).images.filter(({ groupId }) => groupId === 1)
  expect(together.map(({ imageId }) => imageId).sort()).toEqual([1, 2])
})

test('a class of nothing but copies has too few photos for its labels to be checked', () => {
  compare([1, 2], [1, 3], [1, 4])
  const refused = expect.objectContaining({ code: 'TOO_FEW_TO_CHECK', details: { classes: 1, needed: 5 } }) as Error
  expect(() => labelsWithEnough({ db }, 5)).toThrow(refused)
})
