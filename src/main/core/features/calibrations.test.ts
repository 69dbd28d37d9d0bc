import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWireError } from '../../contract/errors.ts'
import { featuresKey } from '../../contract/worker/training-tasks.ts'
import { backboneFiles } from '../backbones/backbone-files.ts'
import { int8Form } from '../backbones/int8-form.ts'
import { projectFiles } from '../project/project-files.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { extractionOptions, readCalibration } from './calibrations.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(`a calibration${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, { timeout: 180_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => {
    studio = await testStudio()
    await drawFolder(join(studio.folder, 'photos'), { perClass: 12, classes: ['circle', 'stripes'] })
    await studio.client.project.create({ name: 'shapes' })
    const paths = [join(studio.folder, 'photos')]
    await studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone: null })).jobId, 'import')
  }, 180_000)
  afterAll(async () => studio.close())

  const offer = async () => (await studio.client.backbones.list()).find(({ id }) => id === backbone)!.int8
  const files = () => backboneFiles({ resourcesDir: checkoutResources }, backbone)

  test('measures layouts, tells how far it is, keeps the fastest, and goes along with every request from then on', async () => {
    expect(readCalibration(studio.context, files())).toBeNull()
    expect(extractionOptions(studio.context, files())).not.toHaveProperty('layout')
    expect(await offer()).toEqual({ timesAsFast: null })
    const { jobId } = await studio.client.backbones.calibrate({ id: backbone })
    const steps: number[] = []
    await studio.watch(jobId, (event) => {
      if (event.type === 'job' && event.job.state.state === 'running') steps.push(event.job.state.progress.done)
    })
    expect(steps.length).toBeGreaterThan(1)
    const kept = readCalibration(studio.context, files())
    expect(kept?.photosPerSecond).toBeGreaterThan(1)
    const { lanes, threadsPerLane, batch } = kept!.layout
    expect(lanes * threadsPerLane).toBeLessThanOrEqual(2)
    expect([1, 2, 4, 8]).toContain(batch)
    expect(extractionOptions(studio.context, files()).layout).toEqual(kept!.layout)
    // The form in 8 bits goes through in the same layout.
    expect(extractionOptions(studio.context, int8Form({ resourcesDir: checkoutResources }, files())!).layout).toEqual(kept!.layout)
  })

  test('of other cores is another one, and a damaged file counts as none', async () => {
    await studio.client.studio.changeSettings({ threads: 1 })
    expect(readCalibration(studio.context, files())).toBeNull()
    await studio.client.studio.changeSettings({ threads: null })
    expect(readCalibration(studio.context, files())).not.toBeNull()
    const file = join(studio.context.dataDir, 'calibrations.json')
    await writeFile(file, '{"half')
    expect(readCalibration(studio.context, files())).toBeNull()
  })

  test('decides whether 8 bits are offered; a run in them is tried like any other and refused as an export', async () => {
    const recipe = { backbone, precision: 'int8', epochs: 5 } as const
    const plan = await studio.client.runs.plan({ recipe })
    if (plan.problem !== null) {
      // A processor on which it is wrong or no faster.
      expect(plan.problem.code).toBe('INT8_NOT_OFFERED')
      expect(await offer()).toBeNull()
      return
    }
    expect((await offer())?.timesAsFast).toBeGreaterThanOrEqual(1.2)
    expect(plan.toExtract).toBe(24)
    const { jobId, runId } = await studio.client.runs.start({ recipe })
    const { run } = await studio.result(jobId, 'train')
    expect(run).toMatchObject({
      state: 'finished',
      backboneHash: featuresKey(int8Form({ resourcesDir: checkoutResources }, files())!),
      engine: { extraction: 'onnxruntime' },
    })
    // A file of its own: the numbers of the two forms are never mixed.
    const names = readdirSync(projectFiles(studio.context.project().files.root).features)
    expect(names.some((name) => name.startsWith(`${files().hash}-int8-`))).toBe(true)
    expect(names.some((name) => name.startsWith(`${files().hash}-p`))).toBe(false)

    const tests = (await studio.client.runs.evaluate({ run: runId })).test
    expect(tests.n).toBeGreaterThan(0)
    const [circle] = readdirSync(join(studio.folder, 'photos', 'circle'))
    const [answer] = await studio.client.runs.predict({ run: runId, files: [join(studio.folder, 'photos', 'circle', circle!)] })
    expect(answer?.probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)

    const refused = await studio.client.exporting.start({ run: runId, format: 'tfjs', out: join(studio.folder, 'out') }).catch(toWireError)
    expect(refused).toMatchObject({ code: 'RUN_IN_INT8', details: { run: 1 } })
    // What is imported next is looked at by what was trained with last.
    await drawFolder(join(studio.folder, 'more'), { perClass: 2, classes: ['square'] })
    const paths = [join(studio.folder, 'more')]
    await studio.result((await studio.client.images.import({ paths, labelFromFolders: true })).jobId, 'import')
    expect((await studio.client.runs.plan({ recipe })).toExtract).toBe(0)
  })
})
