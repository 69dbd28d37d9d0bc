import type { Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ImageFilter } from '../../contract/images.ts'
import { openDatabase } from '../db/open-database.ts'
import { recordStep } from '../history/record-step.ts'
import { labelImported } from '../labels/set-labels.ts'
import { hasImage, insertImage, listImages, readHashedImages, readImage, setGroups, setTrashed } from './image-rows.ts'
import { endImport, insertImport, readImports } from './import-rows.ts'

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
const list = (filter: object, offset = 0, limit = 100): { total: number; names: string[] } => {
  const { total, images } = listImages(db, ImageFilter.parse(filter), { offset, limit })
  return { total, names: images.map((image) => image.name) }
}

describe('the list of images', () => {
  test('pages through everything in order of import', () => {
    fill(['b', 'a', 'c', 'd', 'e'])
    expect(list({}, 0, 2)).toEqual({ total: 5, names: ['b', 'a'] })
    expect(list({}, 2, 2)).toEqual({ total: 5, names: ['c', 'd'] })
    expect(list({}, 4, 2)).toEqual({ total: 5, names: ['e'] })
    expect(list({}, 9, 2)).toEqual({ total: 5, names: [] })
  })

  test('shows a class, or what has none', () => {
    fill(['1', '2'], 'cat')
    const importId = insertImport(db, 2)
    insert(10, '3', importId)
    const { classId } = readImage(db, hashOf(0))
    expect(list({ class: classId! })).toEqual({ total: 2, names: ['1', '2'] })
    expect(list({ class: 'unlabelled' })).toEqual({ total: 1, names: ['3'] })
    expect(list({ class: 99 })).toEqual({ total: 0, names: [] })
  })

  test('finds names whatever their case, in any language and however accents are written', () => {
    fill(['IMG_1.JPG', 'Äpfel.png', 'a\u0308pfel 2.png', '100%.jpg', 'ЁЖ.jpg'])
    expect(list({ name: 'img' }).names).toEqual(['IMG_1.JPG'])
    expect(list({ name: 'äpf' }).names).toEqual(['Äpfel.png', 'a\u0308pfel 2.png'])
    expect(list({ name: '%' }).names).toEqual(['100%.jpg'])
    expect(list({ name: 'ёж' }).names).toEqual(['ЁЖ.jpg'])
    expect(list({ name: '' }).total).toBe(5)
  })

  test('leaves out the trash, or shows it alone', () => {
    fill(['1', '2', '3'])
    expect(trash([1, 2], 5)).toBe(2)
    expect(list({}).names).toEqual(['1'])
    expect(list({ trashed: true }).names).toEqual(['2', '3'])
    expect(trash([1, 2], 6)).toBe(0)
    expect(trash([0, 1], null)).toBe(1)
    expect(list({}).names).toEqual(['1', '2'])
    expect(() => trash([7], 5)).toThrow('IMAGE_NOT_FOUND')
  })

  test('a page is read in order from an index, without sorting all that match', () => {
    fill(['1'], 'cat')
    const prepare = vi.spyOn(db, 'prepare')
    for (const filter of [{}, { class: 1 }, { class: 'unlabelled' as const }, { name: 'x' }]) list(filter)
    const pages = prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('OFFSET'))
    prepare.mockRestore()
    expect(pages).toHaveLength(4)
    for (const sql of pages) {
      const values = Array.from({ length: sql.split('?').length - 1 }, () => 1)
      const plan = db.prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
      expect(plan.map((row) => row.detail).join('; ')).not.toContain('TEMP B-TREE')
    }
  })
})

test('one image is read by its hash, also from the trash', () => {
  fill(['1'], 'cat')
  trash([0], 5)
  expect(readImage(db, hashOf(0))).toMatchObject({ name: '1', widthPx: 4, labelSource: 'folder', groupId: null })
  expect(hasImage(db, hashOf(0))).toBe(true)
  expect(() => readImage(db, hashOf(5))).toThrow('IMAGE_NOT_FOUND')
})

test('a report that was written before conflicts were told is still read', () => {
  const report = { images: 1, labelled: 0, duplicates: 0, nearDuplicates: 0, skipped: [], seconds: 1, cancelled: false }
  db.prepare("INSERT INTO import (state, started_at_ms, ended_at_ms, report) VALUES ('finished', 1, 2, ?)").run(JSON.stringify(report))
  expect(readImports(db, 1)[0]?.report).toEqual({ ...report, conflicts: [] })
})

test('images of an import that was cut off are compared by the next one', () => {
  fill(['1', '2'])
  db.prepare("UPDATE import SET state = 'interrupted', ended_at_ms = 2").run()
  const importId = insertImport(db, 3)
  insert(9, '3', importId)
  expect(readHashedImages(db, importId).fresh).toHaveLength(3)
  setGroups(db, new Map([[1, 1]]))
  const report = { images: 1, labelled: 0, duplicates: 0, nearDuplicates: 0, skipped: [], conflicts: [], seconds: 1, cancelled: false }
  endImport(db, importId, { state: 'finished', report, endedAtMs: 4 })
  expect(readImports(db, 20)).toEqual([{ id: importId, startedAtMs: 3, report }])
  expect(readHashedImages(db, insertImport(db, 5))).toMatchObject({ existing: [{ id: 3 }], fresh: [{ id: 1, groupId: 1 }, { id: 2 }] })
})
