import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWireError } from '../../contract/errors.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { drawSample } from './draw-sample.ts'

const wanted = ['efficientnet-lite0', 'mobilenet-v2-035']
const there = readdirSync(join(checkoutResources, 'backbones'))
const missing = wanted.filter((id) => !there.includes(id))

describe.skipIf(missing.length > 0)(
  `the comparison of starting networks${missing.length > 0 ? ` (skipped: ${missing.join(' and ')} were not fetched)` : ''}`,
  { timeout: 180_000 },
  () => {
    let studio: TestStudio
    beforeAll(async () => {
      studio = await testStudio()
      await drawFolder(join(studio.folder, 'photos'), { perClass: 10, classes: ['circle', 'square', 'stripes'] })
      await studio.client.project.create({ name: 'shapes' })
      const paths = [join(studio.folder, 'photos')]
      await studio.result((await studio.client.images.import({ paths, labelFromFolders: true })).jobId, 'import')
    }, 180_000)
    afterAll(async () => studio.close())
    const { get, advise } = { get: () => studio.client.adviser.get(), advise: () => studio.client.adviser.advise() }

    test('asks every network of this machine about the same photos and names the one first that is right most often', async () => {
      expect(await get()).toBeNull()
      const result = await studio.result((await advise()).jobId, 'advise')
      const ready = (await studio.client.backbones.list()).filter(({ state }) => state === 'ready').map(({ id }) => id)
      expect(result.networks).toBe(ready.length)
      const advice = (await get())!
      expect(advice).toMatchObject({ images: 30, labelsSince: 0 })
      expect(advice.scores.map(({ backbone }) => backbone).sort()).toEqual(ready.sort())
      const right = advice.scores.map(({ probe }) => probe.accuracy)
      expect(right).toEqual(right.toSorted((a, b) => b - a))
      expect(right[0]).toBeGreaterThan(0.6)
      expect(advice.scores.map(({ p }) => p === null)).toEqual(ready.map((_, place) => place === 0))
      for (const { probe, neighbours } of advice.scores) expect([probe.n, neighbours.n]).toEqual([30, 30])
      await studio.result((await advise()).jobId, 'advise')
      expect((await get())!.scores.map(({ probe, logEvidence }) => [probe, logEvidence])).toEqual(
        advice.scores.map(({ probe, logEvidence }) => [probe, logEvidence]),
      )
    })

    test('leaves the advice as it was where it is cancelled', async () => {
      const before = await get()
      const { jobId } = await advise()
      expect(await advise()).toEqual({ jobId })
      await studio.client.jobs.cancel({ jobId })
      await studio.watch(jobId, () => undefined)
      expect((await studio.client.jobs.list()).find(({ id }) => id === jobId)?.state).toEqual({ state: 'cancelled', result: null })
      expect((await get())!.scores).toEqual(before!.scores)
    })

    test('is refused where fewer than two classes have photos enough', async () => {
      const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 100 })
      const square = (await studio.client.classes.list()).find(({ name }) => name === 'square')!
      await studio.client.labels.set({
        hashes: images.filter(({ classId }) => classId !== square.id).map(({ hash }) => hash),
        classId: null,
      })
      expect(await advise().catch(toWireError)).toEqual({ code: 'ONE_CLASS_ONLY', details: { class: 'square' } })
    })
  },
)

test('the photos that networks are asked about are as many of each class, of those that look nearly the same one, and always the same', () => {
  const images = Array.from({ length: 1000 }, (_, imageId) => ({
    ...{ imageId, hash: String((imageId * 7919) % 1000).padStart(64, '0'), classId: imageId < 900 ? 1 : 2 },
    groupId: imageId < 20 ? 1 : null,
  }))
  const sample = drawSample(images)
  expect(sample.filter(({ classId }) => classId === 1)).toHaveLength(150)
  expect(sample.filter(({ classId }) => classId === 2)).toHaveLength(100)
  expect(sample.filter(({ groupId }) => groupId === 1).length).toBeLessThanOrEqual(1)
  expect(drawSample(images.toReversed())).toEqual(sample)
})
