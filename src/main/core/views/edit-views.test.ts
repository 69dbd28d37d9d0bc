import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import { openDatabase } from '../db/open-database.ts'
import { fillProject } from '../history/history-model-for-tests.ts'
import { historyState, recordStep, redoStep, undoStep } from '../history/record-step.ts'
import { rememberChosen } from '../images/chosen-rows.ts'
import { eraseImages } from '../images/erased-rows.ts'
import { setTrashed } from '../images/image-rows.ts'
import { addClass, deleteClass } from '../labels/edit-classes.ts'
import { changeView, deleteView, listViews, saveView } from './edit-views.ts'

let db: Database
beforeEach(() => void (db = openDatabase(':memory:')))
afterEach(() => db.close())

const order = ImageOrder.parse({ by: 'size', descending: true })
const filter = (wanted: Partial<ImageFilter>) => ImageFilter.parse(wanted)
const code = (value: string) => expect.objectContaining({ code: value }) as Error
const names = () => listViews(db).map(({ name }) => name)

test('a view is saved with its filter and order, changed, renamed and deleted, and each of these is undone and redone', () => {
  const { id } = saveView(db, { name: 'Blurred', filter: filter({ name: 'blur' }), order }, { atMs: 1 })
  saveView(db, { name: 'Ähren', filter: filter({}), order }, { atMs: 2 })
  expect(listViews(db)[0]).toEqual({ id, name: 'Blurred', filter: { name: 'blur', trashed: false }, order, missing: [] })
  changeView(db, { id, filter: filter({ noted: true }) }, { atMs: 3 })
  changeView(db, { id, name: 'Noted' }, { atMs: 4 })
  deleteView(db, id, { atMs: 5 })
  expect(names()).toEqual(['Ähren'])
  const seen = [5, 4, 3, 2, 1].map(() => {
    const { action } = undoStep(db)
    return [action, listViews(db).map((view) => [view.name, view.filter.noted === true])]
  })
  expect(seen).toEqual([
    [
      'view-delete',
      [
        ['Noted', true],
        ['Ähren', false],
      ],
    ],
    [
      'view-rename',
      [
        ['Blurred', true],
        ['Ähren', false],
      ],
    ],
    [
      'view-change',
      [
        ['Blurred', false],
        ['Ähren', false],
      ],
    ],
    ['view-save', [['Blurred', false]]],
    ['view-save', []],
  ])
  for (let step = 0; step < 5; step++) redoStep(db)
  expect(names()).toEqual(['Ähren'])
})

test('two views have no name in common, whatever the case; one may change the case of its own', () => {
  const { id } = saveView(db, { name: 'Blurred', filter: filter({}), order }, { atMs: 1 })
  expect(() => saveView(db, { name: 'blurred', filter: filter({}), order }, { atMs: 2 })).toThrow(code('VIEW_EXISTS'))
  expect(changeView(db, { id, name: 'blurred' }, { atMs: 3 }).name).toBe('blurred')
  expect(() => changeView(db, { id: 99, name: 'a' }, { atMs: 4 })).toThrow(code('VIEW_NOT_FOUND'))
})

test('a view that is saved as it is already is no step', () => {
  const view = saveView(db, { name: 'All', filter: filter({}), order }, { atMs: 1 })
  const { undo } = historyState(db)
  changeView(db, view, { atMs: 2 })
  expect(historyState(db).undo).toEqual(undo)
})

test('a view says what of its filter is gone, and no longer when it is back', () => {
  const { id } = addClass(db, 'cat', { atMs: 1 })
  saveView(db, { name: 'Cats', filter: filter({ class: id }), order }, { atMs: 2 })
  saveView(db, { name: 'Tested', filter: filter({ class: 'unlabelled', part: { run: 'aaaaaaaa', part: 'test' } }), order }, { atMs: 3 })
  deleteClass(db, id, { atMs: 4 })
  expect(listViews(db).map(({ missing }) => missing)).toEqual([['class'], ['run']])
  undoStep(db)
  expect(listViews(db).map(({ missing }) => missing)).toEqual([[], ['run']])
})

test('a view says what it names that was deleted for good: the photo that it compares with, the photos that were chosen; and a class that is gone', () => {
  const hash = (index: number) => String(index).repeat(64)
  fillProject(db)
  const { id: suggested } = addClass(db, 'robin', { atMs: 1 })
  const chosen = rememberChosen(db, [hash(0)], 1)
  const wanted = { like: { similarTo: hash(0) }, chosen: { chosen }, class: { suggested }, useful: { suggested: 'useful' as const } }
  for (const [name, each] of Object.entries(wanted)) saveView(db, { name, filter: filter(each), order }, { atMs: 2 })
  const missing = () => listViews(db).map((view) => view.missing)
  expect(missing()).toEqual([[], [], [], []])
  recordStep(db, { action: 'image-trash', details: {}, atMs: 3 }, () => setTrashed(db, [hash(0)], 3))
  expect(missing()).toEqual([[], [], [], []])
  eraseImages(db, [1], 4)
  deleteClass(db, suggested, { atMs: 5 })
  expect(missing()).toEqual([['photo'], ['choice'], ['class'], []])
})
