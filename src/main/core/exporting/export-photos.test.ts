import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { getuid } from 'node:process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import yauzl from 'yauzl'
import { z } from 'zod'
import type { PhotoChoice, PhotoExportReport, PhotoLayout } from '../../contract/photo-export.ts'
import { drawFolder, drawPicture } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let pictures = ''
let studio: TestStudio
let out = ''
beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'graft-saved-'))
})
afterAll(() => rm(pictures, { recursive: true, force: true }))
beforeEach(async () => {
  await rm(pictures, { recursive: true, force: true })
  // Larger than a working copy: a smaller JPEG is its own.
  await drawFolder(join(pictures, 'set'), { perClass: 4, widthPx: 560, heightPx: 420 })
  studio = await testStudio()
  out = join(studio.folder, 'out')
  await studio.client.project.create({ name: 'Meine Vögel' })
  await importing([join(pictures, 'set')])
})
afterEach(() => studio.close())

const everything: PhotoChoice = { kind: 'filter', filter: { trashed: false } }
interface Wanted {
  readonly choice?: PhotoChoice
  readonly withUnlabelled?: boolean
  readonly layout?: PhotoLayout
  readonly isZip?: boolean
  readonly into?: string | null
}
async function start({
  choice = everything,
  withUnlabelled = true,
  layout = 'folders',
  isZip = false,
  into = out,
}: Wanted = {}): Promise<string> {
  return (await studio.client.exporting.photos({ choice, withUnlabelled, layout, isZip, out: into })).jobId
}
const save = async (wanted: Wanted = {}): Promise<PhotoExportReport> => (await studio.result(await start(wanted), 'export-photos')).report
async function importing(paths: readonly string[], labelFromFolders = true) {
  const { jobId } = await studio.client.images.import({ paths: [...paths], labelFromFolders, backbone: null })
  return (await studio.result(jobId, 'import')).report
}
/** Hash and class name of every photo. */
async function labels(): Promise<Record<string, string | null>> {
  const classes = new Map((await studio.client.classes.list()).map(({ id, name }) => [id, name]))
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 2000 })
  return Object.fromEntries(images.map(({ hash, classId }) => [hash, classId === null ? null : (classes.get(classId) ?? null)]))
}
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
async function hashes(folder: string, files: readonly string[]): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, hashOf(await readFile(join(folder, file)))] as const)))
}
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort()
async function classNamed(name: string): Promise<number> {
  const there = (await studio.client.classes.list()).find((each) => each.name === name)
  return there?.id ?? (await studio.client.classes.add({ name })).id
}
const listed = async () => (await studio.client.images.list({ filter: {}, offset: 0, limit: 2000 })).images

describe('saving as folders', () => {
  test('writes the very files that were added, one folder a class, and those without a class beside them', async () => {
    const [first] = await listed()
    await studio.client.labels.set({ hashes: [first!.hash], classId: null })
    const report = await save()
    expect(report).toMatchObject({
      path: join(out, 'meine-vogel-photos'),
      images: 8,
      labelled: 7,
      classes: 2,
      leftOut: 0,
      fromWorkingCopy: 0,
      renamed: 0,
      missing: [],
    })
    const before = await labels()
    const files = await filesIn(report.path)
    expect(files).toHaveLength(8)
    expect(
      Object.fromEntries(
        Object.entries(await hashes(report.path, files)).map(([file, hash]) => [hash, file.includes('/') ? file.split('/')[0] : null]),
      ),
    ).toEqual(before)
    expect(report.bytes).toBe(
      (await Promise.all(files.map((file) => stat(join(report.path, file))))).reduce((sum, { size }) => sum + size, 0),
    )
  })

  test('brings the same labels back when the folder is imported elsewhere, whatever the classes are called', async () => {
    const odd = ['CON', 'cat/dog', 'Cat\\Dog', 'é', 'birds.graft', '.hidden', 'a.', '__MACOSX']
    for (const [index, { hash }] of (await listed()).entries())
      await studio.client.labels.set({ hashes: [hash], classId: await classNamed(odd[index] ?? '') })
    const before = await labels()
    expect(new Set(Object.values(before))).toEqual(new Set(odd))
    for (const isZip of [false, true]) {
      const { path } = await save({ isZip })
      await studio.client.project.create({ name: `again ${String(isZip)}` })
      expect((await importing([isZip ? await unpacked(path) : path])).skipped).toEqual([])
      expect(await labels()).toEqual(before)
      await studio.client.project.open({ path: join(studio.folder, 'projects/Meine Vögel.graft') })
    }
  })

  test('gives photos of one name different ones', async () => {
    await mkdir(join(pictures, 'more/circle'), { recursive: true })
    const same = (await readdir(join(pictures, 'set/circle')))[0] ?? ''
    await writeFile(join(pictures, 'more/circle', same.toUpperCase()), await drawPicture({ shape: 'circle', seed: 900 }, 'jpeg'))
    await importing([join(pictures, 'more')])
    const report = await save()
    expect(report).toMatchObject({ images: 9, renamed: 1 })
    expect((await readdir(join(report.path, 'circle'))).map((name) => name.toLowerCase())).toHaveLength(5)
  })

  test('takes the working copy where a file has changed or is gone, and says so', async () => {
    const [gone, changed] = (await readdir(join(pictures, 'set/circle'))).map((name) => join(pictures, 'set/circle', name))
    await rename(gone!, `${gone!}.away`)
    await writeFile(changed!, await drawPicture({ shape: 'cross', seed: 7 }, 'jpeg'))
    const report = await save()
    expect(report).toMatchObject({ images: 8, fromWorkingCopy: 2, missing: [] })
    const written = Object.values(await hashes(report.path, await filesIn(report.path)))
    expect(written).not.toContain(hashOf(await readFile(changed!)))
  })

  test('writes a small JPEG whose file is gone as it was, because its working copy is the same', async () => {
    const small = join(pictures, 'small.jpg')
    await writeFile(small, await drawPicture({ shape: 'cross', seed: 3 }, 'jpeg'))
    await importing([small])
    const hash = hashOf(await readFile(small))
    await rm(small)
    const report = await save({ choice: { kind: 'hashes', hashes: [hash] } })
    expect(report).toMatchObject({ images: 1, fromWorkingCopy: 0 })
    expect(Object.values(await hashes(report.path, await filesIn(report.path)))).toEqual([hash])
  })

  test('names the photos of which nothing is left, and writes the others', async () => {
    const [first] = await listed()
    const { sourcePath } = await studio.client.images.detail({ hash: first!.hash })
    await rm(sourcePath)
    await rm(join(studio.context.project().files.workingCopies, first!.hash.slice(0, 2), `${first!.hash}.jpg`))
    expect(await save()).toMatchObject({ images: 7, missing: [first!.name] })
  })

  test('never overwrites what is there', async () => {
    const [one, two] = [await save(), await save()]
    expect([one.path, two.path]).toEqual([join(out, 'meine-vogel-photos'), join(out, 'meine-vogel-photos-2')])
    expect(await filesIn(one.path)).toEqual(await filesIn(two.path))
  })
})

describe('saving as lists', () => {
  test('writes a table of file and class that holds any name of a class', async () => {
    const odd = ['a,b', 'say "cat"', 'two\nlines', '=1+1', 'ü', 'plain', ' ', 'x']
    for (const [index, { hash }] of (await listed()).entries()) {
      const name = odd[index]?.trim() ?? ''
      await studio.client.labels.set({ hashes: [hash], classId: name === '' ? null : await classNamed(name) })
    }
    const { path } = await save({ layout: 'csv' })
    // Another reader than ours: Python's own.
    const program = 'import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")))))'
    const rows = z
      .array(z.object({ file: z.string(), class: z.string() }))
      .parse(JSON.parse(execFileSync('python3', ['-c', program, join(path, 'labels.csv')], { encoding: 'utf8' })))
    const written = await hashes(
      path,
      rows.map(({ file }) => file),
    )
    const before = await labels()
    expect(Object.fromEntries(rows.map((row) => [written[row.file], row.class === '' ? null : row.class]))).toEqual(before)
    expect(rows.every(({ file }) => file.startsWith('images/'))).toBe(true)
  })

  test('writes COCO with a box around each whole photo, whose size is that of the file beside it', async () => {
    const [first, second] = await listed()
    await rm((await studio.client.images.detail({ hash: second!.hash })).sourcePath)
    await studio.client.labels.set({ hashes: [first!.hash], classId: null })
    const { path } = await save({ layout: 'coco' })
    const coco = Coco.parse(JSON.parse(await readFile(join(path, 'annotations.json'), 'utf8')))
    expect(coco.images).toHaveLength(8)
    expect(coco.categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'circle'],
      [2, 'square'],
    ])
    expect(coco.annotations).toHaveLength(7)
    for (const image of coco.images) {
      const sharp = (await import('sharp')).default
      const { width, height } = await sharp(join(path, image.file_name)).metadata()
      expect([image.width, image.height]).toEqual([width, height])
    }
    const imageOf = new Map(coco.images.map((image) => [image.id, image]))
    for (const { image_id, bbox, area } of coco.annotations) {
      const { width = 0, height = 0 } = imageOf.get(image_id) ?? {}
      expect([bbox, area]).toEqual([[0, 0, width, height], width * height])
    }
  })

  test('comes back with the same labels, as a folder and as a zip, whatever the classes are called', async () => {
    const odd = ['CON', 'cat/dog', 'a,b', 'say "cat"', 'é', '=1+1', 'x.graft', null]
    for (const [index, { hash }] of (await listed()).entries()) {
      const name = odd[index] ?? null
      await studio.client.labels.set({ hashes: [hash], classId: name === null ? null : await classNamed(name) })
    }
    const before = await labels()
    const { path: project } = await studio.client.project.open({ path: join(studio.folder, 'projects/Meine Vögel.graft') })
    for (const layout of ['folders', 'csv', 'coco'] as const) {
      for (const isZip of [false, true]) {
        const { path } = await save({ layout, isZip })
        await studio.client.project.create({ name: `again ${layout} ${String(isZip)}` })
        await importing([path])
        expect(await labels(), `${layout}, zip ${String(isZip)}`).toEqual(before)
        await studio.client.project.open({ path: project })
      }
    }
  })

  test('in a zip holds what the folder holds', async () => {
    for (const layout of ['csv', 'coco'] as const) {
      const [folder, zip] = [await save({ layout }), await save({ layout, isZip: true })]
      expect(zip.path).toBe(`${folder.path}.zip`)
      const into = await unpacked(zip.path)
      expect(await hashes(into, await filesIn(into))).toEqual(await hashes(folder.path, await filesIn(folder.path)))
    }
  })
})

const Coco = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string(), width: z.int(), height: z.int() })),
  annotations: z.array(z.object({ id: z.int(), image_id: z.int(), category_id: z.int(), bbox: z.array(z.number()), area: z.number() })),
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
})

describe('the choice', () => {
  test('is a filter or named photos, without the trash, with or without those that have no class', async () => {
    const all = await listed()
    const named = all.slice(0, 3).map(({ hash }) => hash)
    await studio.client.labels.set({ hashes: [named[0]!], classId: null })
    await studio.client.images.trash({ hashes: [named[1]!] })
    const circle = await classNamed('circle')
    const size = async (choice: PhotoChoice) => {
      const { labelled, unlabelled } = await studio.client.exporting.photosSize({ choice })
      return [labelled.images, unlabelled.images]
    }
    expect(await size(everything)).toEqual([6, 1])
    expect(await size({ kind: 'hashes', hashes: [...named, named[2]!] })).toEqual([1, 1])
    expect(await size({ kind: 'filter', filter: { trashed: true, class: circle } })).toEqual([2, 0])
    const sizeBytes = new Map(all.map((image) => [image.hash, image.sizeBytes]))
    const measured = await studio.client.exporting.photosSize({ choice: { kind: 'hashes', hashes: [named[2]!] } })
    expect(measured.labelled.bytes).toBe(sizeBytes.get(named[2]!))
    expect(await save({ choice: { kind: 'hashes', hashes: named }, withUnlabelled: false })).toMatchObject({
      images: 1,
      labelled: 1,
      leftOut: 1,
    })
    expect(await save({ choice: { kind: 'hashes', hashes: named } })).toMatchObject({ images: 2, labelled: 1 })
  })

  test('of no photo is refused before work begins', async () => {
    const choice = { kind: 'filter', filter: { trashed: false, class: 'unlabelled' } } as const
    await expect(start({ choice })).rejects.toMatchObject({ code: 'NO_PHOTOS_TO_SAVE' })
  })
})

describe('what goes wrong', () => {
  test('cancelled, nothing is left, not even the folder that was made for it', async () => {
    for (const isZip of [false, true]) {
      const jobId = await start({ isZip, into: join(out, 'deep/er') })
      await studio.client.jobs.cancel({ jobId })
      const last = (await studio.watch(jobId)).at(-1)
      expect(last?.type === 'job' && last.job.state.state).toBe('cancelled')
      await expect(stat(out)).rejects.toThrow('ENOENT')
    }
  })

  test('a place inside a project is refused', async () => {
    await expect(start({ into: join(studio.context.project().files.root, 'images') })).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
  })

  test.skipIf(getuid?.() === 0)('a place that may not be written to is told, and nothing is left', async () => {
    await mkdir(out)
    await chmod(out, 0o500)
    await expect(save()).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
    await chmod(out, 0o700)
    expect(await readdir(out)).toEqual([])
  })

  test('a file where the folder should be is told', async () => {
    await writeFile(out, '')
    await expect(save()).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
  })

  test('what a killed process left in the place goes with the next work, and what is not ours stays', async () => {
    const left = join(out, '.graft-photos-999999999-abcdef')
    await mkdir(join(left, 'photos'), { recursive: true })
    await mkdir(join(out, '.graft-photos'))
    await save()
    expect((await readdir(out)).sort()).toEqual(['.graft-photos', 'meine-vogel-photos'])
  })

  test('a photo that a project from elsewhere says is another file of this machine is not given away', async () => {
    const secret = join(studio.folder, 'secret.jpg')
    await writeFile(secret, 'a secret')
    const [first] = await listed()
    studio.context.project().db.prepare('UPDATE image SET source_path = ? WHERE hash = ?').run(secret, first!.hash)
    const report = await save()
    expect(report).toMatchObject({ images: 8, fromWorkingCopy: 1 })
    for (const file of await filesIn(report.path)) expect((await readFile(join(report.path, file))).includes('a secret')).toBe(false)
  })
})

test('for a browser it is a zip in a folder of the studio’s own', async () => {
  const report = await save({ into: null })
  expect(report).toMatchObject({ isZip: true, isDownload: true, images: 8 })
  expect(report.path.startsWith(join(studio.folder, 'data/downloads'))).toBe(true)
  expect((await filesIn(await unpacked(report.path))).length).toBe(8)
})

async function unpacked(path: string): Promise<string> {
  const into = await mkdtemp(join(studio.folder, 'unpacked-'))
  const zip = await yauzl.openPromise(path)
  for await (const entry of zip.eachEntry()) {
    const target = join(into, entry.fileName)
    await mkdir(join(target, '..'), { recursive: true })
    await writeFile(target, await buffer(await zip.openReadStreamPromise(entry)))
  }
  return into
}
