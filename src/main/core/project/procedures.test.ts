import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Dialogs } from '../context.ts'
import { openDatabase } from '../db/open-database.ts'
import { insertImage } from '../images/image-rows.ts'
import { insertImport } from '../images/import-rows.ts'
import { createStudio, type Studio } from '../studio.ts'
import { writeRuns } from '../training/written-runs-for-tests.ts'

let folder: string
let studio: Studio
const shown: string[] = []
const dialogs: Dialogs = {
  chooseFolder: () => Promise.resolve(folder),
  chooseFiles: () => Promise.resolve(null),
  reveal: (path) => Promise.resolve(void shown.push(path)),
  openPage: () => Promise.resolve(),
  trash: () => Promise.resolve(false),
}
const code = (value: string) => expect.objectContaining({ code: value }) as Error

function start(withDialogs: Dialogs | null): Studio {
  return createStudio({
    dataDir: join(folder, 'data'),
    projectsDir: join(folder, 'projects'),
    resourcesDir: join(folder, 'resources'),
    door: 'test',
    spawnWorker: () => {
      throw new Error('nothing here needs a worker')
    },
    dialogs: withDialogs,
    threads: 1,
    clock: Date.now,
    log: { info: () => undefined, error: () => undefined },
  })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-procedures-'))
  studio = start(null)
})
afterEach(async () => {
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a project is created, counted, renamed, trashed and forgotten', async () => {
  const { client } = studio
  expect(await client.project.current()).toBe(null)
  await expect(client.classes.list()).rejects.toThrow(code('NO_PROJECT_OPEN'))
  const made = await client.project.create({ name: 'cats' })
  expect(made).toMatchObject({ name: 'cats', path: join(folder, 'projects', 'cats.graft'), images: 0, classes: 0, runs: 0 })
  await client.classes.add({ name: 'cat' })
  expect(await client.project.rename({ name: 'pets' })).toMatchObject({ name: 'pets', classes: 1 })
  expect(await client.classes.list()).toMatchObject([{ name: 'cat', position: 0, images: 0 }])
  expect(await client.project.recent()).toMatchObject([{ name: 'pets', present: true, images: 0 }])
  const { movedTo } = await client.project.trash({ path: join(folder, 'projects', 'pets.graft') })
  expect(movedTo).toBe(join(folder, 'projects', '.graft-trash', 'pets.graft'))
  expect([await client.project.current(), await client.project.recent()]).toEqual([null, []])
})

test('a project whose thumbnails cannot be read is still on the list of recent ones, without pictures', async () => {
  const { client, context } = studio
  const { path } = await client.project.create({ name: 'odd' })
  const { db } = context.project()
  const hash = 'ab'.padEnd(64, '0')
  const facts = { name: 'a.jpg', format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1, perceptualHash: '0'.repeat(16) }
  insertImage(db, { ...facts, hash, sourcePath: '/a.jpg', importId: insertImport(db, 0), importedAtMs: 0 })
  mkdirSync(join(path, 'thumbnails', 'ab', `${hash}.jpg`), { recursive: true })
  expect(await client.project.recent()).toMatchObject([{ name: 'odd', present: true, images: 1, thumbnails: [] }])
  rmSync(join(path, 'thumbnails', 'ab', `${hash}.jpg`), { recursive: true })
  writeFileSync(join(path, 'thumbnails', 'ab', `${hash}.jpg`), Buffer.alloc(1024 ** 2))
  expect(await client.project.recent()).toMatchObject([{ thumbnails: [] }])
  writeFileSync(join(path, 'thumbnails', 'ab', `${hash}.jpg`), 'jpeg')
  expect(await client.project.recent()).toMatchObject([{ thumbnails: ['data:image/jpeg;base64,anBlZw=='] }])
})

test('a name that would leave the folder is refused before anything is made', async () => {
  for (const name of ['../cats', 'a/b', '..', ' ', 'a'.repeat(81)]) {
    await expect(studio.client.project.create({ name })).rejects.toThrow(code('INVALID_INPUT'))
  }
})

test('undo and redo answer the step, and changes are told as they come', async () => {
  const { client } = studio
  await client.project.create({ name: 'cats' })
  const changes = await client.project.changes()
  await client.classes.add({ name: 'cat' })
  const topics = new Set<string>()
  for await (const { topic } of changes) if (topics.add(topic).size === 3) break
  expect([...topics].sort()).toEqual(['classes', 'history', 'labels'])
  expect(await client.history.undo()).toMatchObject({ action: 'class-add', details: { class: 'cat' } })
  await expect(client.history.undo()).rejects.toThrow(code('NOTHING_TO_UNDO'))
  expect(await client.history.state()).toMatchObject({ undo: null, redo: { action: 'class-add' } })
  expect(await client.history.redo()).toMatchObject({ action: 'class-add' })
})

test('folders are listed with their paths, hidden ones and files left out, in the order people count, and photos beside them counted', async () => {
  for (const name of ['photos 10', 'photos 9', '.hidden']) mkdirSync(join(folder, 'listed', name), { recursive: true })
  for (const name of ['a.jpg', 'B.PNG', '._a.jpg', 'notes.txt']) writeFileSync(join(folder, 'listed', name), '')
  symlinkSync('ring', join(folder, 'listed', 'ring'))
  const listed = await studio.client.studio.listFolders({ path: join(folder, 'listed') })
  const paths = ['photos 9', 'photos 10'].map((name) => join(folder, 'listed', name))
  expect(listed).toEqual({ path: join(folder, 'listed'), parent: folder, folders: paths, files: [], photos: 2 })
  expect((await studio.client.studio.listFolders({ path: '/' })).parent).toBe(null)
  await expect(studio.client.studio.listFolders({ path: join(folder, 'nowhere') })).rejects.toThrow(code('FOLDER_NOT_FOUND'))
})

test('backups are listed where they are asked for, and never another file', async () => {
  const place = join(folder, 'backups')
  mkdirSync(join(place, 'old.graft-backup'), { recursive: true })
  for (const name of ['birds 10.graft-backup', 'birds 9.graft-backup', '.hidden.graft-backup', 'secret.txt', 'x.graft-backup.txt'])
    writeFileSync(join(place, name), '')
  symlinkSync('secret.txt', join(place, 'linked'))
  const { folders, files } = await studio.client.studio.listFolders({ path: place, files: 'backup' })
  expect(folders).toEqual([join(place, 'old.graft-backup')])
  expect(files).toEqual(['birds 9.graft-backup', 'birds 10.graft-backup'].map((name) => join(place, name)))
})

test('a backup is not looked for in the folder that the program was started in', async () => {
  await expect(studio.client.backup.restore({ path: 'birds.graft-backup' })).rejects.toThrow(code('INVALID_INPUT'))
})

test('dialogs answer where the door has them, and only places of the project and the studio are shown', async () => {
  expect(await studio.client.studio.dialogs()).toEqual({ available: false })
  expect(await studio.client.studio.chooseFolder({ purpose: 'import' })).toBe(null)
  await studio.close()
  studio = start(dialogs)
  const { client } = studio
  expect(await client.studio.dialogs()).toEqual({ available: true })
  expect(await client.studio.chooseFolder({ purpose: 'import' })).toBe(folder)
  expect(await client.studio.chooseFiles()).toBe(null)
  const { path } = await client.project.create({ name: 'cats' })
  await client.studio.reveal({ path: join(path, 'images') })
  await client.studio.reveal({ path: (await client.studio.info()).dataFolder })
  expect(shown).toEqual([join(path, 'images'), join(folder, 'data')])
  for (const outside of [folder, `${path}/../..`, '/etc/passwd', join(path, 'nothing')]) {
    await expect(client.studio.reveal({ path: outside })).rejects.toThrow(code('FILE_NOT_FOUND'))
  }
})

test('the folder of an export is shown where its own proof lies in it, and nothing else that the database of a project names', async () => {
  await studio.close()
  studio = start(dialogs)
  shown.length = 0
  const { client } = studio
  const { path } = await client.project.create({ name: 'cats' })
  const [proved, other, bare] = ['proved', 'other', 'bare'].map((name) => join(folder, 'exports', name))
  for (const place of [proved!, other!, bare!]) mkdirSync(place, { recursive: true })
  await client.project.close()
  const db = openDatabase(join(path, 'project.sqlite'))
  const [run] = writeRuns(db, 1)
  for (const place of [proved!, other!, bare!, '/etc'])
    db.prepare("INSERT INTO export (run_id, proof, created_at_ms) VALUES (?, json_object('folder', ?, 'zip', ?), 1)").run(
      run,
      place,
      `${bare!}.zip`,
    )
  db.close()
  writeFileSync(`${bare!}.zip`, '')
  writeFileSync(join(proved!, 'proof.json'), JSON.stringify({ run }))
  writeFileSync(join(other!, 'proof.json'), JSON.stringify({ run: 'stranger' }))
  await client.project.open({ path })
  await client.studio.reveal({ path: proved! })
  for (const place of [other!, bare!, '/etc']) await expect(client.studio.reveal({ path: place })).rejects.toThrow(code('EXPORT_UNPROVED'))
  for (const inside of ['/etc/passwd', join(proved!, 'proof.json'), `${bare!}.zip`])
    await expect(client.studio.reveal({ path: inside })).rejects.toThrow(code('FILE_NOT_FOUND'))
  expect(shown).toEqual([proved])
})

test('whether the folder of the open project is still there is told', async () => {
  const { client } = studio
  await expect(client.project.isPresent()).rejects.toThrow(code('NO_PROJECT_OPEN'))
  const { path } = await client.project.create({ name: 'cats' })
  const seen = [await client.project.isPresent()]
  renameSync(path, `${path}.away`)
  seen.push(await client.project.isPresent())
  renameSync(`${path}.away`, path)
  seen.push(await client.project.isPresent())
  expect(seen).toEqual([true, false, true])
})

test('a project that does not open ends nothing in the one that is open', async () => {
  const { client, context } = studio
  const { path } = await client.project.create({ name: 'cats' })
  const { id } = context.jobs.start('import', { lane: 'one' }, ({ signal }) => {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  })
  await expect(client.project.open({ path: join(folder, 'nowhere.graft') })).rejects.toThrow(code('PROJECT_NOT_FOUND'))
  await expect(client.project.create({ name: 'cats' })).rejects.toThrow(code('PROJECT_EXISTS'))
  await client.project.open({ path })
  expect(context.jobs.list()).toMatchObject([{ id, state: { state: 'running' } }])
  await client.project.create({ name: 'dogs' })
  expect(context.jobs.list()).toEqual([])
})

test('the room that a project takes is that of all its files', async () => {
  const { path } = await studio.client.project.create({ name: 'cats' })
  const { bytes } = await studio.client.project.size()
  expect(bytes).toBeGreaterThan(10_000)
  writeFileSync(join(path, 'images', 'one.bin'), Buffer.alloc(70_000))
  expect((await studio.client.project.size()).bytes).toBe(bytes + 70_000)
})
