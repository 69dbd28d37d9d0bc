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
  `what more photos would bring${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`,
  { timeout: 180_000 },
  () => {
    let studio: TestStudio
    beforeAll(async () => {
      studio = await testStudio()
      await drawFolder(join(studio.folder, 'photos'), { perClass: 12, classes: ['circle', 'square', 'stripes'] })
      await studio.client.project.create({ name: 'shapes' })
      const paths = [join(studio.folder, 'photos')]
      await studio.result((await studio.client.images.import({ paths, labelFromFolders: true })).jobId, 'import')
    }, 180_000)
    afterAll(async () => studio.close())

    const measure = async () => studio.result((await studio.client.learningCurve.measure()).jobId, 'learning-curve')
    const get = () => studio.client.learningCurve.get()
    const hashesOf = async (name: string) => {
      const { id } = (await studio.client.classes.list()).find((each) => each.name === name)!
      return (await studio.client.images.list({ filter: { class: id }, offset: 0, limit: 100 })).images.map(({ hash }) => hash)
    }

    test('is not known before it was measured, and then told class by class, the largest gain first', async () => {
      expect(await get()).toBeNull()
      expect(await measure()).toEqual({ kind: 'learning-curve', images: 36 })
      const curve = (await get())!
      expect(curve).toMatchObject({ backbone, leftOut: [], labelsSince: 0, all: { more: curve.all.photos } })
      expect(curve.classes).toHaveLength(3)
      expect(curve.classes.map(({ gain }) => gain)).toEqual(curve.classes.map(({ gain }) => gain).toSorted((a, b) => b - a))
      for (const { now, low, gain, high, more, measured } of [curve.all, ...curve.classes]) {
        expect(low <= gain && gain <= high && now + high <= 1 && more > 0).toBe(true)
        expect(measured.map(({ photos }) => photos)).toEqual(measured.map(({ photos }) => photos).toSorted((a, b) => a - b))
      }
      await measure()
      expect(await get()).toMatchObject({ all: curve.all, classes: curve.classes })
    })

    test('stays as it was where it is measured anew and cancelled, and tells how far it is', async () => {
      const before = await get()
      const { jobId } = await studio.client.learningCurve.measure()
      expect(await studio.client.learningCurve.measure()).toEqual({ jobId })
      const told: (number | null)[] = []
      await studio.watch(jobId, (event) => {
        if (event.type !== 'job' || event.job.state.state !== 'running' || event.job.state.progress.step !== 'relearning') return
        told.push(event.job.state.progress.total)
        void studio.client.jobs.cancel({ jobId })
      })
      expect(told.length).toBeGreaterThan(0)
      expect((await studio.client.jobs.list()).find(({ id }) => id === jobId)?.state).toEqual({ state: 'cancelled', result: null })
      expect(await get()).toEqual(before)
    })

    test('names classes with too few photos, forgets those that are gone, and is refused where fewer than two are left', async () => {
      await studio.client.labels.set({ hashes: (await hashesOf('circle')).slice(5), classId: null })
      expect((await get())!.labelsSince).toBe(0)
      await measure()
      expect(await get()).toMatchObject({ leftOut: ['circle'], all: { photos: 24 } })
      const square = (await studio.client.classes.list()).find(({ name }) => name === 'square')!
      await studio.client.classes.delete({ id: square.id })
      expect((await get())!.classes).toHaveLength(1)
      expect(await studio.client.learningCurve.measure().catch(toWireError)).toEqual({
        code: 'TOO_FEW_TO_CHECK',
        details: { classes: 1, needed: 8 },
      })
      await studio.client.history.undo()
      expect((await get())!.classes).toHaveLength(2)
    })
  },
)
