import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWireError } from '../../contract/errors.ts'
import { defaultBackbone } from '../backbones/backbone-files.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'

const backbone = defaultBackbone(checkoutResources)
const hasBackbone = readdirSync(join(checkoutResources, 'backbones')).includes(backbone)

describe.skipIf(!hasBackbone)(
  `a check of the labels${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`,
  { timeout: 180_000 },
  () => {
    let studio: TestStudio
    beforeAll(async () => {
      studio = await testStudio()
      await drawFolder(join(studio.folder, 'photos'), { perClass: 14, classes: ['circle', 'square', 'stripes'] })
      await studio.client.project.create({ name: 'shapes' })
      const paths = [join(studio.folder, 'photos')]
      await studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone })).jobId, 'import')
    }, 180_000)
    afterAll(async () => studio.close())

    const check = async () => studio.result((await studio.client.doubts.check()).jobId, 'check-labels')
    const list = () => studio.client.doubts.list({ limit: 100 })
    const classId = async (name: string) => (await studio.client.classes.list()).find((each) => each.name === name)!.id
    const imagesOf = async (name: string) =>
      (await studio.client.images.list({ filter: { class: await classId(name) }, offset: 0, limit: 100 })).images

    test('finds a label that is wrong, says what it looks like, and shows photos of both classes', async () => {
      const [wrong] = await imagesOf('circle')
      await studio.client.labels.set({ hashes: [wrong!.hash], classId: await classId('stripes') })
      const result = await check()
      expect(result.images).toBe(42)
      const { check: found, doubts } = await list()
      expect(doubts[0]).toMatchObject({ image: { hash: wrong!.hash }, likelyId: await classId('circle') })
      expect(found).toMatchObject({ backbone, images: 42, leftOut: [], labelsSince: 0 })
      const classIds = [await classId('stripes'), await classId('circle')]
      const similar = await studio.client.doubts.similar({ hash: wrong!.hash, classIds, limit: 3 })
      expect(similar.map((each) => each.classId)).toEqual(classIds)
      for (const each of similar) {
        expect(each.images).toHaveLength(3)
        expect(each.images.every((image) => image.classId === each.classId && image.hash !== wrong!.hash)).toBe(true)
      }
      await studio.client.history.undo()
      expect((await list()).doubts.map(({ image }) => image.hash)).not.toContain(wrong!.hash)
    })

    test('leaves the list as it was where it is cancelled, and tells how far it is', async () => {
      const before = await list()
      const { jobId } = await studio.client.doubts.check()
      expect(await studio.client.doubts.check()).toEqual({ jobId })
      const steps: (string | number | null)[][] = []
      await studio.watch(jobId, (event) => {
        if (event.type !== 'job' || event.job.state.state !== 'running') return
        const { step, done, total } = event.job.state.progress
        steps.push([step, done, total])
        if (step === 'checking' && done === 2) void studio.client.jobs.cancel({ jobId })
      })
      expect(steps).toContainEqual(['checking', 2, 10])
      expect((await studio.client.jobs.list()).find(({ id }) => id === jobId)?.state).toEqual({ state: 'cancelled', result: null })
      expect(await list()).toEqual(before)
    })

    test('leaves a class out that has too few photos, and is refused where fewer than two have enough', async () => {
      const circles = await imagesOf('circle')
      await studio.client.labels.set({ hashes: circles.slice(4).map(({ hash }) => hash), classId: null })
      await check()
      expect((await list()).check).toMatchObject({ images: 28, leftOut: ['circle'] })
      const squares = await imagesOf('square')
      await studio.client.labels.set({ hashes: squares.slice(2).map(({ hash }) => hash), classId: null })
      expect(await studio.client.doubts.check().catch(toWireError)).toEqual({
        code: 'TOO_FEW_TO_CHECK',
        details: { classes: 1, needed: 5 },
      })
      await studio.client.history.undo()
      await studio.client.history.undo()
    })
  },
)
