import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { augmentationPresets } from '../../contract/augmentation.ts'
import { AskedRecipe, type RunSummary } from '../../contract/runs.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(
  `photos that are changed${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`,
  { timeout: 120_000 },
  () => {
    let studio: TestStudio
    beforeAll(async () => {
      studio = await testStudio()
      const photos = join(studio.folder, 'photos')
      await drawFolder(photos, { perClass: 10, classes: ['circle', 'square'] })
      await studio.client.project.create({ name: 'shapes' })
      const { jobId } = await studio.client.images.import({ paths: [photos], labelFromFolders: true, backbone })
      await studio.result(jobId, 'import')
    }, 120_000)
    afterAll(async () => studio.close())

    const usual = { ...augmentationPresets.usual, variants: 2 }
    const recipe = AskedRecipe.parse({ backbone, epochs: 3, augmentation: usual })
    const featureFiles = async (): Promise<string[]> => (await readdir(studio.context.project().files.features)).toSorted()
    const train = async (settings: Partial<AskedRecipe> = {}): Promise<RunSummary> => {
      const { jobId } = await studio.client.runs.start({ recipe: { ...recipe, ...settings }, engine: 'wasm' })
      return (await studio.result(jobId, 'train')).run
    }

    test('are looked at once in each look to learn from, which is kept and not looked at again', async () => {
      const plan = await studio.client.runs.plan({ recipe })
      expect(plan).toMatchObject({ problem: null, toExtract: plan.parts.train })
      const run = await train()
      expect(run).toMatchObject({ state: 'finished', network: null, recipe: { augmentation: usual } })
      const files = await featureFiles()
      expect(files).toHaveLength(3)
      expect((await studio.client.runs.plan({ recipe: { ...recipe, seed: 1, epochs: 9 } })).toExtract).toBe(0)
      // As many records of each look as photos to learn from: a header of 16 bytes, a hash, 1,280 floats and a checksum each.
      const sizes = await Promise.all(
        files.map(async (file) => (await readFile(join(studio.context.project().files.features, file))).length),
      )
      expect(sizes.map((size) => (size - 16) / (32 + 1280 * 4 + 4)).toSorted((a, b) => a - b)).toEqual([
        plan.parts.train,
        plan.parts.train,
        20,
      ])
      // The same seed gives the same answers; what is torn off is looked at again.
      const evaluate = async (id: string) => (await studio.client.runs.evaluate({ run: id })).mistakes
      await rm(join(studio.context.project().files.features, files[1]!))
      const again = await train()
      expect([again.validation, again.test, await evaluate(again.id)]).toEqual([run.validation, run.test, await evaluate(run.id)])
      expect(await featureFiles()).toEqual(files)
    })

    test('without any change are those of a run that knows of none', async () => {
      const [plain, off] = [await train({ augmentation: null }), await train({ augmentation: augmentationPresets.off })]
      expect([off.validation, off.test, off.bestEpoch]).toEqual([plain.validation, plain.test, plain.bestEpoch])
      const losses = async ({ id }: RunSummary) =>
        (await studio.client.runs.get({ run: id })).epochs.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])
      expect(await losses(off)).toEqual(await losses(plain))
      expect(await losses(await train({ augmentation: { ...augmentationPresets.off, mixup: 0.4 } }))).not.toEqual(await losses(plain))
    })

    test('are mixed and kept for blocks that learn, and changed while it learns where all of a small network does', async () => {
      const before = (await featureFiles()).length
      const tuned = await train({ mode: 'fine-tune', blocks: 1, epochs: 1, augmentation: { ...usual, variants: 1, mixup: 0.2 } })
      expect(tuned.state).toBe('finished')
      expect(await featureFiles()).toHaveLength(before + 2)
      const small = await train({ mode: 'scratch', epochs: 1, augmentation: { ...usual, erase: 1, mixup: 0.2 } })
      expect(small.state).toBe('finished')
      expect(await featureFiles()).toHaveLength(before + 3)
    })

    test('can be seen before any training, of each class in turn, the same for the same draw', async () => {
      const looks = await studio.client.runs.looks({ recipe, photos: 4 })
      const classes = await Promise.all(looks.map(async ({ hash }) => (await studio.client.images.get({ hash })).classId))
      expect([classes[0] === classes[2], classes[1] === classes[3], classes[0] === classes[1]]).toEqual([true, true, false])
      expect(new Set(looks.map(({ hash }) => hash)).size).toBe(4)
      for (const { seen } of looks) expect(seen).toMatch(/^data:image\/png;base64,iVBOR/)
      expect(await studio.client.runs.looks({ recipe, photos: 4 })).toEqual(looks)
      expect(await studio.client.runs.looks({ recipe, photos: 4, draw: 2 })).not.toEqual(looks)
      const plain = await studio.client.runs.looks({ recipe: { ...recipe, augmentation: null }, photos: 4 })
      const [first] = plain
      const { picture } = await studio.client.images.seen({ hash: first!.hash, backbone })
      expect(first?.seen).toBe(picture)
      const small = await studio.client.runs.looks({ recipe: { ...recipe, mode: 'scratch', augmentation: null }, photos: 1 })
      // PNG: the width stands in bytes 16 to 20.
      expect(Buffer.from(small[0]!.seen.split(',')[1]!, 'base64').readUInt32BE(16)).toBe(64)
    })

    test('leave out what cannot be read', async () => {
      const [gone] = await studio.client.runs.looks({ recipe, photos: 1 })
      const { files } = studio.context.project()
      await rm(join(files.workingCopies, gone!.hash.slice(0, 2), `${gone!.hash}.jpg`))
      expect((await studio.client.runs.looks({ recipe, photos: 4 })).map(({ hash }) => hash)).not.toContain(gone!.hash)
    })

    test('leave no look behind once they are deleted for good', async () => {
      const { features } = studio.context.project().files
      const hash = (await studio.client.runs.looks({ recipe, photos: 6 })).at(-1)!.hash
      const holding = async (): Promise<number> => {
        const files = await Promise.all((await featureFiles()).map((file) => readFile(join(features, file))))
        return files.filter((bytes) => bytes.includes(Buffer.from(hash, 'hex'))).length
      }
      expect(await holding()).toBeGreaterThan(1)
      await studio.client.images.trash({ hashes: [hash] })
      await studio.result((await studio.client.images.erase({ hashes: [hash] })).jobId, 'empty-trash')
      expect(await holding()).toBe(0)
    })
  },
)
