import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ClassName } from '../../contract/labels.ts'
import { openDatabase } from '../db/open-database.ts'
import { forgetImages } from '../history/forget-images-rows.ts'
import { historyState, undoStep } from '../history/record-step.ts'
import { classColour, nextClassColour, oklchToHex } from './class-colours.ts'
import { readClasses } from './class-rows.ts'
import { addClass, deleteClass, mergeClasses, renameClass, reorderClasses } from './edit-classes.ts'
import { labelImported } from './label-imported-for-tests.ts'
import { readLabelClasses } from './label-rows.ts'
import { acceptSuggested, setLabels } from './set-labels.ts'

const hash = (index: number) => String(index).repeat(64)
const at = { atMs: 1 }
const code = (value: string) => expect.objectContaining({ code: value }) as Error
let db: Database
beforeEach(() => {
  db = openDatabase(':memory:')
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let index = 0; index < 5; index++) insert.run(index + 1, hash(index))
})
afterEach(() => void db.close())

const counts = () => readClasses(db).map(({ name, position, images }) => [name, position, images])

describe('classes', () => {
  test('are named once, whatever the case and however accents are written', () => {
    addClass(db, 'Äpfel', at)
    for (const name of ['äpfel', 'A\u0308PFEL']) expect(() => addClass(db, name, at)).toThrow(code('CLASS_EXISTS'))
    const { id } = addClass(db, 'Birnen', at)
    expect(() => renameClass(db, id, 'ÄPFEL', at)).toThrow(code('CLASS_EXISTS'))
    expect(renameClass(db, id, 'BIRNEN', at).name).toBe('BIRNEN')
    expect(() => renameClass(db, 99, 'x', at)).toThrow(code('CLASS_NOT_FOUND'))
  })

  test('count their images outside the trash, and lose them on deleting and merging', () => {
    const [cat, dog, bird] = ['cat', 'dog', 'bird'].map((name) => addClass(db, name, at).id) as [number, number, number]
    expect(setLabels(db, { hashes: [hash(0), hash(1)], classId: cat, source: 'person', ...at })).toBe(2)
    setLabels(db, { hashes: [hash(2)], classId: dog, source: 'person', ...at })
    setLabels(db, { hashes: [hash(3)], classId: bird, source: 'person', ...at })
    expect(mergeClasses(db, dog, cat, at)).toMatchObject({ name: 'cat', images: 3 })
    expect(historyState(db).undo).toMatchObject({ action: 'class-merge', details: { from: 'dog', into: 'cat', images: 1 } })
    expect(deleteClass(db, cat, at)).toBe(3)
    expect(counts()).toEqual([['bird', 0, 1]])
    expect(() => mergeClasses(db, bird, bird, at)).toThrow(code('INVALID_INPUT'))
  })

  test('are reordered by an order that names each of them once', () => {
    const ids = ['a', 'b', 'c'].map((name) => addClass(db, name, at).id)
    reorderClasses(db, [ids[2]!, ids[0]!, ids[1]!], at)
    expect(counts().map(([name]) => name)).toEqual(['c', 'a', 'b'])
    for (const bad of [ids.slice(1), [...ids, ids[0]!], [ids[0]!, ids[0]!, ids[1]!], [1, 2, 99]]) {
      expect(() => reorderClasses(db, bad, at)).toThrow(code('INVALID_INPUT'))
    }
  })
})

describe('labels', () => {
  test('of many images are set all or none', () => {
    const { id } = addClass(db, 'cat', at)
    const set = (hashes: string[], classId: number | null) => setLabels(db, { hashes, classId, source: 'person', ...at })
    expect(() => set([hash(0), 'f'.repeat(64)], id)).toThrow(code('IMAGE_NOT_FOUND'))
    expect(counts()).toEqual([['cat', 0, 0]])
    expect(() => set([hash(0)], 99)).toThrow(code('CLASS_NOT_FOUND'))
    expect(set([hash(0), hash(1)], id)).toBe(2)
    expect(set([hash(0), hash(2)], id)).toBe(1)
    expect(set([hash(0), hash(3)], null)).toBe(1)
    expect(counts()).toEqual([['cat', 0, 2]])
  })

  test('of one image name it in their step, those of several count them', () => {
    const { id } = addClass(db, 'cat', at)
    const told = (hashes: string[], classId: number | null) => {
      setLabels(db, { hashes, classId, source: 'person', ...at })
      return historyState(db).undo?.details
    }
    expect(told([hash(0)], id)).toEqual({ class: 'cat', images: 1, photo: 'a' })
    expect(told([hash(1), hash(2)], id)).toEqual({ class: 'cat', images: 2 })
    // One of them has the class already.
    expect(told([hash(2), hash(3)], id)).toEqual({ class: 'cat', images: 1, photo: 'a' })
    expect(told([hash(3)], null)).toEqual({ images: 1, photo: 'a' })
  })

  test('that were suggested are accepted in one step whatever their classes, all or none', () => {
    const [cat, dog] = ['cat', 'dog'].map((name) => addClass(db, name, at).id)
    const accept = (...classes: [classId: number, images: number[]][]) =>
      acceptSuggested(
        db,
        classes.map(([classId, images]) => ({ classId, hashes: images.map(hash) })),
        1,
      )
    expect(() => accept([cat!, [0]], [99, [1]])).toThrow(code('CLASS_NOT_FOUND'))
    expect(() => accept([cat!, [0]], [dog!, [1, 7]])).toThrow(code('IMAGE_NOT_FOUND'))
    expect(counts().map(([, , images]) => images)).toEqual([0, 0])
    expect(accept([cat!, [0, 1]], [dog!, [2]])).toEqual([2, 1])
    expect(historyState(db).undo).toMatchObject({ action: 'label-as-suggested', details: { images: 3, classes: 2 } })
    expect(db.prepare('SELECT DISTINCT source FROM label').pluck().all()).toEqual(['suggestion'])
    undoStep(db)
    expect(counts().map(([, , images]) => images)).toEqual([0, 0])
    expect(accept([dog!, [3]])).toEqual([1])
    expect(historyState(db).undo).toMatchObject({ action: 'label', details: { class: 'dog', images: 1 } })
  })

  test('say how many photos had another class, of several alone, and less of it once such a photo is erased', () => {
    const [cat, dog] = ['cat', 'dog'].map((name) => addClass(db, name, at).id) as [number, number]
    const set = (hashes: string[], classId: number | null) => setLabels(db, { hashes, classId, source: 'person', ...at })
    const told = () => historyState(db).undo?.details
    set([hash(0), hash(1), hash(2)], cat)
    expect(told()).toEqual({ class: 'cat', images: 3 })
    set([hash(1)], dog)
    expect(told()).toEqual({ class: 'dog', images: 1, photo: 'a' })
    set([hash(0), hash(1), hash(2), hash(3)], dog)
    expect(told()).toEqual({ class: 'dog', images: 3, replaced: 2 })
    db.transaction(() => forgetImages(db, [1]))()
    expect(told()).toEqual({ class: 'dog', images: 2, replaced: 1 })
    set([hash(1), hash(2)], null)
    expect(told()).toEqual({ images: 2 })
  })

  test('are read in the order that was asked for', () => {
    const [cat, dog] = ['cat', 'dog'].map((name) => addClass(db, name, at).id) as [number, number]
    setLabels(db, { hashes: [hash(2), hash(0)], classId: dog, source: 'person', ...at })
    setLabels(db, { hashes: [hash(4)], classId: cat, source: 'person', ...at })
    expect(readLabelClasses(db, [hash(4), hash(1), hash(0), 'f'.repeat(64), hash(2)])).toEqual([cat, null, dog, null, dog])
  })

  test('by folder make the classes that are missing, and leave the labels that people gave', () => {
    const { id } = addClass(db, 'cat', at)
    setLabels(db, { hashes: [hash(0)], classId: id, source: 'person', ...at })
    const long = 'x'.repeat(99) + '😀 and more'
    const folders = ['dog', 'CAT', 'cat ', long, '  '].map((className, index) => ({ imageId: index + 1, className }))
    expect(labelImported(db, folders, at).labelled).toBe(3)
    expect(counts().map(([, , images]) => images)).toEqual([3, 1])
    for (const { name } of readClasses(db)) expect(ClassName.parse(name)).toBe(name)
  })

  test('have names in one line, of what is seen of them, wherever they come from', () => {
    const shown = [
      ['cat\r\nor dog', 'cat or dog'],
      ['\u202Egod', 'god'],
      ['👩\u200D🏫\u200B', '👩\u200D🏫'],
    ] as const
    labelImported(
      db,
      [...shown.map(([name]) => name), '\u200B\t'].map((className, index) => ({ imageId: index + 1, className })),
      at,
    )
    expect(readClasses(db).map(({ name }) => name)).toEqual(shown.map(([, seen]) => seen))
    expect(shown.map(([name]) => ClassName.parse(name))).toEqual(shown.map(([, seen]) => seen))
    expect(ClassName.safeParse('\u200B').success).toBe(false)
  })
})

describe('class colours', () => {
  test('are ten chosen ones, then never the same again', () => {
    const used: string[] = []
    for (let index = 0; index < 100; index++) used.push(nextClassColour(used))
    expect(used.slice(0, 2)).toEqual(['#0072b2', '#e69f00'])
    expect(new Set(used).size).toBe(100)
    for (const colour of used) expect(colour).toMatch(/^#[0-9a-f]{6}$/)
    expect(nextClassColour(used.slice(1))).toBe(used[0])
  })

  test('that are generated share one lightness: no channel had to be cut off', () => {
    // OKLab of sRGB red, Ottosson's own table: L 0.627955, a 0.224863, b 0.125846.
    expect(oklchToHex(0.627955, Math.hypot(0.224863, 0.125846), (Math.atan2(0.125846, 0.224863) * 180) / Math.PI)).toBe('#ff0000')
    for (let index = 10; index < 200; index++) {
      const channels = [1, 3, 5].map((start) => parseInt(classColour(index).slice(start, start + 2), 16))
      expect(Math.min(...channels)).toBeGreaterThan(0)
      expect(Math.max(...channels)).toBeLessThan(255)
    }
  })
})
