import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ImportReport } from '../../contract/images.ts'
import type { Studio } from '../studio.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { zipForTests, type EntryForTests } from '../zip/zip-for-tests.ts'
import { insertImage } from './image-rows.ts'
import { insertImport } from './import-rows.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let pictures = ''
let studio: TestStudio
/** Room for the files of one test. */
let room = ''
beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'graft-pictures-'))
  await drawFolder(pictures, { perClass: 3 })
})
afterAll(() => rm(pictures, { recursive: true, force: true }))
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'photos' })
  room = join(studio.folder, 'room')
  await mkdir(room)
})
afterEach(() => studio.close())

type ImportInput = Partial<Parameters<Studio['client']['images']['import']>[0]>

async function start(paths: readonly string[], more: ImportInput = {}): Promise<string> {
  return (await studio.client.images.import({ paths: [...paths], labelFromFolders: true, backbone: null, ...more })).jobId
}
async function importing(paths: readonly string[], more: ImportInput = {}): Promise<ImportReport> {
  return (await studio.result(await start(paths, more), 'import')).report
}
const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await studio.client.classes.list()).map((each) => [each.name, each.images]))
const images = async () => (await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })).images
const unpacked = (): readonly string[] => {
  const folder = join(studio.folder, 'data', 'unpacked')
  return existsSync(folder) ? readdirSync(folder) : []
}
const picture = (shape: 'circle' | 'square', number: number): Promise<Buffer> =>
  readFile(join(pictures, shape, `${shape}-${String(number).padStart(4, '0')}.jpg`))
async function zip(name: string, entries: readonly EntryForTests[]): Promise<string> {
  const file = join(room, name)
  await writeFile(file, zipForTests(entries))
  return file
}
const photos = async (...names: readonly string[]): Promise<EntryForTests[]> =>
  Promise.all(
    names.map(async (name, index) => ({ name, content: await picture(name.includes('square') ? 'square' : 'circle', (index % 3) + 1) })),
  )
async function text(name: string, content: string | object): Promise<string> {
  const file = join(room, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

describe('a zip', () => {
  test('comes in as the folder it holds, with its labels, as one step, and nothing of it stays unpacked', async () => {
    const file = await zip('pets.zip', [
      ...(await photos('pets/circle/1.jpg', 'pets/square/1.jpg', 'pets/circle/3.jpg')),
      { name: 'pets/more.zip', content: 'PK' },
      { name: 'pets/notes.txt', content: 'no picture' },
      { name: '__MACOSX/pets/circle/._1.jpg', content: 'x' },
    ])
    const steps = new Set<string>()
    await studio.watch(await start([file]), (event) => {
      if (event.type === 'job' && event.job.state.state === 'running') steps.add(event.job.state.progress.step)
    })
    const report = (await studio.client.images.imports())[0]!.report
    expect(report).toMatchObject({ images: 3, labelled: 3, cancelled: false, conflicts: [] })
    expect(report.sources).toEqual([{ file, kind: 'zip', photos: 4, classes: 0, taken: null }])
    expect(report.skipped.map((each) => [each.file, each.reason]).toSorted()).toEqual([
      [join(file, 'pets/more.zip'), 'archive'],
      [join(file, 'pets/notes.txt'), 'not-a-picture'],
    ])
    expect(await counts()).toEqual({ circle: 2, square: 1 })
    expect([...steps]).toContain('unpacking')
    expect(unpacked()).toEqual([])
    const detail = await studio.client.images.detail({ hash: (await images())[0]!.hash })
    expect(detail).toMatchObject({ image: { name: '1.jpg' }, sourcePath: join(file, 'pets/circle/1.jpg'), isSourcePresent: true })
    await studio.client.history.undo()
    expect(await counts()).toEqual({})
    expect(await images()).toEqual([])
  })

  test('of one folder names no class, and several name theirs', async () => {
    const [circle, square] = [await zip('circle.zip', await photos('circle/1.jpg')), await zip('square.zip', await photos('square 1.jpg'))]
    expect(await importing([circle])).toMatchObject({ images: 1, labelled: 0 })
    expect(await importing([circle, square])).toMatchObject({ images: 1, labelled: 2 })
    expect(await counts()).toEqual({ circle: 1, square: 1 })
  })

  test.each([
    ['path', { name: '../../up.jpg', content: 'x' }],
    ['link', { name: 'a.jpg', content: '/etc/passwd', mode: 0o120777 }],
    ['encrypted', { name: 'a.jpg', content: 'x', flags: 0x801 }],
  ] as const)('is refused with words (%s), whatever else was given, and nothing changes', async (reason, entry) => {
    const bad = await zip('bad.zip', [...(await photos('circle/1.jpg')), entry])
    const good = await zip('good.zip', await photos('circle/2.jpg'))
    await expect(importing([good, bad, pictures])).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED', details: { file: bad, reason } })
    expect(await images()).toEqual([])
    expect(await studio.client.images.imports()).toEqual([])
    expect(unpacked()).toEqual([])
  })

  test('that is none, cut off, or holds nothing says so', async () => {
    const whole = zipForTests(await photos('circle/1.jpg'))
    await writeFile(join(room, 'cut.zip'), whole.subarray(0, whole.length - 30))
    await writeFile(join(room, 'text.zip'), 'not a zip')
    for (const name of ['cut.zip', 'text.zip']) {
      await expect(importing([join(room, name)])).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED', details: { reason: 'damaged' } })
    }
    await expect(importing([await zip('empty.zip', [])])).rejects.toMatchObject({ code: 'NOTHING_TO_IMPORT' })
  })

  test('loses the file that is broken and no other', async () => {
    const file = await zip('half.zip', [{ name: 'bad.jpg', content: 'x', saysBytes: 99 }, ...(await photos('circle 1.jpg'))])
    const report = await importing([file])
    expect(report).toMatchObject({ images: 1, skipped: [{ file: join(file, 'bad.jpg'), reason: 'broken' }] })
  })

  test('that is cancelled while it is unpacked leaves nothing, and nothing of it is in the project', async () => {
    const large = Array.from({ length: 200 }, (_, index) => ({
      name: `${index}.tif`,
      content: Buffer.alloc(1_000_000, index),
      isStored: true,
    }))
    const jobId = await start([await zip('large.zip', large)])
    const events = await studio.watch(jobId, (event) => {
      if (event.type === 'job' && event.job.state.state === 'running' && event.job.state.progress.step === 'unpacking')
        void studio.client.jobs.cancel({ jobId })
    })
    expect(events.at(-1)).toMatchObject({ job: { state: { state: 'cancelled' } } })
    expect(await images()).toEqual([])
    expect(unpacked()).toEqual([])
  })

  test('that a killed studio had unpacked is gone at the next start', async () => {
    const left = join(studio.folder, 'data', 'unpacked', '999999999-killed')
    await mkdir(left, { recursive: true })
    await writeFile(join(left, 'a.jpg'), 'x')
    const next = await testStudio({ folder: studio.folder })
    await next.close()
    expect(existsSync(left)).toBe(false)
  })

  test("of another program, like a text document, is none of anybody's photos", async () => {
    const file = await zip('letter.docx', await photos('word/media/circle.jpg'))
    expect(await importing([file])).toMatchObject({ images: 0, skipped: [{ reason: 'not-a-picture' }] })
  })
})

describe('a project of Teachable Machine', () => {
  const manifest = (type: string): EntryForTests => ({
    name: 'manifest.json',
    content: JSON.stringify({
      type,
      version: '2.4.4',
      appdata: { publishResults: {}, trainEpochs: 50, trainBatchSize: 16, trainLearningRate: 0.001 },
    }),
  })
  test('gives its samples the classes that they have there', async () => {
    const file = await zip('project.tm', [
      manifest('image'),
      ...(await photos('A circle?-!-0.jpg', 'square-!-b-!-0.jpg', 'A circle?-!-1.jpg')),
    ])
    // It needs no asking for folders: its classes are its own.
    const report = await importing([file], { labelFromFolders: false })
    expect(report).toMatchObject({ images: 3, labelled: 3, skipped: [] })
    expect(report.sources).toEqual([{ file, kind: 'teachable-machine', photos: 3, classes: 2, taken: null }])
    expect(await counts()).toEqual({ 'A circle?': 2, 'square-!-b': 1 })
    const [first] = await images()
    expect(first).toMatchObject({ labelSource: 'file' })
  })

  test('of sounds or poses is refused with words', async () => {
    const file = await zip('project.tm', [manifest('audio'), { name: 'Background Noise-!-0.webm', content: 'x' }])
    await expect(importing([file])).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED', details: { reason: 'other-project', entry: 'audio' } })
  })
})

describe('a table of files and classes', () => {
  test('given alone brings the photos that lie beside it, with their classes and no other', async () => {
    await cp(pictures, join(room, 'p'), { recursive: true })
    await cp(join(pictures, 'circle/circle-0003.jpg'), join(studio.folder, 'outside.jpg'))
    const file = await text(
      'labels.csv',
      [
        'file;class',
        'p/circle/circle-0001.jpg;round',
        'p\\square\\square-0001.jpg;"has; corners"',
        'p/circle/circle-0002.jpg;',
        'p/9.jpg;gone',
        '../outside.jpg;x',
        ';y',
      ].join('\r\n'),
    )
    const report = await importing([file], { labelFromFolders: false })
    expect(report).toMatchObject({
      images: 3,
      labelled: 2,
      unnamed: 0,
      sources: [{ file, kind: 'csv', photos: 5, classes: 4, taken: null }],
    })
    expect(report.skipped.map(({ file: each, reason }) => [each, reason])).toEqual([
      ['labels.csv, line 7', 'not-understood'],
      ['p/9.jpg', 'not-found'],
      ['../outside.jpg', 'outside'],
    ])
    expect(await counts()).toEqual({ round: 1, 'has; corners': 1 })
    await studio.client.history.undo()
    expect(await counts()).toEqual({})
  })

  test('in a folder names the classes, the folders do not, and photos that it leaves out are counted', async () => {
    await cp(pictures, join(room, 'set'), { recursive: true })
    await writeFile(join(room, 'set', 'labels.csv'), 'circle-0001.jpg,round\nsquare/square-0001.jpg,square\n')
    await writeFile(join(room, 'set', 'prices.csv'), 'name,price\nbread,2\n')
    const report = await importing([join(room, 'set')])
    expect(report).toMatchObject({
      images: 6,
      labelled: 2,
      unnamed: 4,
      skipped: [{ file: join(room, 'set', 'prices.csv'), reason: 'not-a-picture' }],
    })
    expect(await counts()).toEqual({ round: 1, square: 1 })
  })

  test('gives classes to photos that are in the project; those with another one keep it and are listed', async () => {
    await importing([pictures])
    const { images: all } = await studio.client.images.list({ filter: { name: 'circle-0002' }, offset: 0, limit: 1 })
    await studio.client.labels.set({ hashes: [all[0]!.hash], classId: null })
    const file = await text(
      'labels.csv',
      'file,class\nelsewhere/circle-0001.jpg,Square\ncircle-0002.jpg,oval\nsquare/square-0001.jpg,square\nno.jpg,x\n',
    )
    const report = await importing([file])
    expect(report).toMatchObject({ images: 0, labelled: 1, duplicates: 0 })
    expect(report.conflicts).toMatchObject([{ file: 'elsewhere/circle-0001.jpg', class: 'circle', folderClass: 'Square', by: 'file' }])
    expect(report.skipped).toMatchObject([{ file: 'no.jpg', reason: 'not-found', detail: 'labels.csv' }])
    expect(await counts()).toEqual({ circle: 2, square: 3, oval: 1 })
    expect((await studio.client.history.state()).undo).toMatchObject({
      action: 'image-add',
      details: { images: 0, labelled: 1, by: 'file' },
    })
  })

  test('gives classes to thousands of photos of the project in portions, which are one step, and between which other work has its turn', async () => {
    const { db } = studio.context.project()
    const importId = insertImport(db, 1)
    const count = 2500
    db.transaction(() => {
      for (let index = 0; index < count; index++) {
        const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 1, perceptualHash: '0'.repeat(16), importId, importedAtMs: 1 }
        insertImage(db, { hash: String(index).padStart(64, '0'), name: `${index}.jpg`, sourcePath: `/set/${index}.jpg`, ...picture })
      }
    })()
    const lines = Array.from({ length: count }, (_, index) => `${index}.jpg,${index % 2 === 0 ? 'even' : 'odd'}`)
    const file = await text('labels.csv', `file,class\n${lines.join('\n')}\n`)
    const { jobId } = await studio.client.images.import({ paths: [file], labelFromFolders: false, backbone: null })
    // Whoever asks meanwhile has a turn.
    const seen = new Set<unknown>()
    let isOver = false
    const look = (): void => {
      if (isOver) return
      seen.add(db.prepare('SELECT COUNT(*) FROM label').pluck().get())
      setImmediate(look)
    }
    look()
    await studio.watch(jobId)
    isOver = true
    expect([...seen]).toEqual([0, 1000, 2000, count])
    expect((await studio.client.images.imports())[0]?.report).toMatchObject({ labelled: count, cancelled: false })
    expect((await studio.client.history.state()).undo?.details).toEqual({ images: 0, labelled: count, by: 'file' })
    await studio.client.history.undo()
    expect(await counts()).toEqual({})
  })

  test('whose photos are nowhere says where they should be, and one that names none what it lacks', async () => {
    const lost = await text('lost.csv', 'file,class\na/1.jpg,cat\na/2.jpg,dog\n')
    await expect(importing([lost])).rejects.toMatchObject({
      code: 'LABELS_WITHOUT_PHOTOS',
      details: { file: 'lost.csv', photos: 2, example: 'a/1.jpg' },
    })
    const wide = await text('wide.csv', 'file,red,blue\na.jpg,1,0\n')
    await expect(importing([wide])).rejects.toMatchObject({
      code: 'LABELS_UNREADABLE',
      details: { reason: expect.stringContaining('red, blue') },
    })
    expect(await importing([wide, pictures])).toMatchObject({ images: 6, labelled: 6, skipped: [{ file: wide, reason: 'no-labels' }] })
  })

  test('never gives the class of one photo to another of the same name', async () => {
    const set = join(room, 'test')
    await mkdir(set)
    await writeFile(join(set, '1.jpg'), await picture('circle', 1))
    const file = await text('all.csv', 'file,class\ntrain/1.jpg,square\ntest/1.jpg,circle\n')
    expect(await importing([file, set])).toMatchObject({ images: 1, labelled: 1, skipped: [{ file: 'train/1.jpg', reason: 'not-found' }] })
    expect(await counts()).toEqual({ circle: 1 })
  })
})

describe('COCO', () => {
  const coco = (folder: string) => ({
    images: ['circle-0001', 'circle-0002', 'square-0001'].map((name, id) => ({
      id,
      width: 320,
      height: 240,
      file_name: `${folder}${name}.jpg`,
    })),
    categories: [
      { id: 1, name: 'round' },
      { id: 2, name: 'square' },
    ],
    annotations: [
      { id: 1, image_id: 0, category_id: 1, area: 10, bbox: [0, 0, 5, 2], iscrowd: 0 },
      { id: 2, image_id: 1, category_id: 1, area: 10, bbox: [0, 0, 5, 2], iscrowd: 0 },
      { id: 3, image_id: 1, category_id: 2, area: 90, bbox: [0, 0, 9, 10], iscrowd: 0 },
    ],
  })
  async function dataset(): Promise<string> {
    const set = join(room, 'coco')
    await mkdir(join(set, 'annotations'), { recursive: true })
    await mkdir(join(set, 'images'))
    for (const shape of ['circle', 'square']) await cp(join(pictures, shape), join(set, 'images'), { recursive: true })
    await writeFile(join(set, 'annotations', 'instances.json'), JSON.stringify(coco('')))
    return set
  }

  test('in a folder names the classes; a photo with several is given none and listed, and can be given the one of its largest box', async () => {
    const report = await importing([await dataset()])
    expect(report).toMatchObject({ images: 6, labelled: 1, unnamed: 3, skipped: [] })
    expect(report.sources).toMatchObject([{ kind: 'coco', photos: 3, classes: 2 }])
    expect(report.several).toMatchObject([{ classes: ['square', 'round'] }])
    expect(basename(report.several[0]!.file)).toBe('circle-0002.jpg')
    expect(await counts()).toEqual({ round: 1 })
    const again = await importing([join(room, 'coco')], { several: 'largest' })
    expect(again).toMatchObject({ images: 0, labelled: 1, several: [] })
    expect(await counts()).toEqual({ round: 1, square: 1 })
  })

  test('that was sent names photos as whoever sent it knows them', async () => {
    const sent = join(room, 'uploads', '4711-aB3xY9', '5f6d6037-0000-4000-8000-000000000000')
    await mkdir(sent, { recursive: true })
    await cp(await dataset(), sent, { recursive: true })
    const report = await importing([sent], { several: 'unlabelled' })
    expect(report.several).toMatchObject([{ file: 'images/circle-0002.jpg' }])
    const left = await importing([sent], { several: 'skip' })
    expect(left.skipped.filter(({ reason }) => reason === 'several-classes')).toMatchObject([{ file: 'images/circle-0002.jpg' }])
  })

  test('leaves photos with several classes out where that is asked', async () => {
    const report = await importing([await dataset()], { several: 'skip' })
    expect(report).toMatchObject({ images: 5, labelled: 1, several: [] })
    expect(report.skipped).toMatchObject([{ reason: 'several-classes', detail: 'square, round' }])
  })

  test('in a zip finds its photos there', async () => {
    const entries = await photos('set/images/circle-0001.jpg', 'set/images/circle-0002.jpg', 'set/images/square-0001.jpg')
    const file = await zip('coco.zip', [...entries, { name: 'set/labels.json', content: JSON.stringify(coco('images/')) }])
    const report = await importing([file], { several: 'largest' })
    expect(report).toMatchObject({ images: 3, labelled: 2, skipped: [] })
    expect(report.sources.map(({ kind }) => kind)).toEqual(['zip', 'coco'])
    expect(report.sources[1]!.file).toBe(join(file, 'set', 'labels.json'))
    expect(await counts()).toEqual({ round: 1, square: 1 })
  })

  test('given alone finds its photos in images beside it', async () => {
    await dataset()
    await writeFile(join(room, 'coco', 'result.json'), JSON.stringify(coco('')))
    expect(await importing([join(room, 'coco', 'result.json')], { several: 'largest' })).toMatchObject({
      images: 3,
      labelled: 2,
      unnamed: 0,
    })
  })
})

test('an export of Label Studio gives its choices to the photos that are given with it, by their names from before they were sent there', async () => {
  const [first, second] = [join(room, 'circle-0001.jpg'), join(room, 'square-0001.jpg')]
  await writeFile(first, await picture('circle', 1))
  await writeFile(second, await picture('square', 1))
  const choice = (name: string) => [
    { result: [{ from_name: 'choice', to_name: 'image', type: 'choices', value: { choices: [name] } }], was_cancelled: false },
  ]
  const file = await text('project-1.json', [
    { id: 1, data: { image: '/data/upload/1/0a1b2c3d-circle-0001.jpg' }, annotations: choice('round') },
    { id: 2, data: { image: '/data/local-files/?d=pets/square-0001.jpg' }, annotations: choice('square') },
  ])
  const report = await importing([file, first, second])
  expect(report).toMatchObject({ images: 2, labelled: 2, skipped: [], sources: [{ kind: 'label-studio', photos: 2, classes: 2 }] })
  expect(await counts()).toEqual({ round: 1, square: 1 })
})

test.each(['folders', 'csv', 'coco'] as const)('what Graft writes as %s in a zip comes back as it was', async (layout) => {
  await importing([join(pictures, 'circle'), join(pictures, 'square')])
  const [circle] = await studio.client.classes.list()
  await studio.client.classes.rename({ id: circle!.id, name: '"round, or so"' })
  const { id } = await studio.client.classes.add({ name: 'CON' })
  const before = await images()
  await studio.client.labels.set({ hashes: [before[0]!.hash], classId: id })
  await studio.client.labels.set({ hashes: [before[5]!.hash], classId: null })
  const labels = async () => {
    const classes = await studio.client.classes.list()
    return (await images()).map(({ hash, classId }) => [hash, classes.find((each) => each.id === classId)?.name ?? null]).toSorted()
  }
  const saved = await labels()
  const choice = { kind: 'filter', filter: { trashed: false } } as const
  const { jobId } = await studio.client.exporting.photos({ choice, withUnlabelled: true, layout, isZip: true, out: room })
  const { report } = await studio.result(jobId, 'export-photos')
  await studio.client.project.create({ name: 'again' })
  expect(await importing([report.path])).toMatchObject({ images: 6, labelled: 5, unnamed: 0, skipped: [] })
  expect(await labels()).toEqual(saved)
})
