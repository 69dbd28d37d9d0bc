import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeSample, type SampleOrder } from './make-sample.ts'
import { picturesOf, readSampleCatalog, type SampleCatalog } from './sample-catalog.ts'

const resources = join(import.meta.dirname, '../../../../resources')
let place: string
let catalog: SampleCatalog
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'graft-sample-'))
  catalog = await smallCatalog()
})
afterEach(() => rm(place, { recursive: true, force: true }))

/** The sample's form with drawn bytes instead of pictures, kept in a data folder as after a first download. */
async function smallCatalog(): Promise<SampleCatalog> {
  const real = await readSampleCatalog(resources)
  const classes = real.classes.map(({ name, pictures }) => ({
    name,
    pictures: pictures.map((picture) => ({ ...picture, sha256: createHash('sha256').update(picture.name).digest('hex') })),
  }))
  // An address that nothing answers at: what is kept must be enough.
  const source = { via: 'url', url: 'https://127.0.0.1:9/none.tgz', format: 'tgz', integrity: real.source.integrity, sizeBytes: 1 } as const
  for (const { place: inside } of picturesOf({ ...real, classes })) {
    const path = join(place, 'data/samples', real.id, ...inside)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, inside[2])
  }
  return { ...real, source, classes }
}

function order(more: Partial<SampleOrder> = {}): SampleOrder {
  const base = { catalog, dataDir: join(place, 'data'), folder: join(place, 'out') }
  return { ...base, signal: new AbortController().signal, progress: () => undefined, ...more }
}

test('the catalog has three classes of forty pictures, each named once, under a licence that is written out', async () => {
  const real = await readSampleCatalog(resources)
  const pictures = picturesOf(real)
  expect(real.classes.map(({ pictures: each }) => each.length)).toEqual([40, 40, 40])
  expect(new Set(pictures.map(({ wanted }) => wanted.sha256)).size).toBe(120)
  expect(new Set(pictures.map(({ wanted }) => wanted.name)).size).toBe(120)
})

test('pictures that are kept are copied without a network, one folder a class, with the licence beside them', async () => {
  const made = await makeSample(order())
  expect(made).toEqual({ path: join(place, 'out/pictures'), images: 120 })
  expect((await readdir(made.path)).sort()).toEqual(['animals', 'food', 'vehicles'])
  expect(await readdir(join(made.path, 'food'))).toHaveLength(40)
  expect(await readFile(join(place, 'out/LICENCE.txt'), 'utf8')).toContain('Copyright (c) Microsoft Corporation')
})

test('making it again changes nothing, and a picture that was lost comes back', async () => {
  await makeSample(order())
  await rm(join(place, 'out/pictures/animals/dog.webp'))
  await makeSample(order())
  expect(await readFile(join(place, 'out/pictures/animals/dog.webp'), 'utf8')).toBe('dog.webp')
})

test('a file of the person is never overwritten', async () => {
  await mkdir(join(place, 'out/pictures/animals'), { recursive: true })
  await writeFile(join(place, 'out/pictures/animals/dog.webp'), 'my own dog')
  await expect(makeSample(order())).rejects.toMatchObject({ code: 'OUT_EXISTS' })
  expect(await readFile(join(place, 'out/pictures/animals/dog.webp'), 'utf8')).toBe('my own dog')
  expect(await readdir(join(place, 'out/pictures'))).toEqual(['animals'])
})

test('cancelled in the middle, no picture is left', async () => {
  const abort = new AbortController()
  const progress = (_step: string, done: number): void => (done === 50 ? abort.abort(new Error('cancelled')) : undefined)
  await expect(makeSample(order({ signal: abort.signal, progress }))).rejects.toThrow()
  const left = await readdir(join(place, 'out'), { recursive: true, withFileTypes: true })
  expect(left.filter((entry) => entry.isFile())).toEqual([])
})

test('without a network and with nothing kept, it says so of the sample and leaves nothing', async () => {
  const dataDir = join(place, 'empty')
  const failed = makeSample(order({ dataDir }))
  await expect(failed).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
  await expect(failed).rejects.toThrow('the sample pictures')
  expect(await readdir(join(dataDir, 'samples'))).toEqual([])
})

test('a damaged picture among the kept ones is noticed', async () => {
  await cp(join(place, 'data'), join(place, 'damaged'), { recursive: true })
  await writeFile(join(place, 'damaged/samples', catalog.id, 'pictures/food/egg.webp'), 'bad')
  await expect(makeSample(order({ dataDir: join(place, 'damaged') }))).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
})

/** Whether the package can be had here, by npm's own word. */
function registryAnswers(): boolean {
  try {
    execFileSync('npm', ['ping', '--silent'], { stdio: 'ignore', timeout: 20_000, shell: process.platform === 'win32' })
    return true
  } catch {
    process.stderr.write('the npm registry does not answer: fetching the sample is not tested\n')
    return false
  }
}

test.runIf(registryAnswers())('the real pictures are fetched and verified, once', { timeout: 120_000 }, async () => {
  const real = await readSampleCatalog(resources)
  const steps: string[] = []
  const progress = (step: string): void => void steps.push(step)
  const dataDir = join(place, 'real')
  const made = await makeSample(order({ catalog: real, dataDir, folder: null, progress }))
  expect(made.images).toBe(120)
  expect(steps).toContain('downloading')
  steps.length = 0
  await makeSample(order({ catalog: real, dataDir, folder: join(place, 'copy'), progress }))
  expect(steps).not.toContain('downloading')
})
