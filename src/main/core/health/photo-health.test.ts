import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { PhotoFlaw } from '../../contract/images.ts'
import { drawPicture } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { flawLimits } from './measure-rows.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder = ''
let studio: TestStudio
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-health-'))
  const good = await drawPicture({ shape: 'cross', seed: 1, widthPx: 400, heightPx: 300 }, 'png')
  const again = await drawPicture({ shape: 'circle', seed: 2, widthPx: 400, heightPx: 300 }, 'png')
  const make = (name: string, change: (picture: Sharp) => Sharp, from = good) =>
    change(sharp(from))
      .withExif({ IFD2: { DateTimeOriginal: '2024:05:03 14:07:59' } })
      .jpeg()
      .toFile(join(folder, `${name}.jpg`))
  await make('good', (picture) => picture)
  await make('good-too', (picture) => picture, again)
  await make('blurred', (picture) => picture.blur(6))
  await make('dark', (picture) => picture.linear(0.2, 0), again)
  await make('bright', (picture) => picture.linear(1.5, 170), again)
  await make('tiny', (picture) => picture.resize(100, 75), again)
  await make('long', (picture) => picture.extract({ left: 0, top: 60, width: 400, height: 140 }))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'photos' })
  await studio.result((await studio.client.images.import({ paths: [folder], labelFromFolders: false, backbone: null })).jobId, 'import')
})
afterEach(() => studio.close())

const flawed = async (): Promise<Partial<Record<PhotoFlaw, string[]>>> => {
  const { flaws } = await studio.client.health.photos()
  return Object.fromEntries(flaws.map(({ flaw, examples }) => [flaw, examples.map(({ name }) => name)]))
}
const db = () => studio.context.project().db
const everyFlaw = { tiny: ['tiny.jpg'], blurred: ['blurred.jpg'], dark: ['dark.jpg'], bright: ['bright.jpg'], long: ['long.jpg'] }
const named = async (name: string): Promise<string> =>
  (await studio.client.images.list({ filter: { name }, offset: 0, limit: 1 })).images[0]!.hash

test('an import finds what is wrong with photos, and the filter shows them', async () => {
  expect(await flawed()).toEqual(everyFlaw)
  const { images } = await studio.client.images.list({ filter: { flaw: 'dark' }, offset: 0, limit: 10 })
  expect(images.map(({ name }) => name)).toEqual(['dark.jpg'])
  expect((await studio.client.images.detail({ hash: images[0]!.hash })).flaws).toEqual(['dark'])
  expect((await studio.client.images.detail({ hash: await named('good.jpg') })).flaws).toEqual([])
})

test('a photo that is fine is not shown again, until that is undone or taken back', async () => {
  const hash = await named('blurred')
  expect(await studio.client.health.markFine({ hashes: [hash], isFine: true })).toEqual({ changed: 1 })
  expect(await flawed()).toEqual({ ...everyFlaw, blurred: [] })
  expect(await studio.client.images.detail({ hash })).toMatchObject({ flaws: ['blurred'], isFine: true })
  expect(await studio.client.health.markFine({ hashes: [hash], isFine: true })).toEqual({ changed: 0 })
  expect((await studio.client.history.undo()).action).toBe('image-fine')
  expect(await flawed()).toEqual(everyFlaw)
  await studio.client.history.redo()
  expect((await studio.client.health.photos()).fine).toBe(1)
  await studio.client.health.markFine({ hashes: [hash], isFine: false })
  expect(await flawed()).toEqual(everyFlaw)
  await expect(studio.client.health.markFine({ hashes: [hash, 'f'.repeat(64)], isFine: true })).rejects.toThrow('IMAGE_NOT_FOUND')
  expect((await studio.client.health.photos()).fine).toBe(0)
})

test('nothing of what was measured and decided stays of a photo that is deleted for good', async () => {
  const hash = await named('blurred')
  await studio.client.health.markFine({ hashes: [hash], isFine: true })
  await studio.client.images.trash({ hashes: [hash] })
  await studio.result((await studio.client.images.erase({})).jobId, 'empty-trash')
  const rows = 'SELECT (SELECT COUNT(*) FROM image_measure) AS measures, (SELECT COUNT(*) FROM fine_image) AS fine'
  expect(db().prepare(rows).get()).toEqual({ measures: 6, fine: 0 })
  expect((await studio.client.health.photos()).unmeasured).toBe(0)
})

/** As a project is that an earlier version made. */
function forgetMeasures(): void {
  db().exec('DELETE FROM image_measure; UPDATE image SET taken_at_ms = NULL')
}

test('photos of an earlier version are measured from their copies, and what they say of their time is read', async () => {
  forgetMeasures()
  expect(await studio.client.health.photos()).toMatchObject({ unmeasured: 7 })
  const { jobId } = await studio.client.health.measure()
  expect(await studio.result(jobId, 'measure-photos')).toMatchObject({ images: 7, unreadable: 0 })
  expect(await flawed()).toEqual(everyFlaw)
  const taken = await Promise.all(
    ['good.jpg', 'tiny', 'long'].map(async (name) => studio.client.images.detail({ hash: await named(name) })),
  )
  expect(taken.map((each) => each.taken?.atMs)).toEqual(Array(3).fill(Date.UTC(2024, 4, 3, 14, 7, 59)))
})

test('measuring goes on where it was left, and a copy that is gone does not stop it', async () => {
  forgetMeasures()
  const hash = await named('tiny')
  await rm(join(studio.context.project().files.workingCopies, hash.slice(0, 2), `${hash}.jpg`))
  const first = await studio.result((await studio.client.health.measure()).jobId, 'measure-photos')
  expect(first).toMatchObject({ images: 6, unreadable: 1 })
  db().exec('DELETE FROM image_measure WHERE image_id = 2')
  const second = await studio.result((await studio.client.health.measure()).jobId, 'measure-photos')
  expect(second).toMatchObject({ images: 1, unreadable: 1 })
})

test.each(['blurred', 'dark', 'bright', 'tiny'] as const)('photos that are %s are found by an index', (flaw) => {
  const sql = {
    blurred: `SELECT image_id FROM image_measure WHERE blur > ${flawLimits.blurredAbove}`,
    dark: `SELECT image_id FROM image_measure WHERE highlight < ${flawLimits.darkBelow}`,
    bright: `SELECT image_id FROM image_measure WHERE middle_white > ${flawLimits.brightAbove}`,
    tiny: `SELECT id FROM image WHERE min(width_px, height_px) < ${flawLimits.tinyBelowPx}`,
  }[flaw]
  const plan = db().prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()
  expect(plan.map(({ detail }) => detail).join()).toMatch(/USING COVERING INDEX|USING INDEX/)
})
