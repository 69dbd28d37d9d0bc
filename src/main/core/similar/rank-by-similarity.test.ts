import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWireError } from '../../contract/errors.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { rankBySimilarity } from './rank-by-similarity.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(
  `photos that look like one${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`,
  { timeout: 120_000 },
  () => {
    let studio: TestStudio
    beforeAll(async () => {
      studio = await testStudio()
      await drawFolder(join(studio.folder, 'photos'), { perClass: 8, classes: ['circle', 'stripes'] })
      await studio.client.project.create({ name: 'shapes' })
      await add('photos')
    }, 120_000)
    afterAll(async () => studio.close())

    const add = async (folder: string) => {
      const paths = [join(studio.folder, folder)]
      return studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone: null })).jobId, 'import')
    }
    const list = async (filter: Parameters<typeof studio.client.images.list>[0]['filter'] = {}) =>
      (await studio.client.images.list({ filter, offset: 0, limit: 100 })).images

    test('cannot be told before a network has looked at it, and can afterwards', async () => {
      const [first] = await list()
      const refused = await studio.client.images.list({ filter: { similarTo: first!.hash }, offset: 0, limit: 9 }).catch(toWireError)
      expect(refused).toEqual({ code: 'FEATURES_MISSING', details: { image: first!.name } })
      expect(await studio.client.features.state()).toMatchObject({ images: 16, missing: 16 })
      const { extracted } = await studio.result((await studio.client.features.extract()).jobId, 'features')
      expect(extracted).toBe(16)
      expect(await studio.client.features.state()).toMatchObject({ images: 16, missing: 0 })
      expect((await list({ similarTo: first!.hash }))[0]!.hash).toBe(first!.hash)
    })

    test('come the most similar first: those of its own shape before the others, whatever order was asked for', async () => {
      const all = await list()
      const [first] = all
      const like = await list({ similarTo: first!.hash })
      expect(new Set(like.map(({ hash }) => hash))).toEqual(new Set(all.map(({ hash }) => hash)))
      expect(like.slice(0, 6).every(({ classId }) => classId === first!.classId)).toBe(true)
      const order = { by: 'name', descending: true } as const
      const named = await studio.client.images.list({ filter: { similarTo: first!.hash }, order, offset: 0, limit: 100 })
      expect(named.images).toEqual(like)
      const nearest = await studio.client.images.similar({ hash: first!.hash, limit: 5 })
      expect(nearest.images.map(({ image }) => image)).toEqual(like.slice(1, 6))
      expect(nearest.images.map(({ similarity }) => similarity)).toEqual(
        nearest.images
          .map(({ similarity }) => similarity)
          .toSorted()
          .reverse(),
      )
    })

    test('can be narrowed down like any others, without what lies in the trash', async () => {
      const [first] = await list()
      const other = (await studio.client.classes.list()).find(({ id }) => id !== first!.classId)!
      const like = await list({ similarTo: first!.hash, class: other.id })
      expect(like).toHaveLength(8)
      const hashes = await studio.client.images.hashes({ filter: { similarTo: first!.hash, class: other.id }, offset: 0, limit: 100 })
      expect(hashes).toEqual(like.map(({ hash }) => hash))
      await studio.client.images.trash({ hashes: [like[0]!.hash] })
      expect(await list({ similarTo: first!.hash, class: other.id })).toEqual(like.slice(1))
      await studio.client.history.undo()
    })

    test('that were added later are in it once a network has looked at them too', async () => {
      const [first] = await list()
      await drawFolder(join(studio.folder, 'more'), { perClass: 2, classes: ['square'] })
      await add('more')
      expect(await list({ similarTo: first!.hash })).toHaveLength(16)
      expect((await studio.client.images.similar({ hash: first!.hash, limit: 3 })).missing).toBe(2)
      await studio.result((await studio.client.features.extract()).jobId, 'features')
      expect(await list({ similarTo: first!.hash })).toHaveLength(18)
    })

    test('are not compared for somebody who has gone already, and are for whoever asks next', async () => {
      const [first] = await list()
      const gone = AbortSignal.abort(new Error('gone'))
      const { context } = studio
      await expect(rankBySimilarity(context, context.project(), first!.hash, gone)).rejects.toThrow('gone')
      expect(await list({ similarTo: first!.hash })).toHaveLength(18)
    })

    test('of a photo that was deleted for good are refused', async () => {
      const last = (await list()).at(-1)!
      expect(await list({ similarTo: last.hash })).toHaveLength(18)
      await studio.client.images.trash({ hashes: [last.hash] })
      await studio.result((await studio.client.images.erase({})).jobId, 'empty-trash')
      const refused = await studio.client.images.similar({ hash: last.hash, limit: 3 }).catch(toWireError)
      expect(refused).toEqual({ code: 'IMAGE_NOT_FOUND', details: { image: last.hash } })
      expect(await studio.client.features.state()).toMatchObject({ images: 17, missing: 0 })
    })

    test('of a photo that is not there are refused', async () => {
      const hash = 'f'.repeat(64)
      expect(await studio.client.images.similar({ hash, limit: 3 }).catch(toWireError)).toMatchObject({ code: 'IMAGE_NOT_FOUND' })
    })
  },
)
