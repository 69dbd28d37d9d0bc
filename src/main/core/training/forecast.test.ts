import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Recipe } from '../../contract/runs.ts'
import { recordSpeed } from '../features/speeds.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { aroundSpeed, headSpeed, networkSpeed, startSpeed, trainingSource } from './training-source.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(`a forecast${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, { timeout: 180_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => {
    studio = await testStudio()
    await drawFolder(join(studio.folder, 'photos'), { perClass: 10, classes: ['circle', 'stripes'] })
    await studio.client.project.create({ name: 'shapes' })
    const paths = [join(studio.folder, 'photos')]
    await studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone: null })).jobId, 'import')
    await studio.client.studio.changeSettings({ training: 'wasm' })
  }, 180_000)
  afterAll(async () => studio.close())

  const forecast = async (recipe: Parameters<TestStudio['client']['runs']['plan']>[0]['recipe']) =>
    (await studio.client.runs.forecast({ recipe: { backbone, ...recipe } })).seconds ?? NaN

  test('is not measured where nobody waits for it, and given up when a newer question or a training comes', async () => {
    const recipe = { backbone, mode: 'scratch', epochs: 1, batchSize: 4 } as const
    expect(await studio.client.runs.forecast({ recipe, measure: false })).toEqual({ seconds: null })
    const older = studio.client.runs.forecast({ recipe: { ...recipe, scratchPx: 96 } })
    const newer = studio.client.runs.forecast({ recipe: { ...recipe, scratchPx: 96 } })
    const { jobId } = await studio.client.runs.start({ recipe })
    expect(await older).toEqual({ seconds: null })
    expect(await newer).toEqual({ seconds: null })
    await studio.result(jobId, 'train')
  })

  test('is there on a machine that has never done anything of the kind, of every way to train', async () => {
    expect(await forecast({ epochs: 5 })).toBeGreaterThan(0)
    expect(await forecast({ mode: 'scratch', epochs: 2 })).toBeGreaterThan(0)
    expect(await forecast({ mode: 'fine-tune', blocks: 1, epochs: 2 })).toBeGreaterThan(0)
  })

  test('is what last time says: photos, epochs and what lies around them', async () => {
    const recipe = { backbone, mode: 'scratch', scratchPx: 96, epochs: 20 } as const
    const { parts } = await studio.client.runs.plan({ recipe })
    const source = await trainingSource(studio.context, Recipe.parse(recipe))
    const name = networkSpeed(source, source.features, 'wasm')
    recordSpeed(studio.context, `extract scratch to pixels`, parts.train + parts.validation + parts.test)
    recordSpeed(studio.context, name, parts.train / 3)
    recordSpeed(studio.context, aroundSpeed(name), parts.train / 7)
    recordSpeed(studio.context, startSpeed(name), 1 / 2)
    // A second of decoding, two until it begins, twenty epochs of three seconds, seven seconds around them.
    expect(await forecast(recipe)).toBeCloseTo(1 + 2 + 20 * 3 + 7, 5)
    recordSpeed(studio.context, headSpeed, 2 * parts.train)
    recordSpeed(studio.context, `extract ${backbone}`, (parts.train + parts.validation + parts.test) / 4)
    expect(await forecast({ epochs: 9 })).toBeCloseTo(4 + 9, 5)
  })
})
