import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Class } from '../../contract/labels.ts'
import { defaultBackbone, isReady } from '../backbones/backbone-files.ts'
import { catalogEntry } from '../backbones/catalog.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { keepSuggestions, type NewestSuggestions } from './newest-suggestions.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const id = defaultBackbone(checkoutResources)
const hasBackbone = isReady(checkoutResources, catalogEntry(checkoutResources, id))
let studio: TestStudio
/** By the folder that they were drawn into. */
let photos: { circle: string[]; square: string[] }
let circle: Class
let square: Class

beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'photos' })
  await drawFolder(join(studio.folder, 'set'), { perClass: 20 })
})
afterEach(() => studio.close())

async function takePhotos(backbone?: null): Promise<void> {
  const wanted = backbone === null ? { backbone } : {}
  const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'set')], labelFromFolders: false, ...wanted })
  await studio.result(jobId, 'import')
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })
  const named = (name: string): string[] => images.filter((image) => image.name.startsWith(name)).map(({ hash }) => hash)
  photos = { circle: named('circle'), square: named('square') }
  circle = await studio.client.classes.add({ name: 'circle' })
  square = await studio.client.classes.add({ name: 'square' })
}
async function label(each: number): Promise<void> {
  await studio.client.labels.set({ hashes: photos.circle.slice(0, each), classId: circle.id })
  await studio.client.labels.set({ hashes: photos.square.slice(0, each), classId: square.id })
}
const listed = async (suggested: number | 'useful'): Promise<string[]> =>
  studio.client.images.hashes({ filter: { suggested }, order: { by: 'suggestion', descending: true }, offset: 0, limit: 1000 })
const newest = async () => (await studio.client.suggestions.state()).newest

describe.skipIf(!hasBackbone)('suggestions', () => {
  test('need three labels of two classes, then sort every other photo by class, the surest first, and none that is labelled', async () => {
    await takePhotos()
    await label(2)
    expect((await studio.client.suggestions.refresh()).newest).toBeNull()
    await label(3)
    const state = await studio.client.suggestions.refresh()
    expect(state).toMatchObject({ work: 'idle', needsFeatures: false, problem: null, newest: { labelled: 6, withoutFeatures: 0 } })

    const [circles, squares] = [await listed(circle.id), await listed(square.id)]
    const labelled = [...photos.circle.slice(0, 3), ...photos.square.slice(0, 3)]
    expect([...circles, ...squares, ...labelled].toSorted()).toEqual([...photos.circle, ...photos.square].toSorted())
    const told = await studio.client.suggestions.of({ hashes: [...labelled, ...circles] })
    expect(told.map(({ hash }) => hash)).toEqual(circles)
    expect(told.every(({ classId, second }) => classId === circle.id && second.classId === square.id)).toBe(true)
    const sureness = told.map(({ confidence }) => confidence)
    expect(sureness).toEqual(sureness.toSorted((a, b) => b - a))
    const right = [...circles.filter((hash) => photos.circle.includes(hash)), ...squares.filter((hash) => photos.square.includes(hash))]
    expect(right.length).toBeGreaterThan(28)
  })

  test('offer each photo once that teaches most, with a reason, and no longer once it is labelled', async () => {
    await takePhotos()
    await label(3)
    await studio.client.suggestions.refresh()
    const useful = await listed('useful')
    expect(new Set(useful).size).toBe(34)
    const told = await studio.client.suggestions.of({ hashes: useful })
    expect(told.every(({ use }) => use !== null)).toBe(true)
    await studio.client.labels.set({ hashes: useful.slice(0, 2), classId: circle.id, source: 'suggestion' })
    expect(await listed('useful')).toEqual(useful.slice(2))
    expect((await studio.client.images.get({ hash: useful[0]! })).labelSource).toBe('suggestion')
    await studio.client.history.undo()
    expect(await listed('useful')).toEqual(useful)
  })

  test('follow the labels by themselves once somebody has asked, and tell how right they were', async () => {
    await takePhotos()
    await studio.client.suggestions.state()
    await label(3)
    await vi.waitFor(async () => expect((await newest())?.labelled).toBe(6), { timeout: 60_000 })
    const told = await studio.client.suggestions.of({ hashes: photos.circle.slice(3, 9) })
    for (const { hash, classId } of told) await studio.client.labels.set({ hashes: [hash], classId, source: 'suggestion' })
    await vi.waitFor(async () => expect((await newest())?.labelled).toBe(12), { timeout: 60_000 })
    expect((await studio.client.suggestions.state()).answered).toEqual({ right: 6, changed: 0 })
    const [first] = told
    await studio.client.labels.set({ hashes: [first!.hash], classId: first!.classId === circle.id ? square.id : circle.id })
    // It has no suggestion any more, but it had one.
    expect((await studio.client.suggestions.state()).answered).toEqual({ right: 5, changed: 1 })
    const [last] = await studio.client.suggestions.of({ hashes: photos.square.slice(-1) })
    await studio.client.labels.set({ hashes: [last!.hash], classId: last!.classId === circle.id ? square.id : circle.id })
    expect((await studio.client.suggestions.state()).answered).toEqual({ right: 5, changed: 2 })
    // What was refused was no answer.
    const refused = [
      { hashes: [last!.hash, 'f'.repeat(64)], classId: last!.classId },
      { hashes: [last!.hash], classId: 999 },
    ]
    for (const label of refused) await expect(studio.client.labels.set(label)).rejects.toThrow()
    expect((await studio.client.suggestions.state()).answered).toEqual({ right: 5, changed: 2 })
    // What is taken back is none either, however it is taken back.
    await studio.client.history.undo()
    expect((await studio.client.suggestions.state()).answered).toEqual({ right: 5, changed: 1 })
    await studio.client.labels.set({ hashes: [told[1]!.hash], classId: null })
    expect((await studio.client.suggestions.state()).answered).toEqual({ right: 4, changed: 1 })
  })

  test('wait while a training or an extraction has the processor, and come once it has ended', async () => {
    await takePhotos()
    await label(5)
    const over = Promise.withResolvers<void>()
    const { id: jobId } = studio.context.jobs.start('train', { lane: 'training' }, async () => {
      await over.promise
      return { kind: 'features', extracted: 0, seconds: 0 }
    })
    await studio.client.suggestions.state()
    await vi.waitFor(async () => expect((await studio.client.suggestions.state()).work).toBe('waiting'), { timeout: 60_000 })
    expect(await newest()).toBeNull()
    over.resolve()
    await studio.context.jobs.finished(jobId)
    await vi.waitFor(async () => expect((await newest())?.labelled).toBe(10), { timeout: 60_000 })
  })

  test('a newer question takes the place of an older one', async () => {
    await takePhotos()
    await label(4)
    const first = studio.client.suggestions.refresh()
    const second = studio.client.suggestions.refresh()
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    expect((await second).newest?.labelled).toBe(8)
    const third = studio.client.suggestions.refresh()
    await studio.client.project.close()
    await expect(third).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('are the same for the same labels', async () => {
    await takePhotos()
    await label(4)
    const answers = async () => {
      await studio.client.suggestions.refresh()
      return studio.client.suggestions.of({ hashes: [...(await listed('useful'))] })
    }
    expect(await answers()).toEqual(await answers())
  })

  test('are of the classes that are there: one that is merged away is not suggested any more', async () => {
    await takePhotos()
    await label(3)
    await studio.client.suggestions.refresh()
    await studio.client.classes.merge({ from: square.id, into: circle.id })
    expect(await studio.client.suggestions.of({ hashes: photos.square })).toEqual([])
    expect((await studio.client.suggestions.refresh()).newest).toBeNull()
    expect(await listed(circle.id)).toEqual([])
  })

  test('say so where no network has looked at the photos, and come once one has', async () => {
    await takePhotos(null)
    await label(3)
    expect(await studio.client.suggestions.refresh()).toMatchObject({ newest: null, needsFeatures: true })
    const { jobId } = await studio.client.features.extract()
    expect(await studio.result(jobId, 'features')).toMatchObject({ extracted: 40 })
    await vi.waitFor(async () => expect((await newest())?.withoutFeatures).toBe(0), { timeout: 60_000 })
  })
})

test('a label, and an undo, that is written is answered as such though suggestions fail to take note of it; the log says why', async () => {
  await takePhotos(null)
  await studio.client.suggestions.state()
  const { db } = studio.context.project()
  const [accepted, given] = photos.circle as [string, string]
  // As no judgement makes them: a question after the suggestion of a photo throws.
  const broken = {} as NewestSuggestions
  keepSuggestions(db, broken)
  await studio.client.labels.set({ hashes: [accepted], classId: circle.id, source: 'suggestion' })
  expect(studio.logged.filter(({ level }) => level === 'error')).toEqual([])
  keepSuggestions(db, broken)
  expect(await studio.client.labels.set({ hashes: [given], classId: circle.id })).toEqual({ changed: 1 })
  const failed = expect.objectContaining({ level: 'error', message: 'suggestions do not know of a change that is written' }) as unknown
  expect(studio.logged.filter(({ level }) => level === 'error')).toEqual([failed])

  await studio.client.classes.add({ name: 'triangle' })
  // Hides the table of labels from the count of what was accepted.
  db.exec('CREATE TEMP TABLE label (image_id INTEGER)')
  expect(await studio.client.history.undo()).toMatchObject({ action: 'class-add' })
  expect(await studio.client.history.redo()).toMatchObject({ action: 'class-add' })
  db.exec('DROP TABLE temp.label')
  expect(studio.logged.filter(({ level }) => level === 'error')).toEqual([failed, failed, failed])
})
