import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backboneFiles, isReady } from '../backbones/backbone-files.ts'
import { catalogEntry } from '../backbones/catalog.ts'
import { photoFile } from '../images/photo-files.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { extractFeatures, missingFeatures } from './extract-features.ts'
import { featureCache } from './feature-caches.ts'
import { readSpeed } from './speeds.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const id = 'mobilenet-v2-035'
const hasBackbone = isReady(checkoutResources, catalogEntry(checkoutResources, id))

let studio: TestStudio
let hashes: readonly string[]
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'photos' })
  await drawFolder(join(studio.folder, 'set'), { perClass: 40 })
  const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'set')], labelFromFolders: true, backbone: null })
  await studio.result(jobId, 'import')
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })
  hashes = images.map((image) => image.hash)
})
afterEach(() => studio.close())

describe.skipIf(!hasBackbone)('features', () => {
  const extract = (onProgress?: (done: number, total: number) => void) => {
    const options = onProgress === undefined ? {} : { onProgress }
    return extractFeatures(
      studio.context,
      studio.context.project(),
      backboneFiles({ resourcesDir: checkoutResources }, id),
      hashes,
      options,
    )
  }

  test('are extracted once, with progress, and the speed is kept for forecasts', async () => {
    const seen: [number, number][] = []
    expect(await extract((done, total) => seen.push([done, total]))).toMatchObject({ extracted: 80 })
    expect(seen.at(-1)).toEqual([80, 80])
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((a, b) => a - b))
    expect(readSpeed(studio.context, `extract ${id}`)).toBeGreaterThan(0)
    expect(await extract()).toEqual({ extracted: 0, seconds: 0 })
  })

  test('of an image whose working copy is gone are extracted from a copy made again', async () => {
    await rm(photoFile(studio.context.project(), hashes[7]!, 'working-copy'))
    expect(await extract()).toMatchObject({ extracted: 80 })
    const project = studio.context.project()
    expect(await missingFeatures(studio.context, project, backboneFiles({ resourcesDir: checkoutResources }, id), hashes)).toEqual([])
  })

  test('of an image that is gone with its original are refused with its name', async () => {
    await rm(photoFile(studio.context.project(), hashes[0]!, 'working-copy'))
    await rm(join(studio.folder, 'set'), { recursive: true })
    await expect(extract()).rejects.toMatchObject({ code: 'PICTURE_UNREADABLE', details: { file: 'circle-0001.jpg' } })
  })

  test('of a photo that is deleted for good while it is looked at are not written down after that', async () => {
    const { client } = studio
    const last = hashes.at(-1)!
    await client.images.trash({ hashes: [last] })
    const erasing: Promise<unknown>[] = []
    const erase = async () => studio.result((await client.images.erase({ hashes: [last] })).jobId, 'empty-trash')
    await extract((done) => {
      if (erasing.length === 0 && done < hashes.length) erasing.push(erase())
    })
    expect(await Promise.all(erasing)).toEqual([{ kind: 'empty-trash', images: 1, kept: 0 }])
    const features = await readFile(featureCache(studio.context.project(), backboneFiles({ resourcesDir: checkoutResources }, id)).path)
    expect(hashes.filter((hash) => !features.includes(Buffer.from(hash, 'hex')))).toEqual([last])
    expect(existsSync(photoFile(studio.context.project(), last, 'working-copy'))).toBe(false)
  })

  test('are extracted of all others where a photo was deleted for good before its turn', async () => {
    const { client, folder } = studio
    const [gone] = hashes
    await client.images.trash({ hashes: [gone!] })
    const extracting = extract()
    expect(await studio.result((await client.images.erase({ hashes: [gone!] })).jobId, 'empty-trash')).toMatchObject({ images: 1 })
    await rm(join(folder, 'set'), { recursive: true })
    expect(await extracting).toMatchObject({ extracted: 79 })
  })

  test('end promptly when cancelled', async () => {
    const abort = new AbortController()
    const project = studio.context.project()
    const options = { signal: abort.signal, onProgress: () => abort.abort() }
    const extracting = extractFeatures(studio.context, project, backboneFiles({ resourcesDir: checkoutResources }, id), hashes, options)
    await expect(extracting).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

test('every backbone and version of the preprocessing has a file of its own', () => {
  const one = { id, hash: 'a'.repeat(64), folder: '', inputSizePx: 224, featureDim: 1280 }
  const cache = featureCache(studio.context.project(), one)
  expect(cache).toEqual({ path: join(studio.context.project().files.features, `${'a'.repeat(64)}-p1.features`), dim: 1280 })
})
