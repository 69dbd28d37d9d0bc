import BetterSqlite, { type Database } from 'better-sqlite3'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { fillProject, hashOfImage, perform } from '../history/history-model-for-tests.ts'
import { migrate, migrations } from '../db/migrate.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { createProject, openProject } from '../project/open-project.ts'
import { restoreBackup } from './restore-backup.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-hostile-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const { signal } = new AbortController()
const job: JobContext = { signal, stopSignal: signal, pauseSignal: signal, progress: () => undefined, emit: () => undefined }
const log = { info: () => undefined, error: () => undefined }
const there = () => join(folder, 'there')
const clock = () => 1_700_000_000_000

/** The database of a real project, closed, for `change` to make something else of. */
function databaseOf(change: (db: Database) => void): string {
  const made = createProject({ name: 'birds', folder: join(folder, 'here'), clock })
  fillProject(made.db)
  perform(made.db, { do: 'add', name: 'robin' }, 1)
  perform(made.db, { do: 'label', images: [0, 1], at: 0 }, 2)
  const { database } = made.files
  made.close()
  const db = new BetterSqlite(database)
  db.pragma('journal_mode = DELETE')
  db.pragma('foreign_keys = OFF')
  change(db)
  db.close()
  return database
}

/** A backup whose list is right, whatever the database holds. */
async function backupOf(database: Buffer, name = 'made'): Promise<string> {
  const path = join(folder, `${name}.graft-backup`)
  const files = [
    { path: 'project.sqlite', content: database },
    ...[0, 1, 2].map((index) => ({ path: `images/${index}${index}/${hashOfImage(index)}.jpg`, content: Buffer.alloc(20_000, index) })),
  ]
  const archive = new ZipFile()
  for (const file of files) archive.addBuffer(file.content, file.path)
  const listed = files.map((file) => ({
    ...{ path: file.path, bytes: file.content.length },
    sha256: createHash('sha256').update(file.content).digest('hex'),
  }))
  const manifest = { format: 'graft-backup', version: 1, project: 'birds', createdAtMs: 1, images: 3, files: listed }
  archive.addBuffer(Buffer.from(JSON.stringify(manifest)), 'backup.json')
  archive.end()
  await pipeline(archive.outputStream, createWriteStream(path))
  return path
}

const restore = (path: string) => restoreBackup({ path, folder: there(), rescue: false, log }, job)

async function refusalOf(path: string): Promise<Record<string, unknown>> {
  const error = await restore(path).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'BACKUP_DAMAGED', details: { path } })
  expect(readdirSync(there())).toEqual([])
  return (error as { details: Record<string, unknown> }).details
}

const named = (index: number, sql: string) => (db: Database) =>
  void db.exec(
    `INSERT INTO history_recording (id, step_id) VALUES (1, NULL); ${sql.replaceAll('$', String(index))}; DELETE FROM history_recording`,
  )

describe('a backup whose database', () => {
  test('is as a project leaves it, of any version, is restored', async () => {
    const { path } = await restore(await backupOf(readFileSync(databaseOf((db) => void db.exec('ANALYZE')))))
    openProject(path, { clock }).close()
    for (const version of [1, 7, 12]) {
      const file = join(folder, `old-${version}.sqlite`)
      const old = new BetterSqlite(file)
      migrate(old, { backupDir: folder, migrations: migrations.slice(0, version) })
      old.exec(`INSERT INTO project (id, name, folder, created_at_ms) VALUES (1, 'birds', 'birds.graft', 1)`)
      old.close()
      const restored = await restore(await backupOf(readFileSync(file), `old-${version}`))
      openProject(restored.path, { clock }).close()
    }
  })

  test.each<[string, (db: Database) => void, string]>([
    [
      'has a trigger of its own',
      (db) => void db.exec('CREATE TRIGGER evil AFTER INSERT ON import BEGIN DELETE FROM label; END'),
      'the trigger evil',
    ],
    ['has a view', (db) => void db.exec('CREATE VIEW evil AS SELECT * FROM image'), 'the view evil'],
    ['has a table of its own', (db) => void db.exec('CREATE VIRTUAL TABLE evil USING fts5(text)'), 'the table evil'],
    [
      'has a view in the place of a table',
      (db) => void db.exec('DROP TABLE image_measure; CREATE VIEW image_measure AS SELECT id AS image_id FROM image'),
      'the view image_measure',
    ],
    [
      'lacks a trigger of the history',
      (db) => void db.exec('DROP TRIGGER label_insert_is_recorded'),
      'without the trigger label_insert_is_recorded',
    ],
    ['is of another schema', (db) => void db.exec('ALTER TABLE image ADD COLUMN more TEXT'), 'the table image'],
    [
      'names a photo by a path',
      named(1, `UPDATE image SET hash = '${'/../../../etc/passwd'.padEnd(64, 'a')}' WHERE id = $`),
      `a photo with the hash "${'/../../../etc/passwd'.padEnd(64, 'a')}"`,
    ],
    [
      'names a run by a path',
      (db) =>
        void db.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'frozen', 1);
          INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, created_at_ms, ended_at_ms)
          VALUES ('../../evil', 1, 1, 'interrupted', '{}', 'some-network', 'hash', 1, 2)`),
      'a run with the id "../../evil"',
    ],
    [
      'names a network by a path',
      (db) =>
        void db.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'frozen', 1);
          INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, created_at_ms, ended_at_ms)
          VALUES ('run1', 1, 1, 'interrupted', '{}', '/etc', 'hash', 1, 2)`),
      'a run on the network "/etc"',
    ],
    ['names its project by a path', (db) => void db.exec("UPDATE project SET name = '../../evil'"), 'a project with the name "../../evil"'],
    ['holds no project', (db) => void db.exec('DELETE FROM project'), 'no project'],
    [
      'holds a view that cannot be read',
      named(1, `INSERT INTO saved_view (id, name, filter, image_order, position) VALUES ($, 'odd', '{"class":"x y"}', '{}', 0)`),
      'the view "odd"',
    ],
  ])('%s is refused with what is in it', async (_, change, detail) => {
    const details = await refusalOf(await backupOf(readFileSync(databaseOf(change))))
    expect(details).toMatchObject({ reason: 'database-foreign', file: 'project.sqlite', detail })
  })

  test('is none, is empty, of another program, or of a newer Graft is refused', async () => {
    const broken = { reason: 'database-broken', file: 'project.sqlite' }
    expect(await refusalOf(await backupOf(Buffer.from('no database at all, but long enough for one'.repeat(200))))).toMatchObject(broken)
    expect(await refusalOf(await backupOf(Buffer.alloc(0)))).toMatchObject(broken)
    const other = new BetterSqlite(join(folder, 'other.sqlite'))
    other.exec('CREATE TABLE recipe (value TEXT)')
    other.close()
    expect(await refusalOf(await backupOf(readFileSync(join(folder, 'other.sqlite'))))).toMatchObject(broken)
    const newer = databaseOf((db) => void db.pragma('user_version = 99'))
    expect(await refusalOf(await backupOf(readFileSync(newer)))).toMatchObject({ reason: 'newer' })
  })

  test('says that it has more pages, was cut off, or has torn pages, an index that lacks a row, or a row that refers to none is refused', async () => {
    const whole = readFileSync(databaseOf(() => undefined))
    const many = Buffer.from(whole)
    many.writeUInt32BE(0xfffffffe, 28)
    expect(await refusalOf(await backupOf(many))).toMatchObject({ reason: 'database-broken' })
    expect(await refusalOf(await backupOf(whole.subarray(0, whole.length - 4096)))).toMatchObject({ reason: 'database-broken' })
    const torn = Buffer.from(whole)
    torn.fill(0xa5, 3 * 4096, 6 * 4096)
    expect(await refusalOf(await backupOf(torn))).toMatchObject({ reason: 'database-broken' })
    rmSync(join(folder, 'here'), { recursive: true })
    const unindexed = databaseOf((db) => {
      db.unsafeMode(true)
      db.pragma('writable_schema = ON')
      const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'label_by_time'").pluck().get()
      db.prepare("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'label_by_class'").run(root)
    })
    expect(await refusalOf(await backupOf(readFileSync(unindexed)))).toMatchObject({ reason: 'database-broken' })
    rmSync(join(folder, 'here'), { recursive: true })
    const dangling = databaseOf(named(9, `INSERT INTO label (image_id, class_id, source, set_at_ms) VALUES ($, 1, 'person', 1)`))
    expect(await refusalOf(await backupOf(readFileSync(dangling)))).toMatchObject({ detail: 'a row of label refers to none of image' })
  })
})

test('a backup that was cut off anywhere, down to its last byte, is refused', async () => {
  const path = await backupOf(readFileSync(databaseOf(() => undefined)))
  const { length } = readFileSync(path)
  for (const bytes of [length - 1, length - 22, Math.floor(length / 2), 100, 0]) {
    truncateSync(path, bytes)
    expect(await refusalOf(path)).toMatchObject({ reason: 'no-backup' })
  }
})

/** A disk of its own, in a namespace where this user may have one. */
const inOwnSpace = ['--map-root-user', '--mount', 'sh', '-c']
const hasOwnSpace = process.platform === 'linux' && spawnSync('unshare', [...inOwnSpace, 'mount -t tmpfs x /tmp']).status === 0

describe.skipIf(!hasOwnSpace)(`on a disk that is full${hasOwnSpace ? '' : ' (skipped: no disk of its own can be made here)'}`, () => {
  const program = join(import.meta.dirname, 'full-disk-for-tests.ts')
  /** What the program says and what is left on the small disk then. */
  function onDisk(options: string, ...args: readonly string[]): { error: string; left: string[] } {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    const script = `mount -t tmpfs -o ${options} x "$0" && exec "$@"`
    const node = [process.execPath, ...process.execArgv, program, disk, ...args]
    return JSON.parse(execFileSync('unshare', [...inOwnSpace, script, disk, ...node], { encoding: 'utf8' })) as {
      error: string
      left: string[]
    }
  }

  test('a backup says so and leaves nothing of itself', () => {
    databaseOf(() => undefined)
    const root = join(folder, 'here/birds.graft')
    for (const index of [0, 1, 2]) {
      mkdirSync(join(root, `images/${index}${index}`), { recursive: true })
      writeFileSync(join(root, `images/${index}${index}/${hashOfImage(index)}.jpg`), Buffer.alloc(600_000, index))
    }
    expect(onDisk('size=1m', 'backup', root)).toEqual({ error: 'DISK_FULL', left: [] })
  })

  test('restoring says so, before anything is written or when a file finds no place, and leaves nothing of itself', async () => {
    const path = await backupOf(readFileSync(databaseOf(() => undefined)))
    expect(onDisk('size=100k', 'restore', path)).toEqual({ error: 'DISK_FULL', left: [] })
    rmSync(join(folder, 'disk'), { recursive: true })
    expect(onDisk('nr_inodes=6', 'restore', path)).toEqual({ error: 'DISK_FULL', left: [] })
  })
})
