import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWireError } from '../../contract/errors.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { recordStep } from '../history/record-step.ts'
import { eraseImages, readErasable } from '../images/erased-rows.ts'
import { setTrashed } from '../images/image-rows.ts'
import { photoFile } from '../images/photo-files.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { makeMap } from './make-map.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(`the map${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, { timeout: 120_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => {
    studio = await testStudio()
    await studio.client.project.create({ name: 'shapes' })
    await drawFolder(join(studio.folder, 'photos'), { perClass: 6, classes: ['circle', 'square'] })
    await add('photos')
  }, 120_000)
  afterAll(async () => studio.close())

  const add = async (folder: string) => {
    const paths = [join(studio.folder, folder)]
    return studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone: null })).jobId, 'import')
  }
  const make = async () => studio.result((await studio.client.map.make()).jobId, 'map')
  const ready = async () => {
    const map = await studio.client.map.get()
    if (map.state !== 'ready') throw new Error('there is a map')
    return map
  }

  test('is made when it is asked for, with a place and the class of every photo, and is the same each time', async () => {
    expect(await studio.client.map.get()).toEqual({ state: 'none', images: 12 })
    expect(await make()).toEqual({ kind: 'map', images: 12 })
    const map = await ready()
    expect(map).toMatchObject({ missing: 0, isSample: false, isOfOtherNetwork: false })
    const positions = new Float32Array(new Uint8Array(Buffer.from(map.positions, 'base64')).buffer)
    expect([map.hashes.length, positions.length, positions.every(Number.isFinite)]).toEqual([12, 24, true])
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 20 })
    const classOf = new Map(images.map(({ hash, classId }) => [hash, classId]))
    expect(map.classIds).toEqual(map.hashes.map((hash) => classOf.get(hash)))
    await make()
    expect({ ...(await ready()), madeAtMs: 0 }).toEqual({ ...map, madeAtMs: 0 })
  })

  test('stays when the project is closed, tells of labels and of photos that go, and how many came since', async () => {
    const { path } = (await studio.client.project.current())!
    const { hashes } = await ready()
    await studio.client.project.close()
    await studio.client.project.open({ path })
    await studio.client.labels.set({ hashes: [hashes[0]!], classId: null })
    await studio.client.images.trash({ hashes: [hashes[1]!] })
    const { classIds } = await studio.client.map.classes()
    expect([classIds.length, classIds[0], classIds[1]]).toEqual([12, 0, -1])
    await drawFolder(join(studio.folder, 'more'), { perClass: 2, classes: ['cross'] })
    await add('more')
    expect(await ready()).toMatchObject({ missing: 2, classIds })
  })

  test('that is damaged counts as none, and one that is cancelled leaves that from before', async () => {
    const before = await ready()
    const { jobId } = await studio.client.map.make()
    await studio.client.jobs.cancel({ jobId })
    await studio.watch(jobId)
    expect(await ready()).toEqual(before)
    const file = join(studio.context.project().files.root, 'map.json')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 400))
    expect(await studio.client.map.get()).toMatchObject({ state: 'none' })
    expect(await studio.client.map.classes()).toEqual({ classIds: [] })
  })

  test('has none of the photos that were deleted for good while it was made', async () => {
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 20 })
    const project = studio.context.project()
    const gone = images[2]!.hash
    let isErased = false
    const progress = (): void => {
      if (isErased) return
      isErased = true
      recordStep(project.db, { action: 'image-trash', details: {}, atMs: 1 }, () => setTrashed(project.db, [gone], 1))
      eraseImages(project.db, [readErasable(project.db, [gone], new Set()).images[0]!.id], 1)
    }
    const { signal } = new AbortController()
    const made = await makeMap(
      studio.context,
      project,
    )({ signal, stopSignal: signal, pauseSignal: signal, progress, emit: () => undefined })
    expect([isErased, made]).toEqual([true, { kind: 'map', images: images.length - 1 }])
    const { hashes } = await ready()
    expect(hashes.toSorted()).toEqual(
      images
        .map(({ hash }) => hash)
        .filter((hash) => hash !== gone)
        .toSorted(),
    )
  })

  test('is made of all others where a photo was deleted for good before the network had looked at it', async () => {
    const before = new Set((await ready()).hashes)
    await drawFolder(join(studio.folder, 'late'), { perClass: 2, classes: ['cross'], firstSeed: 100 })
    await add('late')
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 30 })
    const gone = images.find(({ hash }) => !before.has(hash))!.hash
    const project = studio.context.project()
    const { signal } = new AbortController()
    const making = makeMap(
      studio.context,
      project,
    )({ signal, stopSignal: signal, pauseSignal: signal, progress: () => undefined, emit: () => undefined })
    recordStep(project.db, { action: 'image-trash', details: {}, atMs: 1 }, () => setTrashed(project.db, [gone], 1))
    eraseImages(project.db, [readErasable(project.db, [gone], new Set()).images[0]!.id], 1)
    for (const kind of ['working-copy', 'thumbnail'] as const) rmSync(photoFile(project, gone, kind))
    expect(await making).toEqual({ kind: 'map', images: images.length - 1 })
    expect((await ready()).hashes).not.toContain(gone)
  })

  test('names what was chosen on it, for an address that leads to these photos and no others', async () => {
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 5 })
    const hashes = [images[3]!, images[1]!].map(({ hash }) => hash)
    const { chosen } = await studio.client.images.choose({ hashes })
    expect((await studio.client.images.choose({ hashes: hashes.toReversed() })).chosen).toBe(chosen)
    const listed = await studio.client.images.list({ filter: { chosen }, offset: 0, limit: 9 })
    expect(listed.images).toEqual([images[1], images[3]])
    const forgotten = studio.client.images.list({ filter: { chosen: '0'.repeat(16) }, offset: 0, limit: 9 }).catch(toWireError)
    expect(await forgotten).toEqual({ code: 'CHOICE_FORGOTTEN', details: {} })
  })
})
