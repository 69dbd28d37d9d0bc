import BetterSqlite, { type Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ImageFilter, ImageOrder } from '../../../contract/images.ts'
import type { HistoryStep } from '../../../contract/labels.ts'
import { Recipe } from '../../../contract/runs.ts'
import { readLabelCheck, readOpenDoubts } from '../../doubts/doubt-rows.ts'
import { listSteps, recordStep, redoStep, undoStep } from '../../history/record-step.ts'
import { readIdsOfChosen } from '../../images/chosen-rows.ts'
import { readErasedIds } from '../../images/erased-rows.ts'
import { foldImageName, imageNameOrder } from '../../images/image-name.ts'
import { readUncompared } from '../../images/look-alike-rows.ts'
import { readClasses } from '../../labels/class-rows.ts'
import { readComparison, readLikenesses } from '../../similar/likeness-rows.ts'
import { listRuns, readPredictions } from '../../training/run-rows.ts'
import { listViews } from '../../views/edit-views.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-every-version-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hash = (index: number) => String(index).repeat(64)
const names = ['Äpfel 2.JPG', 'b10.png', 'c.jpg', 'd.jpg']
const float32 = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer)
const recipe = JSON.stringify(Recipe.parse({ backbone: 'some-network' }))

/** What a studio did in a project since the version that could hold it, in the SQL of that version. */
interface Content {
  readonly since: number
  /** A step of the history of this name, which undo takes back; without one: rows that are in no step. */
  readonly step?: HistoryStep['action']
  fill(db: Database): void
}

const contents: readonly Content[] = [
  {
    since: 1,
    fill: (db) => {
      db.exec(`INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2), (2, 'interrupted', 3, 4);
        INSERT INTO project (id, name, folder, created_at_ms) VALUES (1, 'birds', 'birds.graft', 1)`)
      const insert =
        db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, group_id,
        import_id, imported_at_ms) VALUES (?, ?, ?, ?, 'jpeg', 40, 30, 9, '0123456789abcdef', ?, ?, 5)`)
      names.forEach((name, at) => insert.run(at + 1, hash(at), name, `/photos/${name}`, at < 2 ? 1 : null, at === 3 ? 2 : 1))
    },
  },
  {
    since: 1,
    step: 'class-add',
    fill: (db) => void db.exec("INSERT INTO class (id, name, colour, position) VALUES (1, 'cat', '#000000', 0)"),
  },
  {
    since: 1,
    step: 'class-add',
    fill: (db) => void db.exec("INSERT INTO class (id, name, colour, position) VALUES (2, 'dog', '#ffffff', 1)"),
  },
  { since: 1, step: 'label', fill: (db) => void db.exec("INSERT INTO label VALUES (1, 1, 'person', 6), (2, 2, 'folder', 6)") },
  { since: 1, step: 'image-trash', fill: (db) => void db.exec('UPDATE image SET trashed_at_ms = 7 WHERE id = 3') },
  {
    since: 1,
    fill: (db) => {
      db.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'frozen', 8);
        INSERT INTO split_class VALUES (1, 1, 0, 'cat', '#000000'), (1, 2, 1, 'dog', '#ffffff');
        INSERT INTO split_member VALUES (1, 1, 1, 'train'), (1, 2, 2, 'test');
        INSERT INTO extractor VALUES ('hash', 'wasm', '1')`)
      db.prepare(
        `INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, best_epoch, validation_right, validation_n, test_right, test_n,
         created_at_ms, ended_at_ms) VALUES ('run1', 1, 1, 'finished', ?, 'some-network', 'hash', 1, 1, 1, 1, 2, 8, 9)`,
      ).run(recipe)
      db.exec(`INSERT INTO run_epoch VALUES ('run1', 1, 0.5, 0.9, 0.6, 0.8, 12.5); INSERT INTO export VALUES (1, 'run1', '{}', 10)`)
      db.prepare("INSERT INTO run_head VALUES ('run1', 1, 2, ?, ?)").run(float32(1, 2), float32(3, 4))
      db.prepare("INSERT INTO run_prediction VALUES ('run1', 2, 'test', ?)").run(float32(0.25, 0.75))
    },
  },
  { since: 2, fill: (db) => void db.exec(`UPDATE run SET name = 'good', notes = 'as Ida said', tags = '["a","b"]', pinned = 1`) },
  {
    since: 3,
    fill: (db) => {
      const update = db.prepare('UPDATE image SET folded_name = ?, name_order = ? WHERE name = ?')
      for (const name of names) update.run(foldImageName(name), imageNameOrder(name), name)
    },
  },
  {
    since: 4,
    fill: (db) =>
      void db.exec(`INSERT INTO history_recording (id, step_id) VALUES (1, NULL); UPDATE image SET trashed_at_ms = 7 WHERE id = 4;
        DELETE FROM history_recording; INSERT INTO erased_image VALUES (4, 11, 1)`),
  },
  {
    since: 6,
    fill: (db) => void db.prepare('UPDATE run SET network = ?').run(JSON.stringify({ hash: 'net', inputSizePx: 96, featureDim: 8 })),
  },
  { since: 8, step: 'image-note', fill: (db) => void db.exec("UPDATE image SET note = 'ask Ida' WHERE id = 1") },
  {
    since: 8,
    step: 'view-save',
    fill: (db) =>
      void db
        .prepare('INSERT INTO saved_view (id, name, filter, image_order, position) VALUES (1, ?, ?, ?, 0)')
        .run('Noted', JSON.stringify(ImageFilter.parse({ noted: true })), JSON.stringify(ImageOrder.parse({}))),
  },
  { since: 9, fill: (db) => void db.exec('UPDATE import SET is_compared = 1 WHERE id = 1') },
  { since: 10, fill: (db) => void db.exec('UPDATE image SET taken_at_ms = 1000, taken_offset_minutes = 120 WHERE id = 1') },
  { since: 11, fill: (db) => void db.exec('INSERT INTO likeness VALUES (1, 2, 0.95); INSERT INTO comparison VALUES (1, 12, 2)') },
  { since: 11, step: 'look-alikes-keep-all', fill: (db) => void db.exec('INSERT INTO kept_look_alike VALUES (1, 1, NULL), (2, 1, NULL)') },
  { since: 12, step: 'import-labels', fill: (db) => void db.exec("UPDATE label SET source = 'file', set_at_ms = 13 WHERE image_id = 2") },
  {
    since: 13,
    fill: (db) =>
      void db.exec(`INSERT INTO label_check VALUES (1, 14, 'some-network', 2, 1, '[2]'); INSERT INTO label_doubt VALUES (1, 1, 2, 0, 0.9)`),
  },
  { since: 13, step: 'label-keep', fill: (db) => void db.exec('INSERT INTO kept_label VALUES (2, 2, 15)') },
  { since: 14, step: 'class-key', fill: (db) => void db.exec("UPDATE class SET key = 'c' WHERE id = 1") },
  { since: 15, fill: (db) => void db.exec("INSERT INTO chosen_images VALUES ('0123456789abcdef', '[1,2]', 16)") },
  { since: 16, fill: (db) => void db.exec('INSERT INTO image_measure VALUES (1, 0.25, 250, 0.5)') },
  { since: 16, step: 'image-fine', fill: (db) => void db.exec('INSERT INTO fine_image VALUES (1, 17)') },
  {
    since: 17,
    step: 'import-labels',
    fill: (db) =>
      void db
        .prepare(
          `INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, import_id, imported_at_ms)
           VALUES (5, ?, 'e', '/e', 'jpeg', 1, 1, 1, '0000000000000000', 1, 18)`,
        )
        .run(hash(5)),
  },
  { since: 18, fill: (db) => void db.exec("UPDATE image SET pixel_hash = 'fedcba9876543210' WHERE id = 1") },
  {
    since: 21,
    fill: (db) =>
      void db
        .prepare('UPDATE run SET temperature = 2, tempering = ?, answer_from_percent = 80')
        .run(JSON.stringify({ state: 'tempered', photos: 40, temperature: 2, lossBefore: 0.5, lossAfter: 0.25 })),
  },
  {
    since: 22,
    fill: (db) =>
      void db.prepare('UPDATE run SET foreign_check = ?').run(JSON.stringify({ ofHundred: 5, nearness: 0.5, photos: 40, test: null })),
  },
  // The last one is undone when the project is closed.
  { since: 1, step: 'label', fill: (db) => void db.exec('UPDATE label SET class_id = 1, set_at_ms = 20 WHERE image_id = 2') },
]

/** The database as a studio of that version left it. */
function databaseOf(version: number): string {
  const file = join(folder, 'project.sqlite')
  const db = new BetterSqlite(file)
  for (const setting of ['foreign_keys = ON', 'synchronous = OFF']) db.pragma(setting)
  migrate(db, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, version) })
  for (const [at, { since, step, fill }] of contents.entries()) {
    if (since > version) continue
    if (step === undefined) fill(db)
    else recordStep(db, { action: step, details: {}, atMs: at }, () => fill(db))
  }
  undoStep(db)
  db.close()
  return file
}

const rowsOf = (db: Database, sql: string) => db.prepare(sql).raw().all() as unknown[][]

/** All that steps decide about. */
function readDecided(db: Database) {
  return {
    labels: rowsOf(db, 'SELECT image_id, class_id, source, set_at_ms FROM label ORDER BY image_id'),
    classes: rowsOf(db, 'SELECT id, name, key FROM class WHERE deleted_at_ms IS NULL ORDER BY id'),
    images: rowsOf(db, 'SELECT id, trashed_at_ms, note FROM image ORDER BY id'),
    views: rowsOf(db, 'SELECT name FROM saved_view'),
    kept: rowsOf(db, 'SELECT image_id, sure_with FROM kept_look_alike UNION ALL SELECT image_id, class_id FROM kept_label'),
    fine: rowsOf(db, 'SELECT image_id, marked_at_ms FROM fine_image'),
  }
}

type Has = (since: number) => boolean

/** What the steps of a project of some version have decided, as the newest version tells it. */
function decidedWith(has: Has): ReturnType<typeof readDecided> {
  return {
    labels: [
      [1, 1, 'person', 6],
      [2, 2, has(12) ? 'file' : 'folder', has(12) ? 13 : 6],
    ],
    classes: [
      [1, 'cat', has(14) ? 'c' : null],
      [2, 'dog', null],
    ],
    images: [
      [1, null, has(8) ? 'ask Ida' : ''],
      [2, null, ''],
      [3, 7, ''],
      [4, has(4) ? 7 : null, ''],
      ...(has(17) ? [[5, null, '']] : []),
    ],
    views: has(8) ? [['Noted']] : [],
    kept: [
      ...(has(11)
        ? [
            [1, 1],
            [2, 1],
          ]
        : []),
      ...(has(13) ? [[2, 2]] : []),
    ],
    fine: has(16) ? [[1, 17]] : [],
  }
}

/** Images and runs, which every version has. */
function expectImagesAndRuns(db: Database, has: Has): void {
  expect(readClasses(db).map(({ name, images }) => [name, images])).toEqual([
    ['cat', 1],
    ['dog', 1],
  ])
  const named = names.map((name, at) => [hash(at), name, `/photos/${name}`, foldImageName(name), imageNameOrder(name)])
  expect(rowsOf(db, 'SELECT hash, name, source_path, folded_name, name_order FROM image WHERE id < 5 ORDER BY id')).toEqual(named)
  expect(rowsOf(db, 'SELECT id, group_id, taken_at_ms, taken_offset_minutes FROM image WHERE id < 5 ORDER BY id')).toEqual([
    [1, 1, has(10) ? 1000 : null, has(10) ? 120 : null],
    [2, 1, null, null],
    [3, null, null, null],
    [4, null, null, null],
  ])
  expect(listRuns(db)).toMatchObject([
    {
      ...{ id: 'run1', state: 'finished', bestEpoch: 1, validation: { n: 1 }, test: { accuracy: 0.5, n: 2 } },
      ...(has(2)
        ? { name: 'good', notes: 'as Ida said', tags: ['a', 'b'], pinned: true }
        : { name: null, notes: '', tags: [], pinned: false }),
    },
  ])
  // The numbers of a run of before stay as they were.
  expect(listRuns(db)).toMatchObject([
    has(21)
      ? { tempering: { state: 'tempered', temperature: 2 }, answerFromPercent: 80 }
      : { tempering: { state: 'never' }, answerFromPercent: 0 },
  ])
  expect(listRuns(db)[0]?.foreign?.nearness).toBe(has(22) ? 0.5 : undefined)
  const [said] = readPredictions(db, 'run1', 'test')
  const odds = has(21) ? Math.sqrt(3) : 3
  expect(said?.probabilities[1]).toBeCloseTo(odds / (1 + odds), 6)
  expect(rowsOf(db, 'SELECT network FROM run')).toEqual([[has(6) ? '{"hash":"net","inputSizePx":96,"featureDim":8}' : null]])
  expect(rowsOf(db, 'SELECT weights, bias FROM run_head')).toEqual([[float32(1, 2), float32(3, 4)]])
  expect(rowsOf(db, 'SELECT image_id, part, probabilities FROM run_prediction')).toEqual([[2, 'test', float32(0.25, 0.75)]])
  expect(rowsOf(db, 'SELECT train_loss, duration_ms FROM run_epoch')).toEqual([[0.5, 12.5]])
  expect(rowsOf(db, 'SELECT image_id, class_id, part FROM split_member')).toEqual([
    [1, 1, 'train'],
    [2, 2, 'test'],
  ])
  expect(rowsOf(db, 'SELECT engine FROM extractor UNION ALL SELECT proof FROM export')).toEqual([['wasm'], ['{}']])
}

/** What only later versions have: there where it was, empty elsewhere. */
function expectLaterTables(db: Database, has: Has): void {
  expect([...readErasedIds(db)]).toEqual(has(4) ? [4] : [])
  // The images of an import that was cut off are compared with those of the next one.
  expect(readUncompared(db, 99).map(({ id }) => id)).toEqual(has(4) ? [] : [4])
  expect(rowsOf(db, 'SELECT id, is_compared FROM import')).toEqual([
    [1, 1],
    [2, 0],
  ])
  expect(listViews(db).map(({ filter, missing }) => [filter, missing])).toEqual(has(8) ? [[ImageFilter.parse({ noted: true }), []]] : [])
  expect(readLikenesses(db)).toEqual(has(11) ? [{ imageId: 1, otherId: 2, similarity: 0.95 }] : [])
  expect(readComparison(db)?.atMs).toBe(has(11) ? 12 : undefined)
  expect(readLabelCheck(db)?.leftOut).toEqual(has(13) ? [2] : undefined)
  expect(readOpenDoubts(db, 9).map(({ imageId }) => imageId)).toEqual(has(13) ? [1] : [])
  if (has(15)) expect([...readIdsOfChosen(db, '0123456789abcdef')]).toEqual([1, 2])
  expect(rowsOf(db, 'SELECT * FROM image_measure')).toEqual(has(16) ? [[1, 0.25, 250, 0.5]] : [])
  expect(rowsOf(db, 'SELECT id, pixel_hash FROM image WHERE pixel_hash IS NOT NULL')).toEqual(has(18) ? [[1, 'fedcba9876543210']] : [])
}

function expectHistory(db: Database, has: Has): void {
  const decided = decidedWith(has)
  const { total, undone } = listSteps(db, { offset: 0, limit: 1 })
  const steps = contents.filter(({ since, step }) => has(since) && step !== undefined).length
  expect([total, undone]).toEqual([steps, 1])
  for (let step = undone; step < total; step++) undoStep(db)
  expect(readDecided(db)).toEqual({
    ...{ labels: [], classes: [], views: [], kept: [], fine: [] },
    // A photo that came within a step lies in the trash once that is undone.
    images: decided.images.map(([id]) => [id, id === 5 ? 18 : id === 4 && has(4) ? 7 : null, '']),
  })
  for (let step = undone; step < total; step++) redoStep(db)
  expect(readDecided(db)).toEqual(decided)
  redoStep(db)
  expect(readDecided(db).labels).toEqual([
    [1, 1, 'person', 6],
    [2, 1, has(12) ? 'file' : 'folder', 20],
  ])
}

test.each(migrations.map(({ version }) => version))(
  'a project of version %i is all there in the newest one, with its history',
  (version) => {
    const db = openDatabase(databaseOf(version), { backupDir: join(folder, 'backups') })
    db.pragma('synchronous = OFF')
    const has = (since: number) => version >= since
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(readDecided(db)).toEqual(decidedWith(has))
    expectImagesAndRuns(db, has)
    expectLaterTables(db, has)
    expectHistory(db, has)
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.close()

    if (version === migrations.length) return
    const copy = new BetterSqlite(join(folder, `backups/project-version-${version}.sqlite`), { readonly: true })
    expect(copy.pragma('user_version', { simple: true })).toBe(version)
    expect(copy.prepare('SELECT COUNT(*) FROM label').pluck().get()).toBe(2)
    copy.close()
  },
)
