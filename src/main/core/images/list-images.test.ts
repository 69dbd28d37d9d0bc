import { fc, test } from '@fast-check/vitest'
import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import type { Part } from '../../contract/ids.ts'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import { Recipe } from '../../contract/runs.ts'
import { openDatabase } from '../db/open-database.ts'
import { recordStep, undoStep } from '../history/record-step.ts'
import { reorderClasses } from '../labels/edit-classes.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import { setLabels } from '../labels/set-labels.ts'
import { insertSplit } from '../splits/split-rows.ts'
import { insertRun } from '../training/run-rows.ts'
import { imageNameOrder } from './image-name.ts'
import { insertImage, setTrashed } from './image-rows.ts'
import { insertImport } from './import-rows.ts'
import { listHashes, listImages } from './list-images.ts'

const classNames = ['cat', 'dog', 'bird']
const parts: readonly Part[] = ['train', 'validation', 'test']
const hashOf = (index: number): string => (index + 1).toString(16).padStart(64, '0')

interface ModelImage {
  readonly hash: string
  readonly name: string
  readonly widthPx: number
  readonly heightPx: number
  /** A position in `classNames`. */
  label: { place: number; atMs: number } | null
  isTrashed: boolean
  part: Part | null
}

let db: Database
let model: ModelImage[]
let importId: number
function fresh(): void {
  if (db?.open) db.close()
  db = openDatabase(':memory:')
  model = []
  importId = insertImport(db, 1)
  recordStep(db, { action: 'class-add', details: {}, atMs: 1 }, () => {
    const insert = db.prepare("INSERT INTO class (id, name, colour, position) VALUES (?, ?, '#000000', ?)")
    classNames.forEach((name, place) => insert.run(place + 1, name, place))
  })
}
beforeEach(fresh)
afterEach(() => db.close())

function add({ name, widthPx = 4, heightPx = 3 }: { name: string; widthPx?: number; heightPx?: number }): void {
  const hash = hashOf(model.length)
  const picture = { format: 'jpeg', widthPx, heightPx, sizeBytes: 10, perceptualHash: '0f'.repeat(8) }
  insertImage(db, { hash, name, sourcePath: `/x/${name}`, importId, importedAtMs: 1, ...picture })
  model.push({ hash, name, widthPx, heightPx, label: null, isTrashed: false, part: null })
}
function label(index: number, place: number | null, atMs: number): void {
  const image = model[index]!
  setLabels(db, { hashes: [image.hash], classId: place === null ? null : place + 1, source: 'person', atMs })
  if (place === null) image.label = null
  else if (image.label?.place !== place) image.label = { place, atMs }
}
function trash(index: number, isTrashed: boolean): void {
  const image = model[index]!
  recordStep(db, { action: 'image-trash', details: {}, atMs: 1 }, () => setTrashed(db, [image.hash], isTrashed ? 1 : null))
  image.isTrashed = isTrashed
}
/** Freezes the images that have a label and answers the run. */
function train(partOf: readonly Part[]): string {
  const members = model.flatMap(({ hash, label }, index) =>
    label === null ? [] : [{ imageId: index + 1, hash, classId: label.place + 1, part: partOf[index % partOf.length]! }],
  )
  const shares = { train: 0.7, validation: 0.15, test: 0.15 }
  const splitId = insertSplit(db, { seed: 1, shares, membershipHash: 'x', createdAtMs: 1 }, [], members)
  for (const { imageId, part } of members) model[imageId - 1]!.part = part
  const recipe = Recipe.parse({ backbone: 'mobilenet-v2-035' })
  return insertRun(db, { id: 'run-1', splitId, recipe, backboneHash: 'x', versions: {}, createdAtMs: 1 }).id
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase()

function matches(image: ModelImage, filter: ImageFilter): boolean {
  const short = Math.min(image.widthPx, image.heightPx)
  return (
    image.isTrashed === filter.trashed &&
    (filter.class === undefined || (filter.class === 'unlabelled' ? image.label === null : image.label?.place === filter.class - 1)) &&
    fold(image.name).includes(fold(filter.name ?? '')) &&
    (filter.part === undefined || image.part === filter.part.part) &&
    short >= (filter.shortSidePx?.min ?? 0) &&
    short <= (filter.shortSidePx?.max ?? Infinity)
  )
}

/** What an image is sorted by, the weightiest first; null where it has nothing of the kind. */
function sortedBy({ name, widthPx, heightPx, label }: ModelImage, by: ImageOrder['by']): (number | string)[] | null {
  if (by === 'imported') return []
  if (by === 'name') return [imageNameOrder(name), fold(name)]
  if (by === 'size') return [Math.min(widthPx, heightPx), Math.max(widthPx, heightPx)]
  if (label === null) return null
  return by === 'class' ? [label.place] : [label.atMs]
}

function compare(first: ModelImage, second: ModelImage, { by, descending }: ImageOrder): number {
  const [a, b] = [sortedBy(first, by), sortedBy(second, by)]
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  const place = a.findIndex((value, index) => value !== b[index])
  if (place < 0) return 0
  return a[place]! < b[place]! === descending ? 1 : -1
}

function expectedList(filter: ImageFilter, order: ImageOrder): ModelImage[] {
  const found = model.filter((image) => matches(image, filter))
  if (order.by === 'imported') return order.descending ? found.reverse() : found
  return found.toSorted((first, second) => compare(first, second, order))
}

const someName = fc.constantFrom(
  'IMG_2.jpg',
  'img_10.jpg',
  'IMG_10.jpg',
  'Äpfel.png',
  'a\u0308pfel 2.png',
  'apfel 02.png',
  '100%.jpg',
  'ЁЖ',
)
const side = fc.integer({ min: 1, max: 6 })
const place = fc.nat({ max: 2 })
const change = fc.oneof(
  fc.record({ do: fc.constant('add' as const), name: someName, widthPx: side, heightPx: side }),
  fc.record({ do: fc.constant('label' as const), at: fc.nat(), place: fc.option(place, { freq: 4 }), atMs: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('trash' as const), at: fc.nat(), isTrashed: fc.boolean() }),
)
const query = fc.record({
  do: fc.constant('list' as const),
  filter: fc.record({
    class: fc.option(
      fc.oneof(
        place.map((index) => index + 1),
        fc.constant('unlabelled' as const),
      ),
      { nil: undefined },
    ),
    name: fc.option(fc.constantFrom('', 'img', 'äpf', '%', 'ёж', '2'), { nil: undefined }),
    trashed: fc.boolean(),
    part: fc.option(fc.record({ run: fc.constantFrom('run-1', '1'), part: fc.constantFrom(...parts) }), { nil: undefined }),
    shortSidePx: fc.option(fc.record({ min: fc.integer({ min: 0, max: 3 }), max: side }, { requiredKeys: [] }), { nil: undefined }),
  }),
  order: fc.record({ by: fc.constantFrom(...ImageOrder.shape.by.unwrap().options), descending: fc.boolean() }),
  offset: fc.nat({ max: 12 }),
  limit: fc.integer({ min: 1, max: 12 }),
})
const steps = fc.array(fc.oneof(change, query), { minLength: 1, maxLength: 30 })

const list = (filter: object = {}, order: object = {}, offset = 0, limit = 100): { total: number; names: string[] } => {
  const { total, images } = listImages(db, { filter: ImageFilter.parse(filter), order: ImageOrder.parse(order), offset, limit })
  return { total, names: images.map((image) => image.name) }
}

describe('the list of images', () => {
  test.prop([fc.array(change, { maxLength: 40 }), fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }), steps])(
    'is what a plain model gives, for any filter, order and page, whatever changes in between',
    (before, partOf, after) => {
      fresh()
      const apply = (step: (typeof before)[number]): void => {
        if (step.do === 'add') add(step)
        else if (model.length === 0) return
        else if (step.do === 'label') label(step.at % model.length, step.place, step.atMs)
        else trash(step.at % model.length, step.isTrashed)
      }
      before.forEach(apply)
      train(partOf)
      for (const step of after) {
        if (step.do !== 'list') {
          apply(step)
          continue
        }
        const { order, offset, limit } = step
        const filter = ImageFilter.parse(step.filter)
        const wanted = expectedList(filter, order)
        const { total, images } = listImages(db, { filter, order, offset, limit })
        expect(total).toBe(wanted.length)
        expect(images.map(({ hash }) => hash)).toEqual(wanted.slice(offset, offset + limit).map(({ hash }) => hash))
        expect(listHashes(db, { filter, order, offset, limit })).toEqual(images.map(({ hash }) => hash))
        expect(images.map(({ classId }) => classId)).toEqual(
          wanted.slice(offset, offset + limit).map((image) => (image.label === null ? null : image.label.place + 1)),
        )
      }
    },
  )

  test('follows the order of the classes', () => {
    for (const name of ['1', '2', '3', '4']) add({ name })
    label(0, 2, 1)
    label(1, 0, 1)
    label(3, 2, 1)
    expect(list({}, { by: 'class' }).names).toEqual(['2', '1', '4', '3'])
    reorderClasses(db, [3, 2, 1], { atMs: 2 })
    expect(list({}, { by: 'class' }).names).toEqual(['1', '4', '2', '3'])
    undoStep(db)
    expect(list({}, { by: 'class', descending: true }).names).toEqual(['1', '4', '2', '3'])
  })

  test('of what a transaction changed and took back is not remembered', () => {
    add({ name: '1' })
    const changeAndAsk = db.transaction(() => {
      add({ name: '2' })
      expect(list({}, { by: 'name' }).names).toEqual(['1', '2'])
      throw new Error('taken back')
    })
    expect(changeAndAsk).toThrow('taken back')
    expect(list({}, { by: 'name' }).names).toEqual(['1'])
  })

  test('of a part of a run that is not there is refused', () => {
    expect(() => list({ part: { run: 'latest', part: 'test' } })).toThrow('RUN_NOT_FOUND')
  })

  test('scrolling asks the database for the page alone', () => {
    for (let index = 0; index < 30; index++) add({ name: String(index) })
    list({ name: '1' }, { by: 'name' }, 0, 5)
    const asked = vi.spyOn(Object.getPrototypeOf(db.prepare('SELECT 1')) as { all: () => unknown }, 'all')
    list({ name: '1' }, { by: 'name' }, 5, 5)
    const times = asked.mock.calls.length
    asked.mockRestore()
    expect(times).toBe(1)
  })

  test('reads indexes alone, and sorts no list of all images', () => {
    add({ name: '1' })
    labelImported(db, [{ imageId: 1, className: 'cat' }], { atMs: 1 })
    train(['train'])
    const asked = vi.spyOn(db, 'prepare')
    const filters = [{ class: 1 }, { class: 'unlabelled' }, { trashed: true }, { name: 'x' }, { shortSidePx: { min: 1 } }]
    for (const filter of [...filters, { part: { run: '1', part: 'test' } }]) list(filter)
    for (const by of ImageOrder.shape.by.unwrap().options) for (const descending of [false, true]) list({}, { by, descending })
    const queries = asked.mock.calls.map(([sql]) => sql).filter((sql) => /^SELECT (id|image_id) FROM/.test(sql))
    asked.mockRestore()
    expect(queries.length).toBeGreaterThanOrEqual(9)
    for (const sql of queries) {
      const values = Array.from({ length: sql.split('?').length - 1 }, () => 1)
      const plan = db.prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
      const details = plan.map((row) => row.detail).join('; ')
      expect(details, sql).toMatch(/^(SCAN|SEARCH) \w+ USING (COVERING INDEX|PRIMARY KEY)/)
      // Where many tie, those alone are put in order of import.
      expect(
        details.replace(/USE TEMP B-TREE FOR LAST( \d)? TERMS? OF ORDER BY|USE TEMP B-TREE FOR RIGHT PART OF ORDER BY/, ''),
        sql,
      ).not.toContain('TEMP')
    }
  })
})
