import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Recipe } from '../../contract/runs.ts'
import { backboneFiles, isReady } from '../backbones/backbone-files.ts'
import { catalogEntry } from '../backbones/catalog.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { eraseImages, readErasable } from './erased-rows.ts'
import { inFolder } from './photo-files.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const backbone = 'mobilenet-v2-035'
const hasBackbone = isReady(checkoutResources, catalogEntry(checkoutResources, backbone))

let studio: TestStudio
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'photos' })
  await drawFolder(join(studio.folder, 'set'), { perClass: 10 })
})
afterEach(() => studio.close())

async function addAll(features: string | null = null): Promise<string[]> {
  const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'set')], labelFromFolders: true, backbone: features })
  await studio.result(jobId, 'import')
  return await studio.client.images.hashes({ filter: {}, offset: 0, limit: 1000 })
}
const erase = async (hashes?: string[]) =>
  studio.result((await studio.client.images.erase(hashes === undefined ? {} : { hashes })).jobId, 'empty-trash')
const trashed = () => studio.client.images.hashes({ filter: { trashed: true }, offset: 0, limit: 1000 })
function filesOf(hash: string): string[] {
  const { workingCopies, thumbnails } = studio.context.project().files
  return [inFolder(workingCopies, hash), inFolder(thumbnails, hash)]
}

test('photos that are deleted for good are gone with their files, from the trash and from undo; all others stay', async () => {
  const hashes = await addAll()
  const gone = hashes.slice(0, 3)
  const [stays = '', ...others] = hashes.slice(3)
  await studio.client.images.trash({ hashes: [...gone, stays] })
  const size = await studio.client.images.trashSize({ hashes: gone })
  expect(size).toMatchObject({ images: 3, kept: 0 })
  expect(size.bytes).toBeGreaterThan(0)
  expect(await erase([...gone, others[0] ?? ''])).toEqual({ kind: 'empty-trash', images: 3, kept: 0 })
  expect(await trashed()).toEqual([stays])
  expect(gone.flatMap(filesOf).some((file) => existsSync(file))).toBe(false)
  expect([stays, ...others].flatMap(filesOf).every((file) => existsSync(file))).toBe(true)
  expect(await studio.client.project.current()).toMatchObject({ images: hashes.length - 4, labelled: hashes.length - 4 })
  expect(await studio.client.images.restore({ hashes: gone })).toEqual({ changed: 0 })

  expect((await studio.client.history.state()).undo).toMatchObject({ action: 'image-trash', details: { images: 1 } })
  await studio.client.history.undo()
  expect(await trashed()).toEqual([])
  expect(await studio.client.images.hashes({ filter: {}, offset: 0, limit: 1000 })).toEqual([stays, ...others])
  await studio.client.history.redo()
  expect(await erase()).toMatchObject({ images: 1 })
  expect((await studio.client.history.state()).undo).toMatchObject({
    action: 'image-add',
    details: { images: hashes.length - 4, labelled: hashes.length - 4 },
  })
  expect(await studio.client.images.trashSize({})).toEqual({ images: 0, bytes: 0, kept: 0 })
})

test('a photo that was deleted for good and is added again is there as a new one', async () => {
  const hashes = await addAll()
  const [again = ''] = hashes
  const { image, sourcePath } = await studio.client.images.detail({ hash: again })
  const byName = async () =>
    (await studio.client.images.list({ filter: {}, order: { by: 'name', descending: false }, offset: 0, limit: 1000 })).images
  const listed = await byName()
  await studio.client.images.trash({ hashes: [again] })
  await erase()
  const row = studio.context.project().db.prepare('SELECT name, source_path FROM image WHERE hash = ?').get(again)
  expect(row).toEqual({ name: '', source_path: '' })
  await byName()
  expect(await addAll()).toEqual(hashes)
  expect(await studio.client.images.detail({ hash: again })).toMatchObject({ image, sourcePath, isTrashed: false })
  expect(await byName()).toEqual(listed)
  const [last] = await studio.client.images.imports()
  expect([last?.report.images, last?.report.restored]).toEqual([1, undefined])
  expect(filesOf(again).every((file) => existsSync(file))).toBe(true)
  await studio.client.images.trash({ hashes: [again] })
  expect(await trashed()).toEqual([again])
})

test('files that a process which died has left are deleted when the project is opened again', async () => {
  const [gone = ''] = await addAll()
  await studio.client.images.trash({ hashes: [gone] })
  const { db, files } = studio.context.project()
  eraseImages(db, [readErasable(db, [gone], new Set()).images[0]?.id ?? 0], 1)
  expect(filesOf(gone).every((file) => existsSync(file))).toBe(true)
  await studio.client.project.close()
  await studio.client.project.open({ path: files.root })
  const [job] = await studio.client.jobs.list()
  await studio.result(job?.id ?? '', 'empty-trash')
  expect(filesOf(gone).some((file) => existsSync(file))).toBe(false)
  await studio.client.project.close()
  await studio.client.project.open({ path: files.root })
  expect(await studio.client.jobs.list()).toEqual([])
})

test('a file that cannot be deleted is told of and tried again, and all others go', async () => {
  const [stuck = '', goes = ''] = await addAll()
  await studio.client.images.trash({ hashes: [stuck, goes] })
  const [copy = ''] = filesOf(stuck)
  // A folder in place of the file: no user may remove it as one.
  await rm(copy)
  await mkdir(copy)
  await writeFile(join(copy, 'inside'), '')
  await expect(erase()).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
  expect(await trashed()).toEqual([])
  expect(filesOf(goes).some((file) => existsSync(file))).toBe(false)
  await rm(copy, { recursive: true })
  expect(await erase()).toMatchObject({ images: 0 })
  const { db } = studio.context.project()
  expect(db.prepare('SELECT has_files FROM erased_image').pluck().all()).toEqual([0, 0])
})

test('copies of the database from before an update hold what was deleted, and go with it; what else lies beside them stays', async () => {
  const [gone = ''] = await addAll()
  const backups = join(studio.context.project().files.root, 'backups')
  await mkdir(backups)
  const stays = ['notes.txt', 'mine.sqlite', 'project-version-3.sqlite.txt', 'other-version-3.sqlite', 'project-version-.sqlite']
  const goes = ['project-version-2.sqlite', 'project-version-10.sqlite', 'project-version-3.sqlite.unfinished']
  for (const name of [...stays, ...goes]) await writeFile(join(backups, name), 'names and labels')
  expect(await erase()).toMatchObject({ images: 0 })
  expect((await readdir(backups)).sort()).toEqual([...stays, ...goes].sort())
  await studio.client.images.trash({ hashes: [gone] })
  expect(await erase()).toMatchObject({ images: 1 })
  expect((await readdir(backups)).sort()).toEqual(stays.sort())
})

test('a copy of the database that cannot be deleted is told of and tried again with the project, and all else goes', async () => {
  const [gone = ''] = await addAll()
  const { files } = studio.context.project()
  const backups = join(files.root, 'backups')
  // A folder in place of the file: no user may remove it as one.
  const stuck = join(backups, 'project-version-10.sqlite')
  await mkdir(stuck, { recursive: true })
  await writeFile(join(backups, 'project-version-2.sqlite'), 'names and labels')
  await studio.client.images.trash({ hashes: [gone] })
  await expect(erase()).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
  expect(filesOf(gone).some((file) => existsSync(file))).toBe(false)
  expect(await readdir(backups)).toEqual([basename(stuck)])
  await rm(stuck, { recursive: true })
  await writeFile(stuck, 'names and labels')
  await studio.client.project.close()
  await studio.client.project.open({ path: files.root })
  const [job] = await studio.client.jobs.list()
  await studio.result(job?.id ?? '', 'empty-trash')
  expect(await readdir(backups)).toEqual([])
  expect(studio.context.project().db.prepare('SELECT has_files FROM erased_image').pluck().all()).toEqual([0])
})

test('copies of a database that a link leads to are left alone', async () => {
  const [gone = ''] = await addAll()
  const elsewhere = join(studio.folder, 'elsewhere')
  await mkdir(elsewhere)
  await writeFile(join(elsewhere, 'project-version-2.sqlite'), 'of another project')
  await symlink(elsewhere, join(studio.context.project().files.root, 'backups'))
  await studio.client.images.trash({ hashes: [gone] })
  expect(await erase()).toMatchObject({ images: 1 })
  expect(existsSync(join(elsewhere, 'project-version-2.sqlite'))).toBe(true)
})

test('what a project from elsewhere names outside of its folder is left alone', async () => {
  const [first = '', second = ''] = await addAll()
  await studio.client.images.trash({ hashes: [first, second] })
  const { db, files } = studio.context.project()
  const precious = join(dirname(files.root), 'precious.jpg')
  await writeFile(precious, 'mine')
  // 64 characters, as many as a hash has, that lead from the folder of copies to a file beside the project.
  const leading = `../${'./'.repeat(26)}/precious`
  expect([leading.length, join(files.workingCopies, leading.slice(0, 2), `${leading}.jpg`)]).toEqual([64, precious])
  db.prepare('UPDATE image SET hash = ? WHERE hash = ?').run(leading, first)
  const elsewhere = join(studio.folder, 'elsewhere')
  await mkdir(elsewhere)
  const linked = filesOf(second)[0] ?? ''
  await writeFile(join(elsewhere, basename(linked)), 'mine too')
  await rm(dirname(linked), { recursive: true })
  await symlink(elsewhere, dirname(linked))
  expect(await erase()).toMatchObject({ images: 2 })
  expect(existsSync(precious) && existsSync(join(elsewhere, basename(linked)))).toBe(true)
})

test('a photo that was deleted for good is not there any more, whoever asks', async () => {
  const [gone = ''] = await addAll()
  await studio.client.images.trash({ hashes: [gone] })
  await erase()
  const missing = { code: 'IMAGE_NOT_FOUND' }
  await expect(studio.client.images.detail({ hash: gone })).rejects.toMatchObject(missing)
  const [first] = await studio.client.classes.list()
  await expect(studio.client.labels.set({ hashes: [gone], classId: first!.id })).rejects.toMatchObject(missing)
})

test.runIf(hasBackbone)('what a run measured stays as it is, and it can be exported as long as it has a test photo left', async () => {
  await addAll(backbone)
  const { jobId, runId: run } = await studio.client.runs.start({ recipe: Recipe.parse({ backbone, epochs: 3 }) })
  await studio.result(jobId, 'train')
  const measured = await studio.client.runs.evaluate({ run })
  const test = await studio.client.images.hashes({ filter: { part: { run, part: 'test' } }, offset: 0, limit: 1000 })
  const exportIt = async (out: string) => {
    const started = await studio.client.exporting.start({ run, format: 'tfjs', out: join(studio.folder, out) })
    return (await studio.result(started.jobId, 'export')).proof
  }
  await studio.client.images.trash({ hashes: test.slice(1) })
  await erase()
  expect(await studio.client.runs.evaluate({ run })).toEqual(measured)
  expect(await studio.client.images.get({ hash: test[1] ?? '' })).toMatchObject({ name: expect.stringMatching(/./) as string })
  expect(await exportIt('first')).toMatchObject({ images: 1, agree: 1 })
  await studio.client.images.trash({ hashes: test.slice(0, 1) })
  await erase()
  expect(await studio.client.runs.evaluate({ run })).toEqual(measured)
  await expect(exportIt('second')).rejects.toMatchObject({ code: 'NO_TEST_PHOTOS', details: { run: 1 } })
  expect(existsSync(join(studio.folder, 'second'))).toBe(false)
  expect((await studio.client.jobs.list()).filter(({ kind }) => kind === 'export')).toHaveLength(1)
})

test.runIf(hasBackbone)('an export that waits or runs keeps the photos it is proved on, also where their originals are gone', async () => {
  await addAll(backbone)
  const { jobId, runId: run } = await studio.client.runs.start({ recipe: Recipe.parse({ backbone, epochs: 3 }) })
  await studio.result(jobId, 'train')
  const [other = ''] = await studio.client.images.hashes({ filter: { part: { run, part: 'train' } }, offset: 0, limit: 1 })
  const test = await studio.client.images.hashes({ filter: { part: { run, part: 'test' } }, offset: 0, limit: 1000 })
  await rm(join(studio.folder, 'set'), { recursive: true })
  const start = async (out: string) => (await studio.client.exporting.start({ run, format: 'tfjs', out: join(studio.folder, out) })).jobId
  // The second waits for the first: what it will need is kept from its start on.
  const exports = [await start('first'), await start('second')]
  await studio.client.images.trash({ hashes: [...test, other] })
  expect(await studio.client.images.trashSize({})).toMatchObject({ images: 1, kept: test.length })
  expect(await erase([...test, other])).toEqual({ kind: 'empty-trash', images: 1, kept: test.length })
  const all = { images: test.length, agree: test.length, fromWorkingCopy: test.length }
  for (const each of exports) expect((await studio.result(each, 'export')).proof).toMatchObject(all)
  expect(await erase()).toEqual({ kind: 'empty-trash', images: test.length, kept: 0 })
})

test('photos that a run which waits will need stay in the trash', async () => {
  const [needed = '', other = ''] = await addAll()
  await studio.client.images.trash({ hashes: [needed, other] })
  const { db } = studio.context.project()
  const { hash } = hasBackbone ? backboneFiles({ resourcesDir: checkoutResources }, backbone) : { hash: 'x' }
  db.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'x', 1);
    INSERT INTO split_member SELECT 1, image.id, (SELECT min(id) FROM class), 'test' FROM image WHERE hash = '${needed}';
    INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, created_at_ms)
      VALUES ('waiting1', 1, 1, 'queued', '{}', '${backbone}', '${hash}', 1)`)
  expect(await studio.client.images.trashSize({})).toMatchObject({ images: 1, kept: 1 })
  expect(await erase()).toEqual({ kind: 'empty-trash', images: 1, kept: 0 })
  expect(await erase([needed])).toEqual({ kind: 'empty-trash', images: 0, kept: 1 })
  expect(await trashed()).toEqual([needed])
})
