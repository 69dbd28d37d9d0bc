import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ImportReport } from '../../contract/images.ts'
import type { JobEvent } from '../../contract/jobs.ts'
import { backboneFiles, isReady } from '../backbones/backbone-files.ts'
import { catalogEntry } from '../backbones/catalog.ts'
import { missingFeatures } from '../features/extract-features.ts'
import { drawFolder, drawPicture, hostileFiles, oddFiles, writeHostileFiles, writeOddFiles } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { photoFile } from './photo-files.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const backbone = 'mobilenet-v2-035'
const hasBackbone = isReady(checkoutResources, catalogEntry(checkoutResources, backbone))

let pictures = ''
let studio: TestStudio
beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'graft-pictures-'))
  await drawFolder(join(pictures, 'set'), { perClass: 40 })
  await drawFolder(join(pictures, 'more'), { perClass: 5, firstSeed: 500 })
})
afterAll(() => rm(pictures, { recursive: true, force: true }))
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'photos' })
})
afterEach(() => studio.close())

interface Options {
  readonly labelFromFolders?: boolean
  readonly backbone?: string | null
}
async function start(paths: readonly string[], { labelFromFolders = true, backbone: features = null }: Options = {}): Promise<string> {
  return (await studio.client.images.import({ paths: [...paths], labelFromFolders, backbone: features })).jobId
}
async function importing(paths: readonly string[], options: Options = {}): Promise<ImportReport> {
  return (await studio.result(await start(paths, options), 'import')).report
}
const all = async (filter = {}): Promise<string[]> => {
  const { images } = await studio.client.images.list({ filter, offset: 0, limit: 2000 })
  return images.map((image) => image.name)
}
const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await studio.client.classes.list()).map((each) => [each.name, each.images]))
const acknowledged = (event: JobEvent): number =>
  event.type === 'job' && event.job.state.state === 'running' && event.job.state.progress.step === 'importing'
    ? event.job.state.progress.done
    : 0

describe('an import', () => {
  test('keeps when a photo was taken until that is deleted for good, and knows it again when it is added again', async () => {
    const path = join(studio.folder, 'taken.jpg')
    const exif = { IFD2: { DateTimeOriginal: '2024:05:03 14:07:59', SubSecTimeOriginal: '5', OffsetTimeOriginal: '+02:00' } }
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#777777' } })
      .withExif(exif)
      .toFile(path)
    await importing([path, join(pictures, 'more', 'circle')])
    const { images } = await studio.client.images.list({ filter: { name: 'taken' }, offset: 0, limit: 1 })
    const hash = images[0]!.hash
    const taken = { atMs: Date.parse('2024-05-03T14:07:59.500+02:00'), offsetMinutes: 120 }
    expect((await studio.client.images.detail({ hash })).taken).toEqual(taken)

    await studio.client.images.trash({ hashes: [hash] })
    await studio.result((await studio.client.images.erase({})).jobId, 'empty-trash')
    const kept = 'SELECT COUNT(*) FROM image WHERE taken_at_ms IS NOT NULL OR taken_offset_minutes IS NOT NULL'
    expect(studio.context.project().db.prepare(kept).pluck().get()).toBe(0)
    await importing([path])
    expect((await studio.client.images.detail({ hash })).taken).toEqual(taken)
  })

  test('names in its report the files that a browser could not send, with those that cannot be read', async () => {
    const notSent = { file: 'set/huge.tif', reason: 'too-large', detail: '3.0 GB' } as const
    const paths = [join(studio.folder, 'broken.jpg')]
    await writeFile(paths[0] ?? '', 'not a photo')
    const { jobId } = await studio.client.images.import({ paths, labelFromFolders: false, backbone: null, notSent: [notSent] })
    const { report } = await studio.result(jobId, 'import')
    expect(report.skipped).toEqual([notSent, expect.objectContaining({ reason: 'not-a-picture' })])
    expect((await studio.client.images.imports())[0]?.report.skipped).toContainEqual(notSent)
  })

  test('into a project whose folder was moved away takes nothing, makes nothing in the old place, and goes on when it is back', async () => {
    const { files } = studio.context.project()
    await importing([join(pictures, 'more', 'circle')])
    await rename(files.root, `${files.root}.away`)
    const { state } = await studio.context.jobs.finished(await start([join(pictures, 'set')]))
    expect(state).toMatchObject({ state: 'failed', error: { code: 'FOLDER_NOT_FOUND', details: { path: files.root } } })
    expect(existsSync(files.root)).toBe(false)
    expect(await all()).toHaveLength(5)
    await rename(`${files.root}.away`, files.root)
    await importing([join(pictures, 'set')])
    expect(await all()).toHaveLength(85)
  })

  test('for a network that does not exist is refused before it begins', async () => {
    await expect(start([join(pictures, 'set')], { backbone: 'mobilenet' })).rejects.toMatchObject({ code: 'BACKBONE_UNKNOWN' })
    expect(await studio.client.jobs.list()).toEqual([])
  })

  test('takes folders with their labels, in the order of their names, as one step that can be undone', async () => {
    const report = await importing([join(pictures, 'set')])
    expect(report).toMatchObject({ images: 80, labelled: 80, duplicates: 0, skipped: [], cancelled: false })
    expect(await counts()).toEqual({ circle: 40, square: 40 })
    const names = await all()
    expect(names).toEqual(names.toSorted())
    expect(await studio.client.images.imports()).toMatchObject([{ report }])
    await studio.client.history.undo()
    expect(await counts()).toEqual({})
    expect(await all()).toEqual([])
    expect((await all({ trashed: true, class: 'unlabelled' })).toSorted()).toEqual(names)
    expect((await studio.client.history.state()).undo).toBe(null)
    await studio.client.history.redo()
    expect(await counts()).toEqual({ circle: 40, square: 40 })
    expect(await all()).toEqual(names)
  })

  test('writes a working copy and a thumbnail of each image', async () => {
    await importing([join(pictures, 'more')])
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })
    const project = studio.context.project()
    for (const { hash } of images) {
      await cp(photoFile(project, hash, 'working-copy'), join(studio.folder, 'copy.jpg'))
      await cp(photoFile(project, hash, 'thumbnail'), join(studio.folder, 'copy.jpg'))
    }
    expect(() => photoFile(project, '0'.repeat(64), 'thumbnail')).toThrow('IMAGE_NOT_FOUND')
  })

  test('takes labels only when asked to', async () => {
    expect(await importing([join(pictures, 'more')], { labelFromFolders: false })).toMatchObject({ images: 10, labelled: 0 })
    expect(await counts()).toEqual({})
  })

  test('names every file that is no good and takes the rest, odd ones too', async () => {
    const folder = join(studio.folder, 'mixed')
    await writeHostileFiles(folder)
    await writeOddFiles(folder)
    await writeFile(join(folder, 'notes.txt'), 'not a picture')
    await symlink('/nowhere', join(folder, 'gone.jpg'))
    const events = await studio.watch(await start([folder]))
    const report = (await studio.client.images.imports())[0]!.report
    expect((await all()).toSorted()).toEqual(oddFiles.toSorted())
    const reasons = Object.fromEntries(report.skipped.map(({ file, reason }) => [basename(file), reason]))
    expect(reasons).toEqual({ ...hostileFiles, 'notes.txt': 'not-a-picture', 'gone.jpg': 'unreadable' })
    expect(report.skipped.every(({ detail }) => detail !== '' && !detail.includes('\n'))).toBe(true)
    expect(events.flatMap((event) => (event.type === 'skipped' ? [event.file] : []))).toEqual(report.skipped)
    const rotated = (await studio.client.images.list({ filter: { name: 'rotated' }, offset: 0, limit: 1 })).images[0]
    expect(rotated).toMatchObject({ widthPx: 240, heightPx: 320 })
  })

  test('groups images that look nearly the same, also with those of earlier imports', async () => {
    const folder = join(studio.folder, 'near')
    await mkdir(folder)
    await writeFile(join(folder, 'a.jpg'), await drawPicture({ shape: 'cross', seed: 77, widthPx: 640, heightPx: 480 }))
    await writeFile(join(folder, 'other.jpg'), await drawPicture({ shape: 'cross', seed: 78 }))
    expect(await importing([folder])).toMatchObject({ images: 2, nearDuplicates: 0 })
    await writeFile(join(folder, 'b.png'), await drawPicture({ shape: 'cross', seed: 77, widthPx: 640, heightPx: 480 }, 'png'))
    expect(await importing([folder])).toMatchObject({ images: 1, duplicates: 2, nearDuplicates: 1 })
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 10 })
    const groupOf = Object.fromEntries(images.map((image) => [image.name, image.groupId]))
    expect(groupOf).toEqual({ 'a.jpg': expect.any(Number), 'b.png': groupOf['a.jpg'], 'other.jpg': null })
  })

  test('that finds nothing says so', async () => {
    await mkdir(join(studio.folder, 'empty'))
    await expect(importing([join(studio.folder, 'empty')])).rejects.toMatchObject({ code: 'NOTHING_TO_IMPORT' })
    await expect(importing([studio.context.project().files.root])).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await studio.client.images.imports()).toEqual([])
  })
})

describe('importing again', () => {
  test('takes only what is new and names what each duplicate is a duplicate of', async () => {
    await importing([join(pictures, 'set')])
    const twice = join(studio.folder, 'again', 'circle')
    await cp(join(pictures, 'set/circle'), twice, { recursive: true })
    await cp(join(pictures, 'more/circle'), twice, { recursive: true })
    await cp(join(pictures, 'more/circle/circle-0500.jpg'), join(twice, 'copy of 500.jpg'))
    const report = await importing([join(studio.folder, 'again')])
    expect(report).toMatchObject({ images: 5, labelled: 5, duplicates: 41 })
    const detailOf = Object.fromEntries(report.skipped.map(({ file, detail }) => [basename(file), detail]))
    expect(detailOf['circle-0001.jpg']).toBe('circle-0001.jpg')
    expect(detailOf['copy of 500.jpg'] ?? detailOf['circle-0500.jpg']).toMatch(/500/)
    expect(report.skipped.every(({ reason }) => reason === 'duplicate')).toBe(true)
  })

  test('gives a duplicate from a folder its label when the image has none, and leaves the label it has', async () => {
    await importing([join(pictures, 'more/circle')], { labelFromFolders: false })
    expect(await importing([join(pictures, 'more')])).toMatchObject({ images: 5, labelled: 10, duplicates: 5 })
    const elsewhere = join(studio.folder, 'else')
    await cp(join(pictures, 'more/circle'), join(elsewhere, 'round'), { recursive: true })
    expect(await importing([elsewhere])).toMatchObject({ images: 0, labelled: 0, duplicates: 5 })
    expect(await counts()).toEqual({ circle: 5, square: 5 })
  })

  test('lists every photo that keeps another class than its folder says, and no other', async () => {
    const [first, second] = [join(studio.folder, 'both/circle'), join(studio.folder, 'both/square')]
    await cp(join(pictures, 'more/circle'), first, { recursive: true })
    await cp(join(pictures, 'more/circle/circle-0500.jpg'), join(second, 'also a circle.jpg'))
    const folder = join(studio.folder, 'both')
    const both = await importing([folder])
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 10 })
    const hashOf = (name: string): string => images.find((image) => image.name === name)!.hash
    const twice = { hash: hashOf('circle-0500.jpg'), class: 'circle', folderClass: 'square', by: 'folder' }
    expect(both.conflicts).toEqual([{ file: join(second, 'also a circle.jpg'), ...twice }])
    expect((await studio.client.images.imports())[0]?.report.conflicts).toEqual(both.conflicts)

    // Case is no difference, and one that comes back from the trash with its old class is no duplicate but a conflict as well.
    await rename(first, join(folder, 'CIRCLE'))
    expect(await importing([folder])).toMatchObject({ duplicates: 6, conflicts: both.conflicts })
    await rm(join(folder, 'CIRCLE'), { recursive: true })
    await studio.client.images.trash({ hashes: [twice.hash] })
    expect(await importing([folder])).toMatchObject({ images: 1, skipped: [], conflicts: both.conflicts })
  })

  test('takes images back out of the trash', async () => {
    await importing([join(pictures, 'more')])
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 3 })
    await studio.client.images.trash({ hashes: images.map((image) => image.hash) })
    expect(await all()).toHaveLength(7)
    expect(await importing([join(pictures, 'more')])).toMatchObject({ images: 3, restored: 3, duplicates: 7 })
    expect(await all()).toHaveLength(10)
    await studio.client.history.undo()
    expect(await all()).toHaveLength(7)
  })
})

describe('a cancelled import', () => {
  test('keeps what it has taken, and the next one takes the rest', async () => {
    await drawFolder(join(studio.folder, 'many'), { perClass: 150, firstSeed: 2000 })
    const jobId = await start([join(studio.folder, 'many')])
    let least = 0
    const events = await studio.watch(jobId, (event) => {
      least = Math.max(least, acknowledged(event))
      if (least > 0) void studio.client.jobs.cancel({ jobId })
    })
    expect(events.at(-1)).toMatchObject({ job: { state: { state: 'cancelled', result: { report: { cancelled: true } } } } })
    const kept = (await all()).length
    expect(kept).toBeGreaterThanOrEqual(least)
    expect(kept).toBeLessThan(300)
    expect(await importing([join(studio.folder, 'many')])).toMatchObject({ images: 300 - kept, duplicates: kept, labelled: 300 - kept })
    expect(await counts()).toEqual({ circle: 150, square: 150 })
  })
})

test('an import that is undone while it runs ends, and redo brings back all that it had brought, with its classes', async () => {
  await drawFolder(join(studio.folder, 'many'), { perClass: 150, firstSeed: 2000 })
  const jobId = await start([join(studio.folder, 'many')])
  let isUndone = false
  const events = await studio.watch(jobId, (event) => {
    if (acknowledged(event) === 0 || isUndone) return
    isUndone = true
    void studio.client.history.undo()
  })
  const { job } = events.at(-1) as Extract<(typeof events)[number], { type: 'job' }>
  expect(job.state).toMatchObject({ state: 'succeeded', result: { report: { cancelled: true, endedBy: 'undo' } } })
  expect(await all()).toEqual([])
  await studio.client.history.redo()
  const { length } = await all()
  expect(length).toBeGreaterThan(0)
  expect(length).toBeLessThan(300)
  expect(Object.values(await counts()).reduce((sum, each) => sum + each, 0)).toBe(length)
})

test('memory does not grow with the number of photos', async () => {
  const photo = await drawPicture({ shape: 'stripes', seed: 6000, widthPx: 1600, heightPx: 1200 })
  const folder = join(studio.folder, 'large')
  await mkdir(folder)
  // Bytes after the end of a JPEG make another file of the same picture. Decoded, all of them together take 1.7 GB.
  for (let copy = 0; copy < 300; copy++) await writeFile(join(folder, `${copy}.jpg`), Buffer.concat([photo, Buffer.from(`copy ${copy}`)]))
  const seen: number[] = []
  await studio.watch(await start([folder]), () => {
    const bytes = studio.context.workers.image.memory()
    if (bytes !== null) seen.push(bytes)
  })
  expect(await all()).toHaveLength(300)
  expect(seen.length).toBeGreaterThan(0)
  expect(Math.max(...seen)).toBeLessThan(700e6)
})

const waste = join(checkoutResources, '../../shared/datasets/waste')
test.skipIf(!existsSync(waste))('among 300 photos of household waste the two true pairs are grouped and nothing else', async () => {
  expect(await importing([waste])).toMatchObject({ images: 300, nearDuplicates: 4 })
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 300 })
  const grouped = images.filter((image) => image.groupId !== null).map((image) => image.name)
  expect(grouped.toSorted()).toEqual(['alum_153_.jpg', 'alum_289_.jpg', 'org_1_.jpg', 'org_26_.jpg'])
})

describe('when processes die', () => {
  test('the image worker killed with kill -9 costs no file', async () => {
    await drawFolder(join(studio.folder, 'many'), { perClass: 100, firstSeed: 3000 })
    let killed = 0
    await studio.watch(await start([join(studio.folder, 'many')]), (event) => {
      if (acknowledged(event) === 0 || killed > 1 || studio.processIds.image.length <= killed) return
      process.kill(studio.processIds.image[killed++]!, 'SIGKILL')
    })
    expect(killed).toBeGreaterThan(0)
    expect(studio.processIds.image.length).toBeGreaterThan(killed)
    expect((await studio.client.images.imports())[0]!.report).toMatchObject({ images: 200, labelled: 200, skipped: [] })
  })

  test('the studio killed with kill -9 loses nothing that it had acknowledged, and importing again takes the rest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graft-killed-'))
    try {
      const many = join(folder, 'many')
      await drawFolder(many, { perClass: 150, firstSeed: 4000 })
      const child = fork(join(import.meta.dirname, 'importing-process-for-tests.ts'), [folder, many], { execArgv: [], stdio: 'ignore' })
      const state = { acknowledged: 0, workers: [] as number[] }
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.on('message', (message) => {
        Object.assign(state, message)
        if (state.acknowledged >= 64) child.kill('SIGKILL')
      })
      await exited
      await studio.client.project.open({ path: join(folder, 'projects/killed.graft') })
      const kept = (await all()).length
      expect(kept).toBeGreaterThanOrEqual(state.acknowledged)
      expect(kept).toBeLessThan(300)
      expect(await all({ class: 'unlabelled' })).toEqual([])
      const states = studio.context.project().db.prepare('SELECT state FROM import').all()
      expect(states).toEqual([{ state: 'interrupted' }])
      expect(await importing([many])).toMatchObject({ images: 300 - kept, duplicates: kept })
      for (const pid of state.workers) await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 20_000 })
    } finally {
      await studio.client.project.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe.skipIf(!hasBackbone)('features', () => {
  test('of the chosen backbone are there when the import is over', async () => {
    const report = await importing([join(pictures, 'set')], { backbone })
    expect(report).toMatchObject({ images: 80 })
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })
    const hashes = images.map((image) => image.hash)
    const files = backboneFiles({ resourcesDir: checkoutResources }, backbone)
    expect(await missingFeatures(studio.context, studio.context.project(), files, hashes)).toEqual([])
  })

  test('of photos that come later are those of the network that has looked at the others, so that all can be compared', async () => {
    await importing([join(pictures, 'more', 'circle')], { backbone })
    await studio.result(
      (await studio.client.images.import({ paths: [join(pictures, 'more', 'square')], labelFromFolders: true })).jobId,
      'import',
    )
    expect(await studio.client.features.state()).toEqual({ backbone, images: 10, missing: 0 })
  })

  test('are left to the training when the training worker is killed on the way', async () => {
    const jobId = await start([join(pictures, 'set')], { backbone })
    await vi.waitFor(() => expect(studio.processIds.training).toHaveLength(1), { timeout: 60_000, interval: 5 })
    process.kill(studio.processIds.training[0]!, 'SIGKILL')
    expect((await studio.result(jobId, 'import')).report).toMatchObject({ images: 80, skipped: [] })
    expect(studio.logged.map((line) => line.message)).toContain('the features of this import are left for later')
  })
})

test('a backbone that was not fetched is passed over with a line in the log', async () => {
  await studio.close()
  const resourcesDir = join(pictures, 'resources')
  await cp(join(checkoutResources, 'backbones', 'catalog.json'), join(resourcesDir, 'backbones', 'catalog.json'))
  studio = await testStudio({ resourcesDir })
  await studio.client.project.create({ name: 'photos' })
  expect(await importing([join(pictures, 'more')], { backbone })).toMatchObject({ images: 10 })
  expect(studio.logged.filter((line) => line.message === 'features are not extracted during this import')).toHaveLength(1)
})
