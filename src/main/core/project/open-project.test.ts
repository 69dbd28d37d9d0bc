import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { createProject, openProject, requireOpenable } from './open-project.ts'
import { makeProjectSession } from './project-session.ts'
import { trashProject } from './trash-project.ts'

let folder: string
const clock = () => 1_700_000_000_000
const code = (value: string) => expect.objectContaining({ code: value }) as Error
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-project-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a project is made, closed, and opened again with and without a slash', () => {
  const made = createProject({ name: 'Katzen & Hunde', folder: join(folder, 'new'), clock })
  expect(basename(made.files.root)).toBe('Katzen & Hunde.graft')
  made.close()
  made.close()
  for (const path of [made.files.root, `${made.files.root}/`]) {
    const project = openProject(path, { clock })
    expect(project.name).toBe('Katzen & Hunde')
    project.close()
  }
})

test('a project that is there already, and a place that cannot be written, are refused and nothing is left', () => {
  createProject({ name: 'a', folder, clock }).close()
  const before = readFileSync(join(folder, 'a.graft', 'project.sqlite'))
  expect(() => createProject({ name: 'a', folder, clock })).toThrow(code('PROJECT_EXISTS'))
  expect(readFileSync(join(folder, 'a.graft', 'project.sqlite'))).toEqual(before)
  writeFileSync(join(folder, 'file'), '')
  expect(() => createProject({ name: 'x'.repeat(300), folder, clock })).toThrow(code('NOT_WRITABLE'))
  expect(() => createProject({ name: 'a', folder: join(folder, 'file'), clock })).toThrow(code('NOT_WRITABLE'))
})

test('a folder that is no project, or a damaged one, says so', () => {
  expect(() => openProject(join(folder, 'nowhere'), { clock })).toThrow(code('PROJECT_NOT_FOUND'))
  expect(() => openProject(folder, { clock })).toThrow(code('PROJECT_NOT_FOUND'))
  for (const content of ['', 'no database']) {
    mkdirSync(join(folder, 'bad.graft'), { recursive: true })
    writeFileSync(join(folder, 'bad.graft', 'project.sqlite'), content)
    expect(() => openProject(join(folder, 'bad.graft'), { clock })).toThrow(code('PROJECT_DAMAGED'))
    expect(existsSync(join(folder, 'bad.graft', 'lock.json'))).toBe(false)
  }
  mkdirSync(join(folder, 'other.graft'))
  openDatabase(join(folder, 'other.graft', 'project.sqlite')).close()
  expect(() => openProject(join(folder, 'other.graft'), { clock })).toThrow(code('PROJECT_DAMAGED'))
})

test('whether a project could be opened is known without opening it', () => {
  const made = createProject({ name: 'a', folder, clock })
  const { root, database } = made.files
  expect(() => requireOpenable(root)).toThrow(code('PROJECT_LOCKED'))
  made.close()
  const before = readFileSync(database)
  requireOpenable(root)
  expect(readFileSync(database)).toEqual(before)
  openProject(root, { clock }).close()
  const newer = openDatabase(database)
  newer.pragma('user_version = 999')
  newer.close()
  expect(() => requireOpenable(root)).toThrow(code('PROJECT_TOO_NEW'))
  writeFileSync(database, 'no database')
  expect(() => requireOpenable(root)).toThrow(code('PROJECT_DAMAGED'))
  expect(() => requireOpenable(join(folder, 'nowhere'))).toThrow(code('PROJECT_NOT_FOUND'))
})

test('two openings of one project at a time are refused, by whichever path', () => {
  const project = createProject({ name: 'a', folder, clock })
  symlinkSync(project.files.root, join(folder, 'link.graft'))
  expect(() => openProject(join(folder, 'link.graft'), { clock })).toThrow(code('PROJECT_LOCKED'))
  project.close()
})

test('a moved, copied or renamed folder opens and is called as its folder', () => {
  createProject({ name: 'a', folder, clock }).close()
  mkdirSync(join(folder, 'drive'))
  renameSync(join(folder, 'a.graft'), join(folder, 'drive', 'felines.graft'))
  cpSync(join(folder, 'drive', 'felines.graft'), join(folder, 'copy'), { recursive: true })
  for (const [path, name] of [
    [join(folder, 'drive', 'felines.graft'), 'felines'],
    [join(folder, 'copy'), 'copy'],
  ] as const) {
    const project = openProject(path, { clock })
    expect(project.name).toBe(name)
    project.close()
  }
})

test('what a killed process left as running is interrupted when the project is opened, and trainings rest', () => {
  const project = createProject({ name: 'a', folder, clock })
  project.db.exec(`
    INSERT INTO import (state, started_at_ms) VALUES ('running', 1);
    INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'x', 1);
    INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, created_at_ms)
      VALUES ('a', 1, 1, 'running', '{}', 'b', 'h', 1), ('b', 2, 1, 'queued', '{}', 'b', 'h', 1);
    INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, error, created_at_ms, ended_at_ms)
      VALUES ('c', 3, 1, 'failed', '{}', 'b', 'h', '{}', 1, 2);`)
  project.close()
  const again = openProject(project.files.root, { clock })
  expect(again.db.prepare('SELECT state, ended_at_ms, paused_at_ms FROM run ORDER BY number').raw().all()).toEqual([
    ['queued', null, clock()],
    ['queued', null, clock()],
    ['failed', 2, null],
  ])
  expect(again.db.prepare('SELECT state, ended_at_ms FROM import').raw().all()).toEqual([['interrupted', clock()]])
  again.close()
})

test('a session closes the open project for the next one, after its hooks, and keeps it when the next cannot be opened', async () => {
  const session = makeProjectSession({ dataDir: join(folder, 'data'), clock })
  const ended: string[] = []
  session.beforeClose(() => void ended.push(session.current()?.name ?? 'none'))
  const a = await session.create({ name: 'a', folder })
  await expect(session.open(join(folder, 'nowhere'))).rejects.toThrow(code('PROJECT_NOT_FOUND'))
  expect(session.current()).toBe(a)
  expect(await session.open(`${a.files.root}/`)).toBe(a)
  await Promise.all([session.create({ name: 'b', folder }), session.open(a.files.root), session.close()])
  expect(ended).toEqual(['a', 'b', 'a'])
  expect(session.current()).toBe(null)
  expect(session.recent.list().map((each) => each.name)).toEqual(['a', 'b'])
})

test('renaming moves the folder, unless the name is taken or something works in it; then it follows at the end', async () => {
  const session = makeProjectSession({ dataDir: join(folder, 'data'), clock })
  await session.create({ name: 'a', folder })
  const renamed = await session.rename('b', { folderLater: false })
  expect([renamed.name, basename(renamed.files.root), existsSync(join(folder, 'a.graft'))]).toEqual(['b', 'b.graft', false])
  mkdirSync(join(folder, 'c.graft'))
  const taken = await session.rename('c', { folderLater: false })
  expect([taken.name, basename(taken.files.root)]).toEqual(['c', 'b.graft'])
  const busy = await session.rename('d', { folderLater: true })
  expect([busy, busy.name, basename(busy.files.root)]).toEqual([taken, 'd', 'b.graft'])
  await session.close()
  expect(session.recent.list().map(({ name, path, present }) => [name, basename(path), present])).toEqual([['d', 'd.graft', true]])
  expect((await session.open(join(folder, 'd.graft'))).name).toBe('d')
  await session.close()
})

test('the recent list survives missing and damaged projects and a broken list, and shows counts and thumbnails without the lock', async () => {
  const session = makeProjectSession({ dataDir: join(folder, 'data'), clock })
  const { db, files } = await session.create({ name: 'cards', folder })
  db.exec("INSERT INTO import (id, state, started_at_ms) VALUES (1, 'running', 1)")
  const insert =
    db.prepare(`INSERT INTO image (hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, import_id,
    imported_at_ms) VALUES (?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let i = 0; i < 6; i++) {
    const hash = String(i).repeat(64)
    insert.run(hash)
    mkdirSync(join(files.thumbnails, hash.slice(0, 2)), { recursive: true })
    if (i > 0) writeFileSync(join(files.thumbnails, hash.slice(0, 2), `${hash}.jpg`), `picture ${i}`)
  }
  const other = makeProjectSession({ dataDir: join(folder, 'data'), clock })
  const [card] = other.recent.list()
  expect(card).toMatchObject({ present: true, images: 6 })
  expect(card?.thumbnails).toEqual([1, 2, 3].map((i) => `data:image/jpeg;base64,${Buffer.from(`picture ${i}`).toString('base64')}`))
  await session.close()

  other.recent.remember({ name: 'gone', path: join(folder, 'gone.graft'), openedAtMs: 1 })
  mkdirSync(join(folder, 'bad.graft'))
  writeFileSync(join(folder, 'bad.graft', 'project.sqlite'), 'no database')
  other.recent.remember({ name: 'bad', path: join(folder, 'bad.graft'), openedAtMs: 1 })
  expect(other.recent.list().map(({ name, present, images }) => [name, present, images])).toEqual([
    ['bad', true, null],
    ['gone', false, null],
    ['cards', true, 6],
  ])
  other.recent.forget(join(folder, 'gone.graft'))
  expect(other.recent.list()).toHaveLength(2)
  writeFileSync(join(folder, 'data', 'recent-projects.json'), '{ torn')
  expect(other.recent.list()).toEqual([])
})

test('a trashed project lies in .graft-trash, whole; what is no project, or is open, stays', async () => {
  const project = createProject({ name: 'a', folder, clock })
  await expect(trashProject(project.files.root, null)).rejects.toThrow(code('PROJECT_LOCKED'))
  project.close()
  await expect(trashProject(folder, null)).rejects.toThrow(code('PROJECT_NOT_FOUND'))
  const first = await trashProject(project.files.root, null)
  createProject({ name: 'a', folder, clock }).close()
  const second = await trashProject(project.files.root, null)
  expect([first, second]).toEqual([join(folder, '.graft-trash', 'a.graft'), join(folder, '.graft-trash', 'a 2.graft')])
  openProject(first, { clock }).close()
})
