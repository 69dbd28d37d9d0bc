import { fc, test } from '@fast-check/vitest'
import type { Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { setTrashed } from '../images/image-rows.ts'
import { classColour, nextClassColour } from '../labels/class-colours.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass, deleteClass, mergeClasses, recolourClass, renameClass, reorderClasses } from '../labels/edit-classes.ts'
import { labelImported, setLabels } from '../labels/set-labels.ts'
import { historyState, recordStep, redoStep, undoStep } from './record-step.ts'

const imageCount = 6
const hash = (index: number) => String(index).repeat(64)
const names = ['cat', 'dog', 'Cat', 'Übergrößen']

let folder: string
let db: Database
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-history-'))))
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

function fresh(): void {
  if (db?.open) db.close()
  rmSync(join(folder, 'project.sqlite'), { force: true })
  for (const ending of ['-wal', '-shm']) rmSync(join(folder, `project.sqlite${ending}`), { force: true })
  db = openDatabase(join(folder, 'project.sqlite'))
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let index = 0; index < imageCount; index++) insert.run(index + 1, hash(index))
}

/** The project as plain values: classes in order, and what each image is labelled. */
interface Model {
  classes: { name: string; colour: string }[]
  labels: ({ name: string; source: string } | null)[]
  trashed: boolean[]
}

function readModel(): Model {
  const classes = readClasses(db)
  const nameOf = new Map(classes.map((each) => [each.id, each.name]))
  const rows = db
    .prepare<[], { classId: number | null; source: string; trashedAtMs: number | null }>(
      'SELECT class_id AS classId, source, trashed_at_ms AS trashedAtMs FROM image LEFT JOIN label ON image_id = id ORDER BY id',
    )
    .all()
  return {
    classes: classes.map(({ name, colour }) => ({ name, colour })),
    labels: rows.map(({ classId, source }) => (classId === null ? null : { name: nameOf.get(classId)!, source })),
    trashed: rows.map(({ trashedAtMs }) => trashedAtMs !== null),
  }
}

const someImages = fc.uniqueArray(fc.nat({ max: imageCount - 1 }), { minLength: 1, maxLength: 3 })
const place = fc.nat({ max: 5 })
const operation = fc.oneof(
  fc.record({ do: fc.constant('label' as const), images: someImages, at: fc.option(place, { freq: 4 }) }),
  fc.record({ do: fc.constant('import' as const), images: someImages, name: fc.constantFrom(...names) }),
  fc.record({ do: fc.constant('add' as const), name: fc.constantFrom(...names) }),
  fc.record({ do: fc.constant('rename' as const), at: place, name: fc.constantFrom(...names) }),
  fc.record({ do: fc.constant('recolour' as const), at: place, colour: fc.constantFrom('#000000', '#ffffff') }),
  fc.record({ do: fc.constant('reverse' as const) }),
  fc.record({ do: fc.constant('merge' as const), at: place, into: place }),
  fc.record({ do: fc.constant('delete' as const), at: place }),
  fc.record({ do: fc.constant('trash' as const), images: someImages, back: fc.boolean() }),
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('redo' as const) }),
  fc.record({ do: fc.constant('reopen' as const) }),
)
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never
type Change = Exclude<Operation, { do: 'undo' | 'redo' | 'reopen' }>

const isSame = (first: string, second: string) => first.toLowerCase() === second.toLowerCase()

/** The model after a change; null where the studio must refuse it. */
function applyToModel(old: Model, change: Change): Model | null {
  const model = structuredClone(old)
  const { classes, labels, trashed } = model
  const find = (name: string) => classes.find((each) => isSame(each.name, name))
  const add = (name: string) => {
    classes.push({ name, colour: nextClassColour(classes.map((each) => each.colour)) })
    return classes.at(-1)!
  }
  const relabel = (from: string, to: string | null) =>
    labels.forEach((label, index) => {
      if (label?.name === from) labels[index] = to === null ? null : { ...label, name: to }
    })
  const at = (index: number) => classes[index]
  switch (change.do) {
    case 'label': {
      const wanted = change.at === null ? null : at(change.at)
      if (wanted === undefined) return null
      for (const image of change.images) {
        if (wanted === null) labels[image] = null
        else if (labels[image]?.name !== wanted.name) labels[image] = { name: wanted.name, source: 'person' }
      }
      return model
    }
    case 'import': {
      if (change.images.every((image) => labels[image] !== null)) return model
      const { name } = find(change.name) ?? add(change.name)
      for (const image of change.images) labels[image] ??= { name, source: 'folder' }
      return model
    }
    case 'add':
      if (find(change.name) !== undefined) return null
      add(change.name)
      return model
    case 'rename': {
      const renamed = at(change.at)
      if (renamed === undefined || (find(change.name) ?? renamed) !== renamed) return null
      relabel(renamed.name, change.name)
      renamed.name = change.name
      return model
    }
    case 'recolour': {
      const recoloured = at(change.at)
      if (recoloured === undefined) return null
      recoloured.colour = change.colour
      return model
    }
    case 'reverse':
      classes.reverse()
      return model
    case 'merge':
    case 'delete': {
      const gone = at(change.at)
      const into = change.do === 'merge' ? at(change.into) : null
      if (gone === undefined || into === undefined || into === gone) return null
      relabel(gone.name, into?.name ?? null)
      classes.splice(change.at, 1)
      return model
    }
    case 'trash':
      for (const image of change.images) trashed[image] = !change.back
      return model
  }
}

let now = 0
function applyToStudio(change: Change): void {
  const step = { atMs: ++now }
  const idAt = (index: number) => readClasses(db)[index]?.id ?? 1_000_000
  switch (change.do) {
    case 'label': {
      const classId = change.at === null ? null : idAt(change.at)
      return void setLabels(db, { hashes: change.images.map(hash), classId, source: 'person', ...step })
    }
    case 'import':
      return void labelImported(
        db,
        change.images.map((image) => ({ imageId: image + 1, className: change.name })),
        step,
      )
    case 'add':
      return void addClass(db, change.name, step)
    case 'rename':
      return void renameClass(db, idAt(change.at), change.name, step)
    case 'recolour':
      return void recolourClass(db, idAt(change.at), change.colour, step)
    case 'reverse': {
      const ids = readClasses(db).map((each) => each.id)
      return void reorderClasses(db, ids.reverse(), step)
    }
    case 'merge':
      return void mergeClasses(db, idAt(change.at), idAt(change.into), step)
    case 'delete':
      return void deleteClass(db, idAt(change.at), step)
    case 'trash': {
      const hashes = change.images.map(hash)
      const action = change.back ? 'image-restore' : 'image-trash'
      return void recordStep(db, { action, details: { images: hashes.length }, ...step }, () =>
        setTrashed(db, hashes, change.back ? null : step.atMs),
      )
    }
  }
}

const code = (value: string) => expect.objectContaining({ code: value }) as Error

describe('the history', () => {
  test.prop([fc.array(operation, { minLength: 1, maxLength: 40 })], { numRuns: 60 })(
    'undoes and redoes any sequence of changes, also after the project was closed and opened',
    (operations) => {
      fresh()
      let model = readModel()
      const done: Model[] = []
      const undone: Model[] = []
      for (const step of operations) {
        if (step.do === 'reopen') {
          db.close()
          db = openDatabase(join(folder, 'project.sqlite'))
        } else if (step.do === 'undo' || step.do === 'redo') {
          const [from, to, move] = step.do === 'undo' ? ([done, undone, undoStep] as const) : ([undone, done, redoStep] as const)
          const next = from.pop()
          if (next === undefined) expect(() => move(db)).toThrow(code(step.do === 'undo' ? 'NOTHING_TO_UNDO' : 'NOTHING_TO_REDO'))
          else {
            move(db)
            to.push(model)
            model = next
          }
        } else {
          const next = applyToModel(model, step)
          if (next === null) expect(() => applyToStudio(step)).toThrow(expect.objectContaining({ name: 'StudioError' }))
          else {
            applyToStudio(step)
            // A change that changes nothing is no step.
            if (!isEqual(next, model)) {
              done.push(model)
              undone.length = 0
            }
            model = next
          }
        }
        expect(readModel()).toEqual(model)
        const { undo, redo } = historyState(db)
        expect([undo === null, redo === null]).toEqual([done.length === 0, undone.length === 0])
      }
      for (const before of done.reverse()) {
        undoStep(db)
        expect(readModel()).toEqual(before)
      }
      expect(() => undoStep(db)).toThrow(code('NOTHING_TO_UNDO'))
    },
    // Every step waits for the disk.
    300_000,
  )
})

const isEqual = (first: Model, second: Model) => JSON.stringify(first) === JSON.stringify(second)

describe('a step', () => {
  beforeEach(fresh)

  test('is refused outside of recordStep by the database itself', () => {
    expect(() => db.exec("INSERT INTO class (name, colour, position) VALUES ('cat', '#000000', 0)")).toThrow('inside recordStep only')
    expect(() => db.exec('UPDATE image SET trashed_at_ms = 1')).toThrow('inside recordStep only')
    expect(readClasses(db)).toEqual([])
  })

  test('that fails half-way changes nothing, and the next one works', () => {
    const fails = () =>
      recordStep(db, { action: 'image-trash', details: {}, atMs: 1 }, () => {
        setTrashed(db, [hash(0)], 1)
        throw new Error('half-way')
      })
    expect(fails).toThrow('half-way')
    expect(readModel().trashed).not.toContain(true)
    expect(historyState(db).undo).toBe(null)
    addClass(db, 'cat', { atMs: 2 })
    expect(historyState(db).undo).toMatchObject({ action: 'class-add', details: { class: 'cat' }, atMs: 2 })
  })

  test('of an import grows with its photos, is undone as one, and is not continued once something else came after it', () => {
    const first = labelImported(db, [{ imageId: 1, className: 'cat' }], { atMs: 1 })
    const second = labelImported(db, [{ imageId: 2, className: 'dog' }], { atMs: 2, continues: first.stepId })
    expect(second).toEqual({ labelled: 1, kept: [], stepId: first.stepId })
    expect(historyState(db).undo).toMatchObject({ action: 'import-labels', details: { images: 2 } })
    addClass(db, 'bird', { atMs: 3 })
    const third = labelImported(db, [{ imageId: 3, className: 'bird' }], { atMs: 4, continues: second.stepId })
    expect(third.stepId).not.toBe(first.stepId)
    undoStep(db)
    const fourth = labelImported(db, [{ imageId: 4, className: 'bird' }], { atMs: 5, continues: third.stepId })
    expect(fourth.stepId).not.toBe(third.stepId)
    undoStep(db)
    undoStep(db)
    undoStep(db)
    expect(readModel()).toMatchObject({ classes: [], labels: Array.from({ length: imageCount }, () => null) })
    redoStep(db)
    expect(readModel().classes).toEqual([
      { name: 'cat', colour: classColour(0) },
      { name: 'dog', colour: classColour(1) },
    ])
  })

  test('that makes a class can be undone after a split refers to it', () => {
    const { id } = addClass(db, 'cat', { atMs: 1 })
    db.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'x', 1);
      INSERT INTO split_class VALUES (1, ${id}, 0, 'cat', '#000000')`)
    undoStep(db)
    expect(readClasses(db)).toEqual([])
    expect(addClass(db, 'CAT', { atMs: 2 }).id).toBe(id)
  })
})
