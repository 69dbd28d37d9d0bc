import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planSplit } from '../splits/make-split.ts'
import { drawFolder, drawPixels } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))
const waste = join(import.meta.dirname, '../../../../../shared/datasets/waste')

describe('photos that look alike', { timeout: 120_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => {
    studio = await testStudio()
    await studio.client.project.create({ name: 'shapes' })
    await drawFolder(join(studio.folder, 'photos'), { perClass: 6, classes: ['circle', 'square', 'cross'] })
    await add('photos')
    // Smaller and larger copies of two of them, one under another class.
    const [one, two] = ['circle-0001.jpg', 'circle-0002.jpg'].map((name) => join(studio.folder, 'photos', 'circle', name))
    await copy(one!, 'copies/circle/small.jpg', (picture) => picture.resize(160).jpeg({ quality: 80 }))
    await copy(one!, 'copies/square/large.jpg', (picture) => picture.resize(640).jpeg({ quality: 90 }))
    await copy(two!, 'copies/circle/half.jpg', (picture) => picture.resize(150).jpeg({ quality: 80 }))
    await add('copies')
  }, 120_000)
  afterAll(async () => studio.close())

  const copy = async (from: string, to: string, change: (picture: Sharp) => Sharp) => {
    await mkdir(join(studio.folder, to, '..'), { recursive: true })
    await change(sharp(from)).toFile(join(studio.folder, to))
  }
  const add = async (folder: string) =>
    studio.result(
      (await studio.client.images.import({ paths: [join(studio.folder, folder)], labelFromFolders: true, backbone: null })).jobId,
      'import',
    )
  const list = (kind: 'sure' | 'perhaps' = 'sure') => studio.client.lookAlikes.list({ kind, offset: 0, limit: 100 })
  const names = async () => (await list()).groups.map(({ images }) => images.map(({ name }) => name))

  test('are listed with most photos first and the largest of each first, with the reason', async () => {
    expect(await names()).toEqual([
      ['large.jpg', 'circle-0001.jpg', 'small.jpg'],
      ['circle-0002.jpg', 'half.jpg'],
    ])
    expect(await list()).toMatchObject({ sure: { groups: 2, images: 5 }, perhaps: { groups: 0, images: 0 }, compared: null })
    expect((await list()).groups.map(({ reasons, burstSeconds }) => [reasons, burstSeconds])).toEqual([
      [['same'], null],
      [['same'], null],
    ])
  })

  test('of which one is kept leave the others in the trash, in one step that is taken back', async () => {
    const [first] = (await list()).groups
    const [keep, ...others] = first!.images.map(({ hash }) => hash)
    expect(await studio.client.lookAlikes.keepOne({ keep: keep!, remove: others })).toEqual({ removed: 2 })
    expect(await names()).toEqual([['circle-0002.jpg', 'half.jpg']])
    expect((await studio.client.history.undo()).action).toBe('look-alikes-keep-best')
    expect(await names()).toHaveLength(2)
  })

  test('of every group are kept the best, with the class of those that go where it has none', async () => {
    const large = (await list()).groups[0]!.images[0]!
    const classId = (await studio.client.images.get({ hash: (await list()).groups[0]!.images[1]!.hash })).classId
    await studio.client.labels.set({ hashes: [large.hash], classId: null })
    expect(await studio.client.lookAlikes.keepBest({ kind: 'sure' })).toEqual({ groups: 2, removed: 3 })
    expect(await names()).toEqual([])
    expect((await studio.client.images.get({ hash: large.hash })).classId).toBe(classId)
    await studio.client.history.undo()
    expect((await studio.client.images.get({ hash: large.hash })).classId).toBeNull()
    await studio.client.history.undo()
    expect(await names()).toHaveLength(2)
  })

  test('that are all kept are not shown again until another one joins them, also after a restart, and undo shows them', async () => {
    const hashes = (await list()).groups[1]!.images.map(({ hash }) => hash)
    await studio.client.lookAlikes.keepAll({ kind: 'sure', hashes })
    expect(await names()).toHaveLength(1)
    const { path } = (await studio.client.project.current())!
    await studio.client.project.close()
    await studio.client.project.open({ path })
    expect(await names()).toHaveLength(1)
    await studio.client.history.undo()
    expect(await names()).toHaveLength(2)
    await studio.client.history.redo()
    await copy(join(studio.folder, 'photos', 'circle', 'circle-0002.jpg'), 'more/circle/third.jpg', (picture) => picture.resize(200).jpeg())
    await add('more')
    expect((await names()).map((group) => group.length)).toEqual([3, 3])
  })

  test('that were taken within seconds of each other are a burst, and every split keeps them together', async () => {
    const frame = (seed: number, shift: number) =>
      sharp(drawPixels({ shape: 'cross', seed, widthPx: 400, heightPx: 300 }), { raw: { width: 400, height: 300, channels: 3 } }).extract({
        left: shift,
        top: shift,
        width: 360,
        height: 260,
      })
    for (const [index, second] of [10, 12, 14, 30].entries()) {
      const at = `2024:05:01 10:00:${second}`
      const exif = { IFD2: { DateTimeOriginal: at } }
      await mkdir(join(studio.folder, 'taken', 'cross'), { recursive: true })
      await frame(index === 3 ? 7 : 3, index * 6)
        .jpeg({ quality: 92 })
        .withExif(exif)
        .toFile(join(studio.folder, 'taken', 'cross', `${index}.jpg`))
    }
    await add('taken')
    const group = (await list()).groups.find(({ images }) => images.some(({ name }) => name === '0.jpg'))!
    expect(group.images.map(({ name }) => name).toSorted()).toEqual(['0.jpg', '1.jpg', '2.jpg'])
    expect([group.reasons.includes('burst'), group.burstSeconds]).toEqual([true, 4])
    const { db } = studio.context.project()
    for (const seed of [1, 2, 3, 4, 5]) {
      const { members } = planSplit(db, { seed, shares: { train: 0.5, validation: 0.25, test: 0.25 } })
      const parts = members.filter(({ hash }) => group.images.some((image) => image.hash === hash)).map(({ part }) => part)
      expect([parts.length, new Set(parts).size]).toEqual([3, 1])
    }
  })

  test.skipIf(!hasBackbone)('that are mirrored or cut are found by what a network sees of them, and what was kept stays kept', async () => {
    const from = join(studio.folder, 'photos', 'square', 'square-0001.jpg')
    await copy(from, 'changed/square/again.jpg', (picture) => picture.jpeg({ quality: 96 }).modulate({ brightness: 1.02 }).flop())
    await add('changed')
    const before = await names()
    const { pairs } = await studio.result((await studio.client.lookAlikes.compare()).jobId, 'compare')
    expect(pairs).toBeGreaterThan(0)
    const { compared, sure, perhaps } = await list()
    expect(compared?.added).toBe(0)
    expect(sure.groups + perhaps.groups).toBeGreaterThanOrEqual(before.length)
    const found = [...(await list('sure')).groups, ...(await list('perhaps')).groups]
    expect(found.some(({ images }) => images.some(({ name }) => name === 'again.jpg'))).toBe(true)
  })

  test.skipIf(!hasBackbone)('that a network is just comparing stay as they were when that is cancelled', async () => {
    const before = await list()
    const { jobId } = await studio.client.lookAlikes.compare()
    await studio.client.jobs.cancel({ jobId })
    const last = (await studio.watch(jobId)).at(-1)
    expect(last).toMatchObject({ job: { state: { state: 'cancelled' } } })
    expect(await list()).toEqual(before)
  })
})

describe.skipIf(!hasBackbone || !existsSync(waste))('household waste', { timeout: 300_000 }, () => {
  test('has two pictures twice, and the network joins no others', async () => {
    const studio = await testStudio()
    try {
      await studio.client.project.create({ name: 'waste' })
      const { jobId } = await studio.client.images.import({ paths: [waste], labelFromFolders: true, backbone: null })
      await studio.result(jobId, 'import')
      await studio.result((await studio.client.lookAlikes.compare()).jobId, 'compare')
      const { groups } = await studio.client.lookAlikes.list({ kind: 'sure', offset: 0, limit: 100 })
      expect(groups.map(({ images }) => images.map(({ name }) => name).toSorted())).toEqual([
        ['alum_153_.jpg', 'alum_289_.jpg'],
        ['org_1_.jpg', 'org_26_.jpg'],
      ])
    } finally {
      await studio.close()
    }
  })
})
