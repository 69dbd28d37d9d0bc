import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { WatchedFolder } from '../../contract/watching.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const times = { settleMs: 40, pollMs: 60 }
let pictures = ''
let folder = ''
let studio: TestStudio
/** The folder that is watched. */
let inbox = ''
beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'graft-pictures-'))
  await drawFolder(pictures, { perClass: 3 })
})
afterAll(() => rm(pictures, { recursive: true, force: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-watch-'))
  inbox = join(folder, 'inbox')
  await mkdir(join(inbox, 'circle'), { recursive: true })
  studio = await testStudio({ folder, watchTimes: times })
  await studio.client.project.create({ name: 'photos' })
})
afterEach(async () => {
  await studio.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

const put = (shape: 'circle' | 'square', number: number, to: string): Promise<void> =>
  cp(join(pictures, shape, `${shape}-${String(number).padStart(4, '0')}.jpg`), join(inbox, to))
const images = async () => (await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })).images
const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await studio.client.classes.list()).map((each) => [each.name, each.images]))
const imports = async (): Promise<number> => (await studio.client.images.imports()).length
const state = async (): Promise<WatchedFolder['state'] | undefined> => (await studio.client.watching.list())[0]?.state
const until = (what: () => Promise<unknown>) => expect.poll(what, { timeout: 120_000, interval: 30 })
const watch = (labelFromFolders = true) => studio.client.watching.add({ path: inbox, labelFromFolders })
const code = (value: string) => expect.objectContaining({ code: value }) as Error
/** Once this photo is there, everything that was put there before it has been looked at. */
async function putMarker(number: number): Promise<void> {
  const before = (await images()).length
  await put('square', number, `marker-${number}.jpg`)
  await until(async () => (await images()).length).toBe(before + 1)
}

test('what lies in a watched folder and what is put there later comes in with the classes of its folders, and files that are no photos without a word', async () => {
  await put('circle', 1, 'circle/1.jpg')
  await writeFile(join(inbox, 'notes.txt'), 'no photo')
  await watch()
  await until(counts).toEqual({ circle: 1 })
  await put('circle', 2, 'circle/2.jpg')
  await until(counts).toEqual({ circle: 2 })
  const [newest] = await studio.client.images.imports()
  expect(newest?.report).toMatchObject({ images: 1, labelled: 1, skipped: [] })
  await until(async () => (await studio.client.watching.list())[0]?.images).toBe(2)
})

test('the folders inside name no classes where that is not wanted', async () => {
  await watch(false)
  await put('circle', 1, 'circle/1.jpg')
  await until(async () => (await images()).length).toBe(1)
  expect(await counts()).toEqual({})
  // Nobody did it: undo takes back what somebody did.
  expect(await studio.client.history.state()).toEqual({ undo: null, redo: null })
})

test('a photo in the trash stays there, whether its file is touched, copied or the project opened again; nothing comes in twice', async () => {
  await watch()
  await put('circle', 1, 'circle/1.jpg')
  await until(async () => (await images()).length).toBe(1)
  const [photo] = await images()
  await studio.client.images.trash({ hashes: [photo!.hash] })
  await put('circle', 1, 'circle/copy.jpg')
  await put('circle', 1, 'circle/1.jpg')
  await putMarker(1)
  expect((await images()).map(({ name }) => name)).toEqual(['marker-1.jpg'])
  const before = await imports()
  await studio.close()
  studio = await testStudio({ folder, watchTimes: times })
  await studio.client.project.open({ path: join(folder, 'projects', 'photos.graft') })
  await putMarker(2)
  expect((await images()).map(({ name }) => name)).toEqual(['marker-1.jpg', 'marker-2.jpg'])
  // An import is told of once it has ended, a moment after its photos.
  await until(imports).toBe(before + 1)
})

test('a file that is still being written comes in once it is whole, and then once', async () => {
  await watch()
  await writeFile(join(inbox, 'empty.jpg'), '')
  await putMarker(1)
  await put('circle', 1, 'empty.jpg')
  await until(async () => (await images()).length).toBe(2)
  const reports = (await studio.client.images.imports()).map(({ report }) => report.skipped)
  expect(reports.flat()).toEqual([])
})

test('a folder that is gone says so, and goes on when it is back', async () => {
  await watch()
  await until(state).toBe('watching')
  await rename(inbox, `${inbox}-away`)
  await until(state).toBe('gone')
  await rename(`${inbox}-away`, inbox)
  await until(state).toBe('watching')
  await putMarker(1)
})

test('a paused folder brings nothing until it goes on, and one that is no longer watched brings nothing more', async () => {
  await watch()
  await studio.client.watching.change({ path: inbox, isPaused: true })
  await put('circle', 1, 'circle/1.jpg')
  await new Promise((resolve) => setTimeout(resolve, 10 * times.pollMs))
  expect([await state(), await images()]).toEqual(['paused', []])
  await studio.client.watching.change({ path: inbox, isPaused: false })
  await until(async () => (await images()).length).toBe(1)
  expect(await studio.client.watching.remove({ path: inbox })).toEqual([])
  await put('circle', 2, 'circle/2.jpg')
  await new Promise((resolve) => setTimeout(resolve, 10 * times.pollMs))
  expect((await images()).length).toBe(1)
})

test('folders stay with their project: another one watches none, and it goes on when it is opened again', async () => {
  await watch()
  await studio.client.project.create({ name: 'others' })
  expect(await studio.client.watching.list()).toEqual([])
  await put('circle', 1, 'circle/1.jpg')
  await studio.client.project.open({ path: join(folder, 'projects', 'photos.graft') })
  await until(async () => (await images()).length).toBe(1)
})

test('an import that ends because its folder is not watched any more says so, and one that is cancelled pauses the folder', async () => {
  await drawFolder(join(inbox, 'many'), { perClass: 150, firstSeed: 500 })
  const running = async () => (await studio.client.jobs.list()).find(({ kind, state }) => kind === 'import' && state.state === 'running')
  const newest = async () => (await studio.client.images.imports())[0]?.report
  await watch()
  await until(async () => (await images()).length).toBeGreaterThan(0)
  await studio.client.watching.remove({ path: inbox })
  expect(await newest()).toMatchObject({ cancelled: true, endedBy: 'unwatched' })
  const before = (await images()).length
  await watch()
  await until(async () => (await images()).length).toBeGreaterThan(before)
  await studio.client.jobs.cancel({ jobId: (await running())!.id })
  await until(state).toBe('paused')
  expect(await newest()).toMatchObject({ cancelled: true, endedBy: 'watch-cancelled' })
})

test('the copies of the project itself never come in, not even through a link', async () => {
  await symlink(join(folder, 'projects', 'photos.graft'), join(inbox, 'link'))
  await put('circle', 1, 'circle/1.jpg')
  await watch()
  await until(async () => (await images()).length).toBe(1)
  await putMarker(1)
  await putMarker(2)
  expect((await images()).map(({ name }) => name)).toEqual(['1.jpg', 'marker-1.jpg', 'marker-2.jpg'])
})

test('a folder that holds a project is not watched, nor the folder of all projects, and it is said why', async () => {
  const refused = (path: string, why: string) =>
    expect(studio.client.watching.add({ path, labelFromFolders: false })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { reason: expect.stringContaining(`${path} ${why}`) as string },
    })
  await refused(join(folder, 'projects'), 'is where your projects lie')
  await refused(folder, 'holds the project photos.graft')
  const [elsewhere, shared] = [join(folder, 'elsewhere'), join(folder, 'shared')]
  await studio.client.project.create({ name: 'other', folder: join(elsewhere, 'deep') })
  await studio.client.project.open({ path: join(folder, 'projects', 'photos.graft') })
  await refused(elsewhere, 'holds the project other.graft')
  await mkdir(join(shared, 'copied.graft'), { recursive: true })
  await refused(shared, 'holds the project copied.graft')
  await watch()
})

test('what cannot be watched is refused: the project, the studio, what is watched already, inside and around it, and nothing', async () => {
  await watch()
  for (const path of [inbox, join(inbox, 'circle'), folder, join(folder, 'projects', 'photos.graft', 'images'), join(folder, 'data')]) {
    await expect(studio.client.watching.add({ path, labelFromFolders: true })).rejects.toEqual(code('INVALID_INPUT'))
  }
  for (const path of [join(folder, 'nowhere'), join(pictures, 'circle', 'circle-0001.jpg')]) {
    await expect(studio.client.watching.add({ path, labelFromFolders: true })).rejects.toEqual(code('FOLDER_NOT_FOUND'))
  }
  expect((await studio.client.watching.list()).map(({ path }) => path)).toEqual([inbox])
})
