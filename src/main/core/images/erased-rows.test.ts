import { fc, test } from '@fast-check/vitest'
import type { Database } from 'better-sqlite3'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as example } from 'vitest'
import { ImportReport } from '../../contract/images.ts'
import { openDatabase } from '../db/open-database.ts'
import { writeLabelCheck } from '../doubts/doubt-rows.ts'
import { historyState, listSteps, recordStep, redoStep, undoStep } from '../history/record-step.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass, deleteClass, renameClass } from '../labels/edit-classes.ts'
import { labelImported } from '../labels/label-imported-for-tests.ts'
import { giveImported, setLabels } from '../labels/set-labels.ts'
import { readLikenesses, writeComparison } from '../similar/likeness-rows.ts'
import { readIdsOfChosen, rememberChosen } from './chosen-rows.ts'
import { eraseImages, readErasable } from './erased-rows.ts'
import { insertImage, readImage, setTrashed } from './image-rows.ts'
import { setGroups } from './look-alike-rows.ts'
import { endImport, insertImport, readImports } from './import-rows.ts'
import { noteImage } from './note-image.ts'

const imageCount = 5
const hashOf = (index: number): string => String(index).repeat(64)

function withProject<T>(work: (open: () => Database) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'graft-erased-'))
  const opened: Database[] = []
  const open = (): Database => {
    const db = openDatabase(join(folder, `${opened.length}.sqlite`))
    opened.push(db)
    const importId = insertImport(db, 1)
    const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, perceptualHash: '0f'.repeat(8), importedAtMs: 1, importId }
    for (let at = 0; at < imageCount; at++) insertImage(db, { hash: hashOf(at), name: `${at}`, sourcePath: `/${at}`, ...picture })
    return db
  }
  try {
    return work(open)
  } finally {
    for (const db of opened) db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const images = fc.uniqueArray(fc.nat({ max: imageCount - 1 }), { minLength: 1 })
const name = fc.constantFrom('cat', 'dog')
const operation = fc.oneof(
  fc.record({ do: fc.constant('label' as const), images, to: fc.option(fc.nat({ max: 1 })) }),
  fc.record({ do: fc.constant('import' as const), images, name }),
  fc.record({ do: fc.constant('add' as const), name }),
  fc.record({ do: fc.constant('rename' as const), name: fc.constantFrom('bird', 'fish') }),
  fc.record({ do: fc.constant('delete' as const) }),
  fc.record({ do: fc.constant('trash' as const), images, back: fc.boolean() }),
  fc.record({ do: fc.constant('undo' as const) }),
)
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never

/** What is refused in one project is refused in the other, and leaves both as they are. */
function apply(db: Database, operation: Operation, atMs: number): void {
  const classId = readClasses(db)[0]?.id ?? 1_000_000
  try {
    if (operation.do === 'label') {
      const to = operation.to === null ? null : (readClasses(db)[operation.to]?.id ?? 1_000_000)
      setLabels(db, { hashes: operation.images.map(hashOf), classId: to, source: 'person', atMs })
    } else if (operation.do === 'import') {
      const labels = operation.images.map((image) => ({ imageId: image + 1, className: operation.name }))
      labelImported(db, labels, { atMs })
    } else if (operation.do === 'add') addClass(db, operation.name, { atMs })
    else if (operation.do === 'rename') renameClass(db, classId, operation.name, { atMs })
    else if (operation.do === 'delete') deleteClass(db, classId, { atMs })
    else if (operation.do === 'undo') undoStep(db)
    else
      recordStep(db, { action: 'image-trash', details: { images: operation.images.length }, atMs }, () =>
        setTrashed(db, operation.images.map(hashOf), operation.back ? null : atMs),
      )
  } catch (error) {
    expect(error).toMatchObject({ name: 'StudioError' })
  }
}

/** Classes in use, and label and trash of each image that is not among `without`. */
function stateOf(db: Database, without: ReadonlySet<number>): unknown {
  const rows = db
    .prepare<[], { id: number }>('SELECT id, class_id, source, set_at_ms, trashed_at_ms FROM image LEFT JOIN label ON image_id = id')
    .all()
  return { classes: readClasses(db).map(({ id, name, colour }) => [id, name, colour]), rows: rows.filter(({ id }) => !without.has(id)) }
}

function undoAll(db: Database): void {
  while (historyState(db).undo !== null) undoStep(db)
}
function redoAll(db: Database): void {
  while (historyState(db).redo !== null) redoStep(db)
}

test.prop([fc.array(operation, { minLength: 1, maxLength: 25 }), images, fc.boolean()], { numRuns: 40 })(
  'undo and redo do for all other photos what they did before some were deleted for good',
  (operations, erased, undoFirst) => {
    withProject((open) => {
      const [db, untouched] = [open(), open()]
      operations.forEach((each, at) => [db, untouched].forEach((project) => apply(project, each, at + 1)))
      const { images: gone } = readErasable(db, erased.map(hashOf), new Set())
      const ids = new Set(gone.map(({ id }) => id))
      eraseImages(db, [...ids], 100)
      const same = () => expect(stateOf(db, ids)).toEqual(stateOf(untouched, ids))
      same()
      const ways = undoFirst ? [undoAll, redoAll, undoAll] : [redoAll, undoAll, redoAll]
      for (const way of ways) {
        for (const project of [db, untouched]) way(project)
        same()
        const left = db.prepare('SELECT id FROM image JOIN label ON image_id = id').pluck().all()
        for (const id of ids) expect(left).not.toContain(id)
        expect(
          readErasable(
            db,
            gone.map(({ hash }) => hash),
            new Set(),
          ).images,
        ).toEqual([])
      }
    })
  },
)

example('a group that has one photo left is none, and a larger one stays', () => {
  withProject((open) => {
    const db = open()
    setGroups(db, new Map([1, 2].map((id) => [id, 1])))
    setGroups(db, new Map([3, 4, 5].map((id) => [id, 2])))
    const gone = [hashOf(0), hashOf(2)]
    recordStep(db, { action: 'image-trash', details: {}, atMs: 1 }, () => setTrashed(db, gone, 1))
    eraseImages(
      db,
      readErasable(db, gone, new Set()).images.map(({ id }) => id),
      2,
    )
    expect([0, 1, 2, 3, 4].map((at) => readImage(db, hashOf(at)).groupId)).toEqual([null, null, null, 2, 2])
  })
})

example(
  'deleting photos for good passes over reports and steps that nobody can read, and leaves lines about another photo of the same name',
  () => {
    withProject((open) => {
      const db = open()
      const nothing = { images: 0, labelled: 0, duplicates: 2, nearDuplicates: 0, skipped: [], seconds: 1, cancelled: false }
      const skipped = [0, 1].map((at) => ({ file: `/${at}/a.jpg`, reason: 'duplicate' as const, detail: 'a.jpg', hash: hashOf(at) }))
      const report = ImportReport.parse({ ...nothing, skipped })
      endImport(db, insertImport(db, 2), { state: 'finished', report, endedAtMs: 3 })
      const bad = insertImport(db, 4)
      db.prepare('UPDATE import SET report = ? WHERE id = ?').run('{"images":"many"}', bad)
      expect(readImports(db, 9)).toHaveLength(1)
      db.exec(`INSERT INTO history_step (action, details, at_ms, state) VALUES ('sing', '[1]', 1, 'done')`)
      recordStep(db, { action: 'image-trash', details: { images: 1 }, atMs: 5 }, () => setTrashed(db, [hashOf(0)], 5))
      eraseImages(db, [1], 6)
      expect(readImports(db, 9).map((each) => each.report.skipped.map(({ hash }) => hash))).toEqual([[hashOf(1)]])
      expect(db.prepare('SELECT report FROM import WHERE id = ?').pluck().get(bad)).toBeNull()
      expect(listSteps(db, { offset: 0, limit: 9 }).steps).toMatchObject([{ action: 'unknown', details: {}, isDone: true }])
    })
  },
)

example('an import that brought some photos and labelled others still counts those that it brought', () => {
  withProject((open) => {
    const db = open()
    const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, perceptualHash: '0f'.repeat(8), importedAtMs: 1, importId: 1 }
    recordStep(db, { action: 'image-add', details: { images: 2, labelled: 3 }, atMs: 1 }, () => {
      for (const at of [5, 6]) insertImage(db, { hash: hashOf(at), name: `${at}`, sourcePath: `/${at}`, ...picture })
      giveImported(
        db,
        [1, 2, 6].map((imageId) => ({ imageId, className: 'cat' })),
        1,
      )
    })
    eraseImages(db, [1], 2)
    expect(historyState(db).undo?.details).toEqual({ images: 2, labelled: 2 })
    eraseImages(db, [6], 3)
    expect(historyState(db).undo?.details).toEqual({ images: 1, labelled: 1 })
  })
})

example('a comparison that ends after a photo was deleted for good says nothing of that', () => {
  withProject((open) => {
    const db = open()
    const likenesses = [1, 2].map((imageId) => ({ imageId, otherId: imageId + 1, similarity: 0.9 }))
    recordStep(db, { action: 'image-trash', details: {}, atMs: 1 }, () => setTrashed(db, [hashOf(0)], 1))
    eraseImages(db, [1], 2)
    writeComparison(db, likenesses, { atMs: 3, newestImage: 5 })
    expect(readLikenesses(db)).toEqual(likenesses.slice(1))
  })
})

example('a step that did more than label a photo which is gone does not name that any more', () => {
  withProject((open) => {
    const db = open()
    recordStep(db, { action: 'image-add', details: (images) => ({ images }), atMs: 1 }, () => {
      return giveImported(db, [{ imageId: 1, className: 'cat' }], 1).labelled
    })
    expect(historyState(db).undo?.details).toEqual({ images: 1, photo: '0' })
    eraseImages(db, [1], 2)
    expect(historyState(db).undo?.details['photo']).toBe(undefined)
  })
})

example('nothing that shows or names a photo is left: not in the tables, not in an empty place of the file, not in its log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-traces-'))
  try {
    const file = join(folder, 'project.sqlite')
    const db = openDatabase(file)
    const importId = insertImport(db, 1)
    const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, importedAtMs: 1, importId }
    const names = ['secret-face.jpg', 'other-a.jpg', 'other-b.jpg']
    names.forEach((each, at) =>
      insertImage(db, {
        hash: hashOf(at),
        name: each,
        sourcePath: `/photos/${each}`,
        perceptualHash: `${at}123abcd`.repeat(2),
        ...picture,
      }),
    )
    const report = ImportReport.parse({
      ...{ images: 3, labelled: 0, duplicates: 2, nearDuplicates: 0, seconds: 1, cancelled: false },
      skipped: [
        { file: '/again/secret-face copy.jpg', reason: 'duplicate', detail: 'secret-face.jpg' },
        { file: '/again/other-a.jpg', reason: 'duplicate', detail: 'other-a.jpg' },
      ],
      conflicts: [0, 1].map((at) => ({ file: `/again/${names[at]}`, hash: hashOf(at), class: 'cat', folderClass: 'dog' })),
      several: [{ file: '/again/secret-face.jpg', hash: hashOf(0), classes: ['cat', 'dog'] }],
    })
    endImport(db, importId, { state: 'finished', report, endedAtMs: 2 })
    for (const [at, each] of ['cat', 'dog'].entries()) addClass(db, each, { atMs: at })
    setLabels(db, { hashes: [hashOf(0), hashOf(1)], classId: 1, source: 'person', atMs: 3 })
    noteImage(db, { hash: hashOf(0), note: 'the secret of Ida', atMs: 4 })
    writeComparison(
      db,
      [
        { imageId: 1, otherId: 2, similarity: 0.9 },
        { imageId: 2, otherId: 3, similarity: 0.9 },
      ],
      { atMs: 5, newestImage: 3 },
    )
    const doubt = { classId: 1, likelyId: 2, certainty: 0.9 }
    writeLabelCheck(db, { checkedAtMs: 6, backbone: 'some', images: 2, estimatedWrong: 2, leftOut: [] }, [
      { imageId: 1, ...doubt },
      { imageId: 2, ...doubt },
    ])
    const [alone, together] = [[hashOf(0)], [hashOf(0), hashOf(1)]].map((hashes, at) => rememberChosen(db, hashes, at))
    recordStep(db, { action: 'image-trash', details: {}, atMs: 7 }, () => setTrashed(db, [hashOf(0)], 7))
    eraseImages(db, [1], 8)
    expect(readLikenesses(db)).toEqual([{ imageId: 2, otherId: 3, similarity: 0.9 }])
    expect(db.prepare('SELECT image_id FROM label_doubt').pluck().all()).toEqual([2])
    expect(() => readIdsOfChosen(db, alone ?? '')).toThrow(expect.objectContaining({ code: 'CHOICE_FORGOTTEN' }) as Error)
    expect([...readIdsOfChosen(db, together ?? '')]).toEqual([2])
    const [kept] = readImports(db, 1)
    expect(kept?.report.skipped.map(({ detail }) => detail)).toEqual(['other-a.jpg'])
    expect(kept?.report).toMatchObject({ conflicts: [{ hash: hashOf(1) }], several: [], duplicates: 2 })
    db.pragma('wal_checkpoint(TRUNCATE)')
    for (const path of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, path))
      for (const trace of ['secret', 'Ida', '0123abcd']) expect([path, trace, bytes.includes(trace)]).toEqual([path, trace, false])
    }
    expect(readFileSync(file).includes('other-a.jpg')).toBe(true)
    db.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
