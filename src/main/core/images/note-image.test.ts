import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { historyState, recordStep, redoStep, undoStep } from '../history/record-step.ts'
import { eraseImages } from './erased-rows.ts'
import { insertImage, readImage, setTrashed } from './image-rows.ts'
import { insertImport } from './import-rows.ts'
import { listImages } from './list-images.ts'
import { noteImage } from './note-image.ts'

const hashOf = (index: number): string => String(index).repeat(64)
const noteOf = (index: number): string => readImage(db, hashOf(index)).note

let db: Database
beforeEach(() => {
  db = openDatabase(':memory:')
  const importId = insertImport(db, 1)
  const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, perceptualHash: '0f'.repeat(8), importedAtMs: 1, importId }
  for (const index of [0, 1, 2]) insertImage(db, { hash: hashOf(index), name: `photo ${index}.jpg`, sourcePath: '/a', ...picture })
})
afterEach(() => db.close())

const list = (filter: { name?: string; noted?: true }) =>
  listImages(db, { filter: { trashed: false, ...filter }, order: { by: 'imported', descending: false }, offset: 0, limit: 10 }).images.map(
    ({ name }) => name,
  )

test('a note is written, found by its words and by being there, taken back and repeated', () => {
  expect(noteImage(db, { hash: hashOf(1), note: 'Blurred ÄHRE, ask Ida', atMs: 1 })).toBe(true)
  expect(list({ noted: true })).toEqual(['photo 1.jpg'])
  expect(list({ name: 'ähre' })).toEqual(['photo 1.jpg'])
  expect(list({ name: 'photo' })).toEqual(['photo 0.jpg', 'photo 1.jpg', 'photo 2.jpg'])
  expect(historyState(db).undo).toMatchObject({ action: 'image-note', details: { photo: 'photo 1.jpg' } })
  undoStep(db)
  expect([noteOf(1), list({ noted: true })]).toEqual(['', []])
  redoStep(db)
  expect(noteOf(1)).toBe('Blurred ÄHRE, ask Ida')
})

test('what is typed about one photo is one step, of another photo or much later another one', () => {
  const minute = 60_000
  for (const [note, atMs] of [
    ['a', 0],
    ['a b', 1 * minute],
    ['a b c', 2 * minute],
  ] as const)
    noteImage(db, { hash: hashOf(0), note, atMs })
  noteImage(db, { hash: hashOf(1), note: 'other', atMs: 2 * minute })
  noteImage(db, { hash: hashOf(1), note: 'later', atMs: 60 * minute })
  undoStep(db)
  expect(noteOf(1)).toBe('other')
  undoStep(db)
  expect([noteOf(0), noteOf(1)]).toEqual(['a b c', ''])
  undoStep(db)
  expect([noteOf(0), historyState(db).undo]).toEqual(['', null])
})

test('blanks are no note, and the same note again is no step', () => {
  expect(noteImage(db, { hash: hashOf(0), note: ' \n ', atMs: 1 })).toBe(false)
  expect(historyState(db).undo).toBe(null)
  noteImage(db, { hash: hashOf(0), note: 'a', atMs: 2 })
  expect(noteImage(db, { hash: hashOf(0), note: 'a', atMs: 3 })).toBe(false)
})

test('a photo that is deleted for good leaves no word of its note, neither in its row nor in the history', () => {
  noteImage(db, { hash: hashOf(0), note: 'secret', atMs: 1 })
  noteImage(db, { hash: hashOf(1), note: 'kept', atMs: 2 })
  recordStep(db, { action: 'image-trash', details: { images: 1 }, atMs: 3 }, () => setTrashed(db, [hashOf(0)], 3))
  eraseImages(db, [1], 4)
  const all = ['image', 'history_step', 'history_change'].map((table) => JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all()))
  expect(all.join()).not.toContain('secret')
  expect(() => noteImage(db, { hash: hashOf(0), note: 'again', atMs: 5 })).toThrow(expect.objectContaining({ code: 'IMAGE_NOT_FOUND' }))
  undoStep(db)
  expect([noteOf(1), historyState(db).undo]).toEqual(['', null])
})

test('a step about the trash from before there were notes leaves the note as it is when it is undone', () => {
  noteImage(db, { hash: hashOf(0), note: 'kept', atMs: 1 })
  recordStep(db, { action: 'image-trash', details: { images: 1 }, atMs: 2 }, () => setTrashed(db, [hashOf(0)], 2))
  undoStep(db)
  expect(noteOf(0)).toBe('kept')
})
