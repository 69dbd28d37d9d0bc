import type { Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { recordStep } from '../history/record-step.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import { hasImage, insertImage, readImage, setTrashed } from './image-rows.ts'
import { insertImport, readImports } from './import-rows.ts'

let folder = ''
let db: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-rows-'))
  db = openDatabase(join(folder, 'project.sqlite'))
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const hashOf = (number: number): string => number.toString(16).padStart(64, '0')
function insert(number: number, name: string, importId: number): number {
  const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, perceptualHash: '0f'.repeat(8) }
  return insertImage(db, { hash: hashOf(number), name, sourcePath: `/x/${name}`, importId, importedAtMs: 1, ...picture })
}
function fill(names: readonly string[], className?: string): void {
  const importId = insertImport(db, 1)
  db.transaction(() => {
    const ids = names.map((name, index) => insert(index, name, importId))
    if (className !== undefined)
      labelImported(
        db,
        ids.map((imageId) => ({ imageId, className })),
        { atMs: 1 },
      )
  })()
}
const trash = (numbers: readonly number[], atMs: number | null): number =>
  recordStep(db, { action: 'image-trash', details: {}, atMs: 1 }, () => setTrashed(db, numbers.map(hashOf), atMs)).result

test('one image is read by its hash, also from the trash', () => {
  fill(['1'], 'cat')
  trash([0], 5)
  expect(readImage(db, hashOf(0))).toMatchObject({ name: '1', widthPx: 4, labelSource: 'folder', groupId: null })
  expect(hasImage(db, hashOf(0))).toBe(true)
  expect(() => readImage(db, hashOf(5))).toThrow('IMAGE_NOT_FOUND')
})

test('the trash takes an image once, and refuses one that is not there', () => {
  fill(['1', '2', '3'])
  expect(trash([1, 2], 5)).toBe(2)
  expect(trash([1, 2], 6)).toBe(0)
  expect(trash([0, 1], null)).toBe(1)
  expect(() => trash([7], 5)).toThrow('IMAGE_NOT_FOUND')
})

test('a report that was written before conflicts were told is still read', () => {
  const report = { images: 1, labelled: 0, duplicates: 0, nearDuplicates: 0, skipped: [], seconds: 1, cancelled: false }
  db.prepare("INSERT INTO import (state, started_at_ms, ended_at_ms, report) VALUES ('finished', 1, 2, ?)").run(JSON.stringify(report))
  expect(readImports(db, 1)[0]?.report).toEqual({ ...report, conflicts: [], several: [], sources: [], unnamed: 0 })
})
