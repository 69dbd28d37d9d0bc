import { fc, test } from '@fast-check/vitest'
import type { Database } from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { setTrashed } from '../images/image-rows.ts'
import { classColour } from '../labels/class-colours.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass } from '../labels/edit-classes.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import {
  fillProject,
  hashOfImage as hash,
  imageCount,
  newWorld,
  perform,
  play,
  readModel,
  type Operation,
  type World,
} from './history-model-for-tests.ts'
import { goToStep, historyState, listSteps, recordStep, redoStep, undoStep } from './record-step.ts'

const names = ['cat', 'dog', 'Cat', 'Übergrößen']
const viewNames = ['Blurred', 'blurred', 'Äpfel']

let folder: string
let db: Database
let copies = 0
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-history-'))))
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

function fresh(): void {
  if (db?.open) db.close()
  const place = join(folder, String(copies++))
  mkdirSync(place)
  db = openDatabase(join(place, 'project.sqlite'))
  fillProject(db)
}

/** What a process leaves on the disk that is gone from one moment to the next, opened again. */
function openLeftover(of: Database): Database {
  const place = join(folder, String(copies++))
  mkdirSync(place)
  for (const ending of ['', '-wal', '-shm']) {
    const file = `${of.name}${ending}`
    if (existsSync(file)) copyFileSync(file, join(place, basename(file)))
  }
  return openDatabase(join(place, 'project.sqlite'))
}

function goOnWith(left: Database, dying: Database): void {
  dying.close()
  db = left
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
}

/** Dies in the middle of a step, which is then none. */
function crashInStep(): void {
  const dying = db
  let left: Database | null = null
  const dies = () =>
    recordStep(dying, { action: 'image-trash', details: {}, atMs: 1 }, () => {
      setTrashed(dying, [hash(0), hash(1)], 1)
      left = openLeftover(dying)
      throw new Error('gone')
    })
  expect(dies).toThrow('gone')
  goOnWith(left!, dying)
}

const someImages = fc.uniqueArray(fc.nat({ max: imageCount - 1 }), { minLength: 1, maxLength: imageCount })
const place = fc.nat({ max: 5 })
const className = fc.constantFrom(...names)
const viewName = fc.constantFrom(...viewNames)
const text = fc.constantFrom('', 'blurred', 'ask Ida')
const importing: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant('import' as const),
  images: fc.oneof(someImages, fc.uniqueArray(fc.integer({ min: imageCount - 2, max: imageCount - 1 }), { minLength: 1 })),
  name: fc.option<string>(className, { freq: 2 }),
  more: fc.boolean(),
})
const watching: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant('watch' as const),
  images: fc.uniqueArray(fc.integer({ min: imageCount - 4, max: imageCount - 1 }), { minLength: 1, maxLength: 2 }),
  name: fc.option<string>(className, { freq: 2 }),
})
const change: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('label' as const), images: someImages, at: fc.option(place, { freq: 4 }) }),
  fc.record({ do: fc.constant('add' as const), name: className }),
  fc.record({ do: fc.constant('rename' as const), at: place, name: className }),
  fc.record({ do: fc.constant('recolour' as const), at: place, colour: fc.constantFrom('#000000', '#ffffff') }),
  fc.record({ do: fc.constant('reverse' as const) }),
  fc.record({ do: fc.constant('merge' as const), at: place, into: place }),
  fc.record({ do: fc.constant('delete' as const), at: place }),
  fc.record({ do: fc.constant('trash' as const), images: someImages, back: fc.boolean() }),
  fc.record({ do: fc.constant('save-view' as const), name: viewName, text }),
  fc.record({ do: fc.constant('rename-view' as const), at: place, name: viewName }),
  fc.record({ do: fc.constant('change-view' as const), at: place, text }),
  fc.record({ do: fc.constant('delete-view' as const), at: place }),
)
// Often the same one several times: what is written about one photo is one step, in which its row changes more than once.
const note: fc.Arbitrary<Operation> = fc.record({ do: fc.constant('note' as const), image: fc.nat({ max: 1 }), text })
const move: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('redo' as const) }),
  fc.record({ do: fc.constant('go' as const), to: fc.nat({ max: 40 }) }),
)
const operation = fc.oneof(
  { weight: 3, arbitrary: change },
  { weight: 1, arbitrary: importing },
  { weight: 1, arbitrary: watching },
  { weight: 1, arbitrary: note },
  { weight: 1, arbitrary: move },
)
const interruption = fc.oneof(
  fc.record({ do: fc.constant('reopen' as const) }),
  fc.record({ do: fc.constant('crash' as const) }),
  fc.record({ do: fc.constant('crash-in-step' as const) }),
)

const code = (value: string) => expect.objectContaining({ code: value }) as Error

function isWorld({ states, at }: World): boolean {
  const { total, undone } = listSteps(db, { offset: 0, limit: 1 })
  return total === states.length - 1 && undone === total - at && isDeepStrictEqual(readModel(db), states[at]!.model)
}

function expectWorld({ states, at }: World): void {
  expect(readModel(db)).toEqual(states[at]!.model)
  const { undo, redo } = historyState(db)
  expect([undo === null, redo === null]).toEqual([at === 0, at === states.length - 1])
  expect(listSteps(db, { offset: 0, limit: 1000 })).toMatchObject({ total: states.length - 1, undone: states.length - 1 - at })
}

describe('the history', () => {
  test.prop(
    // As long as they may be: short ones hardly ever have an import that goes on after something else was done.
    [
      fc.array(fc.oneof({ weight: 6, arbitrary: operation }, { weight: 1, arbitrary: interruption }), {
        minLength: 1,
        maxLength: 40,
        size: 'max',
      }),
    ],
    { numRuns: 40 },
  )(
    'undoes, redoes and goes to any step of any sequence of changes, also after the project was closed or its process died, in a step or between two',
    (operations) => {
      fresh()
      let world = newWorld(db)
      for (const [index, each] of operations.entries()) {
        if (each.do === 'reopen') {
          db.close()
          db = openDatabase(db.name)
        } else if (each.do === 'crash') goOnWith(openLeftover(db), db)
        else if (each.do === 'crash-in-step') crashInStep()
        else {
          const next = play(world, each)
          if (next === null) expect(() => perform(db, each, index)).toThrow(expect.objectContaining({ name: 'StudioError' }))
          else perform(db, each, index)
          world = next ?? world
        }
        expectWorld(world)
      }
      for (const { model } of world.states.slice(0, world.at).reverse()) {
        undoStep(db)
        expect(readModel(db)).toEqual(model)
      }
      expect(() => undoStep(db)).toThrow(code('NOTHING_TO_UNDO'))
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    },
    // Every step waits for the disk.
    300_000,
  )

  test(
    'has every step that was acknowledged, and no half of one, when its process is killed in the middle',
    { timeout: 300_000 },
    async () => {
      const program = join(import.meta.dirname, 'history-process-for-tests.ts')
      const sequences = fc.sample(fc.array(operation, { minLength: 120, maxLength: 120 }), 12)
      for (const [run, operations] of sequences.entries()) {
        fresh()
        const before = newWorld(db)
        db.close()
        const child = spawn(process.execPath, [program, db.name, JSON.stringify(operations)], { stdio: ['ignore', 'pipe', 'inherit'] })
        const exited = once(child, 'exit')
        let acknowledged = 0
        for await (const line of createInterface(child.stdout)) {
          // Some die at once after an answer, some a moment later: in the middle of the step after it.
          if (line !== 'ready') acknowledged = Number(line) + 1
          if (acknowledged === run * 8 + 1) void wait(run % 4).then(() => child.kill('SIGKILL'))
        }
        await exited
        db = openDatabase(db.name)
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
        const worlds = [before]
        for (const each of operations) worlds.push(play(worlds.at(-1)!, each) ?? worlds.at(-1)!)
        // The step in the middle of which it died may be one that is not seen in the photos, such as the undo of a note that was taken back.
        const [all, oneMore] = [worlds[acknowledged]!, worlds[acknowledged + 1] ?? worlds[acknowledged]!]
        expectWorld(isWorld(all) ? all : oneMore)
      }
    },
  )
})

describe('going to a step', () => {
  beforeEach(fresh)

  test('moves over all between in one go, forward and back, also to the beginning', () => {
    for (const [index, name] of ['cat', 'dog', 'bird'].entries()) addClass(db, name, { atMs: index + 1 })
    const ids = listSteps(db, { offset: 0, limit: 10 }).steps.map(({ id }) => id)
    expect(goToStep(db, ids[2]!)).toBe(-2)
    expect(readClasses(db).map(({ name }) => name)).toEqual(['cat'])
    expect(listSteps(db, { offset: 0, limit: 10 }).steps.map(({ isDone }) => isDone)).toEqual([false, false, true])
    expect(goToStep(db, ids[0]!)).toBe(2)
    expect(goToStep(db, ids[0]!)).toBe(0)
    expect(goToStep(db, null)).toBe(-3)
    expect(readClasses(db)).toEqual([])
    expect(() => goToStep(db, 99)).toThrow(code('STEP_NOT_FOUND'))
  })

  test('that fails on the way changes nothing at all', () => {
    for (const [index, name] of ['cat', 'dog', 'bird'].entries()) addClass(db, name, { atMs: index + 1 })
    // The oldest step is made to fail when it is undone.
    db.exec(
      `UPDATE history_change SET before = json_set(before, '$.colour', 'no colour') WHERE step_id = (SELECT MIN(id) FROM history_step)`,
    )
    expect(() => goToStep(db, null)).toThrow('CHECK constraint failed')
    expect(readClasses(db).map(({ name }) => name)).toEqual(['cat', 'dog', 'bird'])
    expect(listSteps(db, { offset: 0, limit: 10 }).undone).toBe(0)
    undoStep(db)
    expect(readClasses(db).map(({ name }) => name)).toEqual(['cat', 'dog'])
  })
})

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
    expect(readModel(db).trashed[0]).toBe(false)
    expect(historyState(db).undo).toBe(null)
    addClass(db, 'cat', { atMs: 2 })
    expect(historyState(db).undo).toMatchObject({ action: 'class-add', details: { class: 'cat' }, atMs: 2 })
  })

  test('of an import grows with its photos, is undone as one, and is not continued once something else came after it', () => {
    const first = labelImported(db, [{ imageId: 1, className: 'cat' }], { atMs: 1 })
    const second = labelImported(db, [{ imageId: 2, className: 'dog' }], { atMs: 2, continues: first.stepId })
    expect(second).toEqual({ labelled: 1, kept: [], stepId: first.stepId })
    expect(historyState(db).undo).toMatchObject({ action: 'image-add', details: { labelled: 2 } })
    addClass(db, 'bird', { atMs: 3 })
    const third = labelImported(db, [{ imageId: 3, className: 'bird' }], { atMs: 4, continues: second.stepId })
    expect(third.stepId).not.toBe(first.stepId)
    undoStep(db)
    const fourth = labelImported(db, [{ imageId: 4, className: 'bird' }], { atMs: 5, continues: third.stepId })
    expect(fourth.stepId).not.toBe(third.stepId)
    undoStep(db)
    undoStep(db)
    undoStep(db)
    expect(readModel(db)).toMatchObject({ classes: [], labels: Array.from({ length: imageCount }, () => null) })
    redoStep(db)
    expect(readModel(db).classes).toEqual([
      { name: 'cat', colour: classColour(0) },
      { name: 'dog', colour: classColour(1) },
    ])
  })

  test('about one image that grows by another names neither', () => {
    const trash = (at: number, continues: number | null) =>
      recordStep(db, { action: 'image-trash', details: { images: 1 }, atMs: 1, continues }, () => setTrashed(db, [hash(at)], 1))
    const { stepId } = trash(0, null)
    expect(historyState(db).undo?.details).toEqual({ images: 1, photo: 'a' })
    trash(1, stepId)
    expect(historyState(db).undo?.details).toEqual({ images: 2 })
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
