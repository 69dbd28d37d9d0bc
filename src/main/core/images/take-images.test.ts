import type { Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { historyState, listSteps, redoStep, undoStep } from '../history/record-step.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass, deleteClass } from '../labels/edit-classes.ts'
import { setLabels } from '../labels/set-labels.ts'
import { projectFiles } from '../project/project-files.ts'
import { setTrashed } from './image-rows.ts'
import { insertImport } from './import-rows.ts'
import { ImportUndone, Intake, type IntakeOptions } from './take-images.ts'

let folder: string
let db: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-intake-'))
  db = openDatabase(join(folder, 'project.sqlite'))
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

let now = 0
const hashOf = (photo: number): string => String(photo).repeat(64)
function intake(options: Partial<IntakeOptions> = {}): (...photos: number[]) => void {
  const importId = insertImport(db, ++now)
  const project = { db, files: projectFiles(folder) }
  const usual = { importId, labelFromFolders: false, hasLabelFile: false, into: null, skipped: [] }
  const taking = new Intake({ clock: () => ++now }, project, { ...usual, ...options })
  return (...photos) => {
    taking.take(
      photos.map((photo) => ({
        file: { path: `/cat/${photo}.jpg`, folderLabel: 'cat' },
        state: 'prepared',
        image: {
          hash: hashOf(photo),
          name: `${photo}.jpg`,
          format: 'jpeg',
          widthPx: 4,
          heightPx: 3,
          sizeBytes: 10,
          perceptualHash: '0'.repeat(16),
          pixelHash: hashOf(photo).slice(0, 16),
          taken: null,
          measure: { blur: 0, highlight: 0, middleWhite: 0 },
        },
      })),
    )
  }
}
const list = (sql: string): string =>
  db.prepare<[], string>(`SELECT substr(hash, 1, 1) FROM image ${sql} ORDER BY hash`).pluck().all().join('')
const there = (): string => list('WHERE trashed_at_ms IS NULL')
const labelled = (): string => list('JOIN label ON image_id = id')
/** Newest first, what is undone in brackets. */
const steps = (): string[] =>
  listSteps(db, { offset: 0, limit: 100 }).steps.map(({ action, details, isDone }) => {
    const said = `${action} ${details['images'] ?? ''}`.trim()
    return isDone ? said : `(${said})`
  })
const label = (photo: number, className: string): void => {
  const { id } = readClasses(db).find(({ name }) => name === className)!
  setLabels(db, { hashes: [hashOf(photo)], classId: id, source: 'person', atMs: ++now })
}

test('an import is one step however many transactions it takes; undone its photos lie in the trash, and they come back with their labels', () => {
  const take = intake({ labelFromFolders: true })
  take(1, 2)
  take(3)
  expect(historyState(db).undo).toMatchObject({ action: 'image-add', details: { images: 3, labelled: 3 } })
  undoStep(db)
  expect([there(), labelled(), list(''), readClasses(db), steps()]).toEqual(['', '', '123', [], ['(image-add 3)']])
  redoStep(db)
  expect([there(), labelled(), readClasses(db)[0]?.name]).toEqual(['123', '123', 'cat'])
})

test('photos that come while one labels join the step of their import, so that undo takes back the label', () => {
  addClass(db, 'dog', { atMs: ++now })
  const take = intake()
  take(1)
  label(1, 'dog')
  take(2)
  expect(steps()).toEqual(['label 1', 'image-add 2', 'class-add'])
  undoStep(db)
  expect([there(), labelled()]).toEqual(['12', ''])
  take(3)
  // What was undone can still be redone.
  redoStep(db)
  expect([there(), labelled()]).toEqual(['123', '1'])
  undoStep(db)
  undoStep(db)
  expect([there(), steps()]).toEqual(['', ['(label 1)', '(image-add 3)', 'class-add']])
})

test('an import that was undone takes no more: all that it brought can be redone with its classes, and then it goes on', () => {
  const take = intake({ labelFromFolders: true })
  take(1, 2)
  undoStep(db)
  expect(() => take(3)).toThrow(ImportUndone)
  expect([there(), list(''), steps()]).toEqual(['', '12', ['(image-add 2)']])
  redoStep(db)
  expect([there(), labelled()]).toEqual(['12', '12'])
  take(3)
  expect([there(), labelled(), steps()]).toEqual(['123', '123', ['image-add 3']])
  undoStep(db)
  addClass(db, 'dog', { atMs: ++now })
  expect(() => take(4)).toThrow(ImportUndone)
  expect(steps()).toEqual(['class-add'])
})

test('photos that nobody asked for are no step: undo takes back the label that was given before they came, and what was undone can be redone', () => {
  addClass(db, 'dog', { atMs: ++now })
  intake()(1)
  label(1, 'dog')
  setLabels(db, { hashes: [hashOf(1)], classId: null, source: 'person', atMs: ++now })
  undoStep(db)
  intake({ isUnasked: true })(2, 2)
  expect(steps()).toEqual(['(label 1)', 'label 1', 'image-add 1', 'class-add'])
  redoStep(db)
  expect([there(), labelled()]).toEqual(['12', ''])
  for (const labels of ['1', '']) {
    undoStep(db)
    expect([there(), labelled()]).toEqual(['12', labels])
  }
  // Also that of another import leaves them alone.
  undoStep(db)
  expect(there()).toBe('2')
})

test('labels of photos that nobody asked for join the newest import, unless a class has changed since', () => {
  intake({ labelFromFolders: true })(1)
  addClass(db, 'dog', { atMs: ++now })
  label(1, 'dog')
  intake({ labelFromFolders: true, isUnasked: true })(2)
  expect([labelled(), steps()]).toEqual(['12', ['image-add 0', 'label 1', 'class-add', 'image-add 1']])
  intake()(3)
  label(3, 'dog')
  undoStep(db)
  intake({ labelFromFolders: true, isUnasked: true })(4)
  expect([labelled(), steps().slice(0, 2)]).toEqual(['124', ['(label 1)', 'image-add 1']])
  redoStep(db)
  undoStep(db)
  undoStep(db)
  expect([there(), labelled()]).toEqual(['124', '12'])
  redoStep(db)
  expect([there(), labelled()]).toEqual(['1234', '124'])
})

test('a part of an import that touches what came before it begins a new step: a photo out of the trash, a class that has gone', () => {
  const take = intake({ labelFromFolders: true })
  take(1, 2)
  const trash = intake()
  trash(3)
  undoStep(db)
  addClass(db, 'dog', { atMs: ++now })
  take(3)
  expect([there(), labelled(), steps()]).toEqual(['123', '123', ['image-add 1', 'class-add', 'image-add 2']])
  deleteClass(db, readClasses(db)[0]!.id, { atMs: ++now })
  take(4)
  expect([labelled(), steps()[0]]).toEqual(['4', 'image-add 1'])
  const gone = Array.from({ length: 5 }, () => {
    undoStep(db)
    return [there(), labelled()]
  })
  expect(gone).toEqual([
    ['123', ''],
    ['123', '123'],
    ['12', '12'],
    ['12', '12'],
    ['', ''],
  ])
})

test('photos that are added to a class have it at once, also those that had another, and lose it by one undo', () => {
  addClass(db, 'cat', { atMs: ++now })
  const { id: dog } = addClass(db, 'dog', { atMs: ++now })
  intake({ labelFromFolders: true })(1, 2)
  const take = intake({ into: dog, labelFromFolders: true, hasLabelFile: true })
  take(2, 3)
  take(4)
  const ofDog = (): string => list(`JOIN label ON image_id = id WHERE class_id = ${dog}`)
  expect([ofDog(), historyState(db).undo?.details]).toEqual(['234', { images: 3, class: 'dog' }])
  undoStep(db)
  expect([there(), ofDog(), labelled()]).toEqual(['12', '', '12'])
})

test('what is thrown on the way leaves neither photos nor a step', () => {
  const take = intake({ importId: 99 })
  expect(() => take(1)).toThrow('FOREIGN KEY')
  expect([list(''), steps()]).toEqual(['', []])
  expect(() => setTrashed(db, [hashOf(1)], 1)).toThrow('IMAGE_NOT_FOUND')
})
