import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { recordStep } from '../history/record-step.ts'
import { setTrashed } from '../images/image-rows.ts'
import { addClass, deleteClass, renameClass } from '../labels/edit-classes.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import { setLabels } from '../labels/set-labels.ts'
import { makeSplit, planSplit, readSplit } from './make-split.ts'

const hash = (id: number) => createHash('sha256').update(`image ${id}`).digest('hex')
const at = { atMs: 1 }
const settings = { seed: 1, shares: { train: 0.7, validation: 0.15, test: 0.15 } }
const make = (changed: Partial<typeof settings> = {}) => makeSplit(db, { ...settings, ...changed, clock: () => 5 })
const refusal = (code: string, details: object) => expect.objectContaining({ code, details }) as Error
let db: Database
let images = 0
beforeEach(() => {
  db = openDatabase(':memory:')
  images = 0
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
})
afterEach(() => void db.close())

function addImages(count: number, className: string | null, groupId: number | null = null): number[] {
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms, group_id) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1, ?)`)
  const ids = Array.from({ length: count }, () => ++images)
  for (const id of ids) insert.run(id, hash(id), groupId)
  if (className !== null)
    labelImported(
      db,
      ids.map((imageId) => ({ imageId, className })),
      at,
    )
  return ids
}

describe('a split that cannot be made says why', () => {
  test('no labels, one class, a class without images, too few', () => {
    addImages(3, null)
    expect(() => make()).toThrow(refusal('NO_LABELS', {}))
    addImages(5, 'cat')
    expect(() => make()).toThrow(refusal('ONE_CLASS_ONLY', { class: 'cat' }))
    const dog = addClass(db, 'dog', at)
    expect(() => make()).toThrow(refusal('CLASS_WITHOUT_IMAGES', { class: 'dog' }))
    addImages(2, 'dog')
    expect(() => planSplit(db, settings)).toThrow(
      refusal('TOO_FEW_IMAGES', { class: 'dog', count: 2, needed: 3, images: 2, others: [], classes: 2 }),
    )
    addImages(4, 'bird', 7)
    const both = { class: 'dog', count: 2, needed: 3, images: 2, others: ['bird'], classes: 3 }
    expect(() => make()).toThrow(refusal('TOO_FEW_IMAGES', both))
    deleteClass(db, dog.id, at)
    expect(() => make()).toThrow(refusal('TOO_FEW_IMAGES', { class: 'bird', count: 1, needed: 3, images: 4, others: [], classes: 2 }))
    expect(db.prepare('SELECT * FROM split').all()).toEqual([])
  })
})

describe('a split', () => {
  beforeEach(() => {
    addImages(10, 'cat')
    addImages(10, 'dog')
  })

  test('holds the labelled images outside the trash, in order of hash, with the classes in order', () => {
    const [first] = addImages(3, null)
    recordStep(db, { action: 'image-trash', details: {}, ...at }, () => setTrashed(db, [hash(1)], 1))
    const split = make()
    expect(split.classes.map((each) => each.name)).toEqual(['cat', 'dog'])
    expect(split.members.map((member) => member.hash)).toEqual(Array.from({ length: first! - 2 }, (_, index) => hash(index + 2)).sort())
    expect(readSplit(db, split.id)).toEqual(split)
    expect(planSplit(db, settings)).toEqual({ classes: split.classes, members: split.members })
  })

  test('is used again while nothing in it would differ', () => {
    const { id } = make()
    expect(make().id).toBe(id)
    expect(make({ seed: 2 }).id).not.toBe(id)
    addImages(1, 'cat')
    expect(make().id).not.toBe(id)
    expect(db.prepare('SELECT COUNT(*) FROM split').pluck().get()).toBe(3)
  })

  test('keeps the class and the names of its time: a relabelled image does not change an old split', () => {
    const old = make()
    const [cat, dog] = old.classes
    setLabels(db, {
      hashes: [old.members[0]!.hash],
      classId: old.members[0]!.classId === cat!.id ? dog!.id : cat!.id,
      source: 'person',
      ...at,
    })
    renameClass(db, cat!.id, 'lion', at)
    deleteClass(db, dog!.id, at)
    expect(readSplit(db, old.id)).toEqual(old)
  })

  test('keeps every image in its part when the project grows, with the same seed and shares', () => {
    const before = new Map(make().members.map((member) => [member.hash, member.part]))
    addImages(30, 'cat')
    addImages(15, 'bird')
    make({ seed: 9 })
    for (const member of make().members) if (before.has(member.hash)) expect(member.part).toBe(before.get(member.hash))
  })

  test('has the shares that were asked for, also after a split with others', () => {
    make()
    const { members } = make({ shares: { train: 0.4, validation: 0.3, test: 0.3 } })
    expect(['train', 'validation', 'test'].map((part) => members.filter((member) => member.part === part).length)).toEqual([8, 6, 6])
  })

  test('of the same photos is the same in every project, whatever the order of import', () => {
    const here = make().members.map(({ hash, part }) => [hash, part])
    db.close()
    db = openDatabase(':memory:')
    db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
    for (const name of ['cat', 'dog']) addClass(db, name, at)
    images = 10
    addImages(10, 'dog')
    images = 0
    addImages(10, 'cat')
    expect(make().members.map(({ hash, part }) => [hash, part])).toEqual(here)
  })
})
