import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { writeNetwork } from './compute/convert/network-files.ts'
import { selfTestNetwork } from './compute/engines/self-test.ts'
import { hasSoftwareAdapter } from './compute/engines/software-adapter-for-tests.ts'
import { FeatureFile } from './compute/feature-file.ts'
import { applyHead } from './compute/head.ts'
import type { ExtractorWanted } from './contract/engines.ts'
import type { EpochReport } from './contract/runs.ts'
import {
  plainLearning,
  type BackboneFiles,
  type FeatureCache,
  type Head,
  type HeadSettings,
  type TrainingRow,
  type TrainingTasks,
} from './contract/worker/training-tasks.ts'
import { Augmentation } from './contract/augmentation.ts'
import { packedLength, unpackPixels } from './compute/engines/pixels-extractor.ts'
import { changePicture } from './imaging/change-picture.ts'
import { lookOfVariant } from './imaging/drawn-look.ts'
import { drawJpeg } from './imaging/testing/drawn-pictures.ts'
import { StartedWorker } from './imaging/testing/start-worker.ts'
import { writeNetworkInput } from './imaging/to-network-input.ts'

const entry = new URL('./training-worker.ts', import.meta.url)
let root = ''
let backbone: BackboneFiles
/** A network of 12 ops that looks at 16 x 16 px. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-training-worker-'))
  const folder = join(root, 'backbone')
  await mkdir(folder)
  const { hash } = await writeNetwork(folder, selfTestNetwork())
  backbone = { id: 'self-test', hash, folder, inputSizePx: 16, featureDim: 6 }
})
afterAll(() => rm(root, { recursive: true, force: true }))

const started: StartedWorker<TrainingTasks>[] = []
function startWorker(env: Record<string, string> = {}): StartedWorker<TrainingTasks> {
  const worker = new StartedWorker<TrainingTasks>(entry, { GRAFT_THREADS: '2', ...env })
  started.push(worker)
  return worker
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.kill()))
})

interface Copy {
  readonly hash: string
  readonly workingCopy: string
}
async function drawCopies(count: number, [widthPx, heightPx]: readonly [number, number] = [120, 90]): Promise<Copy[]> {
  const folder = await mkdtemp(join(root, 'copies-'))
  const pictures = await Promise.all([1, 2, 3, 4, 5].map((seed) => drawJpeg(widthPx, heightPx, seed)))
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const bytes = Buffer.concat([pictures[index % 5]!, Buffer.from(String(index))])
      const workingCopy = join(folder, `${index}.jpg`)
      await writeFile(workingCopy, bytes)
      return { hash: createHash('sha256').update(bytes).digest('hex'), workingCopy }
    }),
  )
}

let caches = 0
const newCache = (): FeatureCache => ({ path: join(root, `${caches++}.features`), dim: 6 })
const settings: HeadSettings = { ...plainLearning, epochs: 20, batchSize: 8, learningRate: 0.01, optimiser: 'adam', patience: 0, seed: 1 }
const rowsOf = (copies: readonly Copy[]): TrainingRow[] =>
  copies.map(({ hash }, index) => ({
    hash,
    classIndex: index % 2,
    part: index % 4 === 0 ? 'test' : index % 4 === 1 ? 'validation' : 'train',
  }))

describe('the training worker', () => {
  const extractors = ['auto', 'wasm', ...(hasSoftwareAdapter ? ['webgpu'] : [])] as readonly ExtractorWanted[]
  test.each(extractors)('extracts on several threads what the network gives for one picture at a time (%s)', async (engine) => {
    const worker = startWorker({ GRAFT_ENGINE: engine, ...(engine === 'webgpu' ? { GRAFT_SOFTWARE_ADAPTER: '1' } : {}) })
    const [copies, cache] = [await drawCopies(45), newCache()]
    const events: number[] = []
    const { extracted } = await worker.request('extract', { backbone, cache, images: copies }, ({ done }) => events.push(done)).result
    expect(extracted).toBe(45)
    expect(events.at(-1)).toBe(45)
    expect(events).toEqual(events.toSorted((a, b) => a - b))

    const head: Head = {
      dim: 6,
      classCount: 2,
      weights: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
      bias: Float32Array.from([0.1, -0.1]),
    }
    const file = FeatureFile.open(cache.path, 6)
    const pixels = await Promise.all(
      copies.slice(0, 20).map(async ({ workingCopy }) => {
        const input = new Uint8Array(16 * 16 * 3)
        await writeNetworkInput(await readFile(workingCopy), 16, input)
        return input
      }),
    )
    const hashes = copies.slice(0, 20).map(({ hash }) => hash)
    const predicted = await worker.request('predict', { backbone, head, pixels, learned: { cache, hashes: hashes.slice(0, 10) } }).result
    const cached = applyHead(head, file.gather(hashes))
    expect(predicted.length).toBe(20)
    const nearness = await worker.request('nearness', {
      learned: { cache, hashes: hashes.slice(0, 10) },
      asked: [...hashes, 'f'.repeat(64)],
    }).result
    expect(nearness.at(-1)).toBeNull()
    for (const [index, { probabilities, nearness: own }] of predicted.entries()) {
      // What was learned from is nearest to itself; and it is as near whether its features are kept or new.
      if (index < 10) expect(own).toBeCloseTo(1, 4)
      expect(own).toBeCloseTo(nearness[index]!, 4)
      expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 6)
      expect(Math.abs(probabilities[0]! - cached[index * 2]!)).toBeLessThan(1e-5)
    }
    const { extraction } = await worker.request('engines', { wanted: engine }).result
    expect(engine === 'auto' ? ['onnxruntime', 'wasm'] : [engine]).toContain(extraction)
  })

  test('extracts as the settings of each request say, unless its environment names an engine', async () => {
    const engineOf = async (worker: StartedWorker<TrainingTasks>, extraction: 'auto' | 'wasm'): Promise<string | undefined> => {
      const input = {
        backbone,
        cache: newCache(),
        images: await drawCopies(3),
        settings: { threads: 1, extraction, training: 'auto' as const, keys: {} },
      }
      return (await worker.request('extract', input).result).engine?.engine
    }
    const worker = startWorker()
    const usual = await engineOf(worker, 'auto')
    expect([await engineOf(worker, 'wasm'), await engineOf(worker, 'auto')]).toEqual(['wasm', usual])
    expect(await engineOf(startWorker({ GRAFT_ENGINE: 'wasm' }), 'auto')).toBe('wasm')
    expect(await engineOf(startWorker({ GRAFT_ENGINE: 'auto' }), 'wasm')).toBe(usual)
  })

  test('passes over what is there and names what cannot be read', async () => {
    const worker = startWorker()
    const [copies, cache] = [await drawCopies(12), newCache()]
    await worker.request('extract', { backbone, cache, images: copies.slice(0, 5) }).result
    await rm(copies[6]!.workingCopy)
    await truncate(copies[7]!.workingCopy, 500)
    const { missing } = await worker.request('cached', { cache, hashes: copies.map(({ hash }) => hash) }).result
    expect(missing).toEqual(copies.slice(5).map(({ hash }) => hash))
    const failed: string[] = []
    const result = await worker.request('extract', { backbone, cache, images: [...copies, copies[0]!] }, (event) =>
      failed.push(...event.failed.map(({ hash }) => hash)),
    ).result
    expect(result.extracted).toBe(5)
    expect(failed.sort()).toEqual([copies[6]!.hash, copies[7]!.hash].sort())
  })

  test('trains on cached features and predicts every validation and test image', async () => {
    const worker = startWorker()
    const [copies, cache] = [await drawCopies(40), newCache()]
    await worker.request('extract', { backbone, cache, images: copies }).result
    const rows = rowsOf(copies)
    const reports: EpochReport[] = []
    const input = { cache, variants: [], classCount: 2, rows, settings }
    const first = await worker.request('train', input, (report) => reports.push(report)).result
    const second = await startWorker().request('train', input).result
    expect(reports.length).toBe(20)
    expect(second.head).toEqual(first.head)
    expect(first.predictions.map(({ hash, part }) => [hash, part])).toEqual(
      rows.filter(({ part }) => part !== 'train').map(({ hash, part }) => [hash, part]),
    )
    expect(
      first.predictions.every(
        ({ probabilities }) => probabilities.length === 2 && Math.abs(probabilities[0]! + probabilities[1]! - 1) < 1e-6,
      ),
    ).toBe(true)
  })

  test('looks at photos in each of their variants, and learns from one of them an epoch', async () => {
    const worker = startWorker()
    const [copies, cache] = [await drawCopies(40), newCache()]
    const changes = Augmentation.parse({ flip: true, rotate: 40, brightness: 0.4 })
    const variation = (variant: number) => ({ changes, variant, key: `k-${variant}` })
    const pixels = { ...backbone, cut: 'pixels', featureDim: packedLength(16), variation: variation(2) }
    const ofPixels = { path: join(root, 'pixels.features'), dim: packedLength(16) }
    await worker.request('extract', { backbone: pixels, cache: ofPixels, images: copies.slice(0, 3) }).result
    for (const { hash, workingCopy } of copies.slice(0, 3)) {
      const expected = new Uint8Array(16 * 16 * 3)
      await writeNetworkInput(await readFile(workingCopy), 16, expected)
      changePicture(expected, 16, lookOfVariant(changes, hash, 2), expected)
      expect(unpackPixels(FeatureFile.open(ofPixels.path, ofPixels.dim).gather([hash]))).toEqual(expected)
    }
    await worker.request('extract', { backbone, cache, images: copies }).result
    const variants = await Promise.all(
      [1, 2].map(async (variant) => {
        const own = newCache()
        const toLearnFrom = copies.filter((_, index) => rowsOf(copies)[index]?.part === 'train')
        await worker.request('extract', { backbone: { ...backbone, variation: variation(variant) }, cache: own, images: toLearnFrom })
          .result
        return own
      }),
    )
    const trainWith = (own: readonly FeatureCache[]) =>
      worker.request('train', { cache, variants: own, classCount: 2, rows: rowsOf(copies), settings }).result
    const [plain, changed, again] = [await trainWith([]), await trainWith(variants), await trainWith(variants)]
    expect(again.head).toEqual(changed.head)
    expect(changed.head).not.toEqual(plain.head)
    // A variant that is the photo itself changes nothing: the order of the photos stays as it was.
    expect((await trainWith([cache])).head).toEqual(plain.head)
  })

  test('stopped keeps the best epoch, cancelled keeps nothing, and both can go on', async () => {
    const worker = startWorker()
    const [copies, cache] = [await drawCopies(40), newCache()]
    await worker.request('extract', { backbone, cache, images: copies }).result
    const input = { cache, variants: [], classCount: 2, rows: rowsOf(copies), settings: { ...settings, epochs: 1_000_000 } }
    const stopping = worker.request('train', input, ({ epoch }) => (epoch === 3 ? stopping.stop() : undefined))
    expect((await stopping.result).endedBecause).toBe('stopped-by-user')
    const cancelling = worker.request('train', input, ({ epoch }) => (epoch === 3 ? cancelling.cancel() : undefined))
    await expect(cancelling.result).rejects.toMatchObject({ code: 'CANCELLED' })
    const extracting = worker.request('extract', { backbone, cache: newCache(), images: await drawCopies(300) }, () => extracting.cancel())
    await expect(extracting.result).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(worker.request('cached', { cache, hashes: [] }).result).resolves.toEqual({ missing: [] })
  })

  test('gives signs of life during a long training', async () => {
    const worker = startWorker()
    const [copies, cache] = [await drawCopies(40), newCache()]
    await worker.request('extract', { backbone, cache, images: copies }).result
    const training = worker.request('train', {
      cache,
      variants: [],
      classCount: 2,
      rows: rowsOf(copies),
      settings: { ...settings, epochs: 10_000_000 },
    })
    const before = worker.signsOfLife
    while (worker.signsOfLife < before + 3) await new Promise((resolve) => setTimeout(resolve, 100))
    training.cancel()
    await expect(training.result).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('killed while it extracts leaves a file of whole records, which the next one goes on with', async () => {
    const worker = startWorker()
    const [copies, cache] = [await drawCopies(600), newCache()]
    const running = worker.request('extract', { backbone, cache, images: copies }, ({ done }) =>
      done >= 64 ? worker.process.kill('SIGKILL') : undefined,
    )
    await expect(running.result).rejects.toThrow('the worker has ended')
    const kept = FeatureFile.open(cache.path, 6).count
    expect(kept).toBeGreaterThanOrEqual(64)
    expect((await startWorker().request('extract', { backbone, cache, images: copies }).result).extracted).toBe(600 - kept)
  })

  test('with a damaged backbone says so, and works again once it is whole', async () => {
    const worker = startWorker()
    const folder = join(root, 'damaged')
    await mkdir(folder)
    const { hash } = await writeNetwork(folder, selfTestNetwork())
    const damaged = { ...backbone, id: 'damaged', hash, folder }
    const tensors = join(folder, 'tensors.bin')
    const whole = await readFile(tensors)
    await truncate(tensors, (await stat(tensors)).size - 4)
    const input = { backbone: damaged, cache: newCache(), images: await drawCopies(3) }
    await expect(worker.request('extract', input).result).rejects.toMatchObject({ code: 'BACKBONE_DAMAGED' })
    await writeFile(tensors, whole)
    expect((await worker.request('extract', input).result).extracted).toBe(3)
  })

  test('needs no more memory for a thousand photos than for two hundred', async () => {
    const worker = startWorker()
    const copies = await drawCopies(1000, [500, 375])
    const peak = async (): Promise<number> => {
      const before = worker.signsOfLife
      while (worker.signsOfLife < before + 2) await new Promise((resolve) => setTimeout(resolve, 50))
      return worker.peakBytes
    }
    await worker.request('extract', { backbone, cache: newCache(), images: copies.slice(0, 200) }).result
    const afterFew = await peak()
    await worker.request('extract', { backbone, cache: newCache(), images: copies }).result
    // A leak of one decoded picture each would be 450 MB.
    expect((await peak()) - afterFew).toBeLessThan(120e6)
  })

  test('ends without a report of its own when the process that started it is gone in the middle of extracting', async () => {
    const worker = startWorker()
    const gone = new Promise((resolve) => worker.process.once('exit', (code, signal) => resolve(signal ?? code)))
    const running = worker.request('extract', { backbone, cache: newCache(), images: await drawCopies(300) }, ({ done }) => {
      if (done >= 16 && worker.process.connected) worker.process.disconnect()
    })
    await expect(running.result).rejects.toThrow('the worker has ended')
    expect(await gone).toBe('SIGKILL')
  })
})
