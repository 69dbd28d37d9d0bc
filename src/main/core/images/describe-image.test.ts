import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Recipe } from '../../contract/runs.ts'
import { openDatabase } from '../db/open-database.ts'
import { recordStep, undoStep } from '../history/record-step.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass, deleteClass, mergeClasses, renameClass } from '../labels/edit-classes.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import { setLabels } from '../labels/set-labels.ts'
import { insertSplit } from '../splits/split-rows.ts'
import { insertRun, writeOutcome } from '../training/run-rows.ts'
import { describeImage } from './describe-image.ts'
import { insertImage, setTrashed } from './image-rows.ts'
import { setGroups } from './look-alike-rows.ts'
import { insertImport } from './import-rows.ts'

const hashOf = (id: number): string => id.toString(16).padStart(64, '0')
let db: Database
beforeEach(() => {
  db = openDatabase(':memory:')
  const importId = insertImport(db, 1)
  for (const id of [1, 2, 3, 4]) {
    const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, perceptualHash: '0f'.repeat(8) }
    const sourcePath = id === 1 ? import.meta.filename : '/nowhere/a.jpg'
    insertImage(db, { hash: hashOf(id), name: `${id}.jpg`, sourcePath, importId, importedAtMs: id, ...picture })
  }
})
afterEach(() => db.close())

const idOf = (name: string): number => readClasses(db).find((each) => each.name === name)!.id
const give = (id: number, name: string | null, atMs: number): number =>
  setLabels(db, { hashes: [hashOf(id)], classId: name === null ? null : idOf(name), source: 'person', atMs })
const trash = (id: number): unknown =>
  recordStep(db, { action: 'image-trash', details: {}, atMs: 9 }, () => setTrashed(db, [hashOf(id)], 9))

describe('what is known of an image', () => {
  test('is where it came from and whether the file is still there', async () => {
    expect(await describeImage(db, hashOf(1))).toMatchObject({
      image: { hash: hashOf(1), name: '1.jpg', classId: null },
      importedAtMs: 1,
      sourcePath: import.meta.filename,
      isSourcePresent: true,
      sentAs: null,
      isTrashed: false,
    })
    trash(2)
    expect(await describeImage(db, hashOf(2))).toMatchObject({
      isSourcePresent: false,
      isTrashed: true,
      lookAlikes: [],
      labels: [],
      runs: [],
    })
    await expect(describeImage(db, hashOf(7))).rejects.toThrow('IMAGE_NOT_FOUND')
  })

  test('is answered also where the project is closed meanwhile', async () => {
    const asked = describeImage(db, hashOf(1))
    db.close()
    expect(await asked).toMatchObject({ isSourcePresent: true, lookAlikes: [], labels: [] })
  })

  test('are the images that look like it, itself and the trash left out', async () => {
    setGroups(db, new Map([1, 2, 4].map((id) => [id, 1])))
    expect((await describeImage(db, hashOf(2))).lookAlikes.map(({ name }) => name)).toEqual(['1.jpg', '4.jpg'])
    trash(1)
    expect((await describeImage(db, hashOf(2))).lookAlikes.map(({ name }) => name)).toEqual(['4.jpg'])
    expect((await describeImage(db, hashOf(3))).lookAlikes).toEqual([])
  })

  test('is every label that it had, newest first, by the last name of its class', async () => {
    const import1 = labelImported(db, [{ imageId: 2, className: 'cat' }], { atMs: 5 })
    labelImported(db, [{ imageId: 1, className: 'cat' }], { atMs: 6, continues: import1.stepId })
    addClass(db, 'dog', { atMs: 7 })
    addClass(db, 'bird', { atMs: 8 })
    give(1, 'dog', 10)
    give(2, 'dog', 11)
    give(1, null, 12)
    give(1, 'bird', 13)
    mergeClasses(db, idOf('bird'), idOf('dog'), { atMs: 14 })
    renameClass(db, idOf('dog'), 'hound', { atMs: 15 })
    deleteClass(db, idOf('cat'), { atMs: 16 })
    expect((await describeImage(db, hashOf(1))).labels).toEqual([
      { atMs: 14, class: 'hound', source: 'person' },
      { atMs: 13, class: 'bird', source: 'person' },
      { atMs: 12, class: null, source: null },
      { atMs: 10, class: 'hound', source: 'person' },
      { atMs: 6, class: 'cat', source: 'folder' },
    ])
  })

  test('leaves out a label that was undone', async () => {
    addClass(db, 'cat', { atMs: 1 })
    give(1, 'cat', 2)
    give(1, null, 3)
    undoStep(db)
    expect((await describeImage(db, hashOf(1))).labels).toEqual([{ atMs: 2, class: 'cat', source: 'person' }])
  })

  test('is what each run said that was not trained on it, in the words of its split', async () => {
    labelImported(
      db,
      [1, 2, 3, 4].map((imageId) => ({ imageId, className: imageId % 2 === 0 ? 'cat' : 'dog' })),
      { atMs: 1 },
    )
    const classes = readClasses(db).map(({ id, name, colour }) => ({ id, name, colour }))
    const place = (name: string): number => classes.findIndex((each) => each.name === name)
    const parts = ['test', 'validation', 'train', 'train'] as const
    const members = parts.map((part, index) => ({
      imageId: index + 1,
      hash: hashOf(index + 1),
      classId: idOf(index % 2 === 0 ? 'dog' : 'cat'),
      part,
    }))
    const shares = { train: 0.5, validation: 0.25, test: 0.25 }
    const splitId = insertSplit(db, { seed: 1, shares, membershipHash: 'x', createdAtMs: 1 }, classes, members)
    for (const [id, dog] of [
      ['first', 0.9],
      ['second', 0.25],
    ] as const) {
      insertRun(db, { id, splitId, recipe: Recipe.parse({ backbone: 'some-net' }), backboneHash: 'x', versions: {}, createdAtMs: 1 })
      const probabilities = new Float32Array(2)
      probabilities[place('dog')] = dog
      probabilities[place('cat')] = 1 - dog
      writeOutcome(db, id, {
        state: 'finished',
        bestEpoch: 1,
        endedBecause: 'completed',
        network: null,
        tempering: { state: 'never' },
        head: { dim: 1, classCount: 2, weights: new Float32Array(2), bias: new Float32Array(2) },
        validation: { right: 1, n: 1 },
        test: { right: 1, n: 1 },
        predictions: [{ imageId: 1, part: 'test', probabilities }],
        seconds: { features: 0, training: 0, total: 0 },
        endedAtMs: 2,
      })
    }
    renameClass(db, idOf('dog'), 'hound', { atMs: 3 })
    give(1, 'cat', 4)
    expect((await describeImage(db, hashOf(1))).runs).toEqual([
      { runId: 'second', number: 2, part: 'test', label: 'dog', predicted: 'cat', probability: 0.75 },
      { runId: 'first', number: 1, part: 'test', label: 'dog', predicted: 'dog', probability: Math.fround(0.9) },
    ])
    expect((await describeImage(db, hashOf(3))).runs).toEqual([])
  })
})
