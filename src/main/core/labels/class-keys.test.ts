import { mkdtempSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { redoStep, undoStep } from '../history/record-step.ts'
import { bindClassKeys } from './class-keys.ts'
import { readClasses } from './class-rows.ts'
import { addClass, deleteClass, reorderClasses } from './edit-classes.ts'

let folder = ''
let db: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-keys-'))
  db = openDatabase(join(folder, 'project.sqlite'))
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const at = { atMs: 1 }
const make = (...names: string[]): number[] => names.map((name) => addClass(db, name, at).id)
const keys = (): (string | null)[] => readClasses(db).map(({ key }) => key)

test('classes have the digits of their places, the tenth none, until they are given keys of their own', () => {
  const ids = make(...Array.from('abcdefghij'))
  expect(keys()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', null])
  bindClassKeys(db, [{ id: ids[9]!, key: 'x' }], at)
  expect(keys().at(-1)).toBe('x')
  // A key goes along with its class, a digit stays with the place.
  reorderClasses(db, [ids[9]!, ...ids.slice(0, 9)], at)
  expect(keys()).toEqual(['x', '2', '3', '4', '5', '6', '7', '8', '9', null])
})

test('a digit that one class was given is not another one’s by its place', () => {
  const [cat, dog] = make('cat', 'dog') as [number, number]
  bindClassKeys(db, [{ id: dog, key: '1' }], at)
  expect(keys()).toEqual([null, '1'])
  bindClassKeys(db, [{ id: cat, key: '2' }], at)
  expect(keys()).toEqual(['2', '1'])
})

test('a key that another class has is refused with its name, and two may swap in one step', () => {
  const [cat, dog] = make('cat', 'dog') as [number, number]
  bindClassKeys(db, [{ id: cat, key: 'c' }], at)
  expect(() => bindClassKeys(db, [{ id: dog, key: 'c' }], at)).toThrow(
    expect.objectContaining({ code: 'CLASS_KEY_TAKEN', details: { key: 'c', class: 'cat' } }),
  )
  expect(() => bindClassKeys(db, [{ id: 99, key: 'x' }], at)).toThrow(expect.objectContaining({ code: 'CLASS_NOT_FOUND' }))
  bindClassKeys(db, [{ id: dog, key: 'd' }], at)
  bindClassKeys(
    db,
    [
      { id: cat, key: 'd' },
      { id: dog, key: 'c' },
    ],
    at,
  )
  expect(keys()).toEqual(['d', 'c'])
  expect(undoStep(db)).toMatchObject({ action: 'class-key', details: { class: 'cat', with: 'dog' } })
  expect(keys()).toEqual(['c', 'd'])
  redoStep(db)
  expect(keys()).toEqual(['d', 'c'])
  for (let step = 0; step < 3; step++) undoStep(db)
  expect(keys()).toEqual(['1', '2'])
})

test('a class that is deleted gives its key back, and comes back with it when that is undone', () => {
  const [cat, dog] = make('cat', 'dog') as [number, number]
  bindClassKeys(db, [{ id: cat, key: 'x' }], at)
  deleteClass(db, cat, at)
  bindClassKeys(db, [{ id: dog, key: 'x' }], at)
  // One of the same name begins anew: its key is another one's by now.
  addClass(db, 'cat', at)
  expect(keys()).toEqual(['x', '2'])
  for (let step = 0; step < 3; step++) undoStep(db)
  expect(keys()).toEqual(['x', '2'])
  expect(readClasses(db).map(({ name }) => name)).toEqual(['cat', 'dog'])
})
