import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { namedRecipes, recipeNameOf } from '../../contract/named-recipes.ts'
import type { JobEvent, Notice } from '../../contract/jobs.ts'
import type { AskedRecipe, RunSummary } from '../../contract/runs.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { readPredictions } from './run-rows.ts'

const backbone = 'mobilenet-v2-035'
/** Chromium's software Vulkan, which `npm test` finds. */
const hasSoftwareAdapter = process.env['VK_ICD_FILENAMES'] !== undefined
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(
  `more than a head${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`,
  { timeout: 180_000 },
  () => {
    let studio: TestStudio
    beforeAll(async () => {
      studio = await testStudio()
      const photos = join(studio.folder, 'photos')
      await drawFolder(photos, { perClass: 12, classes: ['circle', 'square'] })
      await studio.client.project.create({ name: 'shapes' })
      const { jobId } = await studio.client.images.import({ paths: [photos], labelFromFolders: true, backbone })
      await studio.result(jobId, 'import')
    }, 180_000)
    afterAll(async () => studio.close())

    const recipeOf = (settings: Partial<AskedRecipe>) => ({ backbone, epochs: 2, ...settings })
    const train = async (settings: Partial<AskedRecipe>): Promise<{ run: RunSummary; events: readonly JobEvent[] }> => {
      const { jobId } = await studio.client.runs.start({ recipe: recipeOf(settings), engine: 'wasm' })
      const events = await studio.watch(jobId)
      return { run: (await studio.result(jobId, 'train')).run, events }
    }
    const networks = async (): Promise<string[]> => readdir(studio.context.project().files.networks)

    /** What the run says of its test photos now, beside what it said at the end of its training. */
    async function expectSameAnswers(run: RunSummary): Promise<void> {
      const stored = readPredictions(studio.context.project().db, run.id, 'test')
      const answers = await studio.client.runs.predict({ run: run.id, files: stored.map(({ sourcePath }) => sourcePath) })
      for (const [index, { probabilities }] of stored.entries())
        for (const [place, probability] of probabilities.entries())
          expect(Math.abs((answers[index]?.probabilities[place]?.probability ?? NaN) - probability)).toBeLessThan(1e-4)
    }

    test('the last block learns from what comes out before it, and the network is kept with the run', async () => {
      const plan = await studio.client.runs.plan({ recipe: recipeOf({ mode: 'fine-tune', blocks: 1 }) })
      expect(plan).toMatchObject({ problem: null, toExtract: 24 })
      // Nothing like it was trained here before: a short one is measured.
      await studio.client.studio.changeSettings({ training: 'wasm' })
      expect((await studio.client.runs.forecast({ recipe: recipeOf({ mode: 'fine-tune', blocks: 1 }) })).seconds).toBeGreaterThan(0)
      const speeds = JSON.parse(readFileSync(join(studio.context.dataDir, 'speeds.json'), 'utf8')) as Record<string, number>
      expect(Object.entries(speeds).find(([what]) => what.startsWith('train-network'))?.[1]).toBeGreaterThan(0)
      const { run, events } = await train({ mode: 'fine-tune', blocks: 1 })
      expect(run).toMatchObject({ state: 'finished', engine: { training: 'wasm' }, network: { inputSizePx: 224, featureDim: 1280 } })
      expect(run.versions['wasm']).toMatch(/^\d+\.\d+\.\d+, CPU$/)
      expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2)
      expect(await networks()).toEqual([run.id])
      await expectSameAnswers(run)
      // What was extracted is kept, and how long it takes is known now.
      await studio.client.studio.changeSettings({ training: 'wasm' })
      const again = await studio.client.runs.plan({ recipe: recipeOf({ mode: 'fine-tune', blocks: 1 }) })
      expect(again.toExtract).toBe(0)
      const { seconds } = await studio.client.runs.forecast({ recipe: recipeOf({ mode: 'fine-tune', blocks: 1 }), measure: false })
      expect(seconds).toBeGreaterThan(0)
    })

    test('a learning rate is found for the last block, by steps of which nothing is kept', async () => {
      const before = await networks()
      const recipe = recipeOf({ mode: 'fine-tune', blocks: 1, headEpochs: 0, batchSize: 4, dropout: 0.2, classWeights: 'sampled' })
      const { points, suggestion } = await studio.client.runs.findRate({ recipe, engine: 'wasm' })
      expect(points.length).toBeGreaterThan(20)
      expect(Math.max(...points.slice(10).map(({ smoothed }) => smoothed))).toBeGreaterThan(
        Math.min(...points.map(({ smoothed }) => smoothed)),
      )
      expect(suggestion?.rate).toBeGreaterThan(1e-6)
      expect(suggestion?.rate).toBeLessThan(1)
      expect(await networks()).toEqual(before)
    })

    test('the recipe Thorough is trained with all it says, under its name', async () => {
      const { run, events } = await train({ ...namedRecipes.thorough, blocks: 1, epochs: 2 })
      expect(run).toMatchObject({ state: 'finished', recipe: { blockRates: 'graded', schedule: 'one-cycle' } })
      expect(recipeNameOf(run.recipe)).toBe('custom')
      expect(recipeNameOf({ ...run.recipe, blocks: namedRecipes.thorough.blocks, epochs: namedRecipes.thorough.epochs })).toBe('thorough')
      expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2)
      await expectSameAnswers(run)
    })

    test('a second phase learns from an earlier cut, extracted beforehand as well; the epochs go on, and the network answers as the run says', async () => {
      const settings = { mode: 'fine-tune', blocks: 2, deeperBlocks: 3, deeperEpochs: 2 } as const
      const plan = await studio.client.runs.plan({ recipe: recipeOf(settings) })
      expect(plan).toMatchObject({ problem: null, toExtract: 24 })
      const { run, events } = await train(settings)
      expect(run).toMatchObject({ state: 'finished', recipe: { deeperRate: 0.3 }, network: { featureDim: 1280 } })
      const told = events.flatMap((event): (number | Notice)[] =>
        event.type === 'epoch' ? [event.report.epoch] : event.type === 'notice' ? [event.notice] : [],
      )
      expect(told).toEqual([1, 2, { kind: 'deeper', epoch: 3, blocks: 3 }, 3, 4])
      expect((await studio.client.runs.get({ run: run.id })).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
      const progress = events.flatMap((event) =>
        event.type === 'job' && event.job.state.state === 'running' && event.job.state.progress.step === 'training'
          ? [event.job.state.progress]
          : [],
      )
      expect(progress.at(-1)).toMatchObject({ done: 4, total: 4 })
      await expectSameAnswers(run)
      // Both phases have a speed of their own, which the next forecast takes.
      const speeds = JSON.parse(readFileSync(join(studio.context.dataDir, 'speeds.json'), 'utf8')) as Record<string, number>
      const names = Object.keys(speeds).filter((what) => what.startsWith('train-network') && what.includes('block'))
      expect(names.length).toBeGreaterThanOrEqual(2)
      expect((await studio.client.runs.plan({ recipe: recipeOf(settings) })).toExtract).toBe(0)
    })

    test('both cuts are counted in the forecast, and a second phase that cannot be deeper is told before anything begins', async () => {
      const seconds = async (settings: Partial<AskedRecipe>) =>
        (await studio.client.runs.forecast({ recipe: recipeOf({ mode: 'fine-tune', blocks: 2, ...settings }) })).seconds ?? NaN
      expect(await seconds({ deeperBlocks: 3, deeperEpochs: 50 })).toBeGreaterThan(await seconds({}))
      const whole = await studio.client.runs.plan({ recipe: recipeOf({ mode: 'fine-tune', blocks: 60, deeperBlocks: 80 }) })
      expect(whole.problem).toMatchObject({ code: 'INVALID_INPUT', details: { reason: expect.stringContaining('fewer than 60 blocks') } })
    })

    test('stopped in its second phase, it keeps the best of both', async () => {
      const settings = { mode: 'fine-tune', blocks: 2, deeperBlocks: 3, deeperEpochs: 500, patience: 0, epochs: 1 } as const
      const { jobId } = await studio.client.runs.start({ recipe: recipeOf(settings), engine: 'wasm' })
      await studio.watch(jobId, (event) => {
        if (event.type === 'epoch' && event.report.epoch === 2) void studio.client.jobs.stop({ jobId })
      })
      const { run } = await studio.result(jobId, 'train')
      expect(run).toMatchObject({ state: 'stopped', endedBecause: 'stopped-by-user' })
      const { epochs } = await studio.client.runs.get({ run: run.id })
      const best = epochs.reduce((least, each) => (each.validationLoss < least.validationLoss ? each : least))
      expect(run.bestEpoch).toBe(best.epoch)
      await expectSameAnswers(run)
    })

    test('with batch normalisation that learns, the network that is kept answers as the one that was judged', async () => {
      const { run } = await train({ mode: 'fine-tune', blocks: 2, batchNorm: 'trained' })
      expect(run).toMatchObject({ state: 'finished', recipe: { batchNorm: 'trained' } })
      await expectSameAnswers(run)
    })

    test('a network from nothing needs no starting network, and answers for its own size of pictures', async () => {
      const { run } = await train({ mode: 'scratch', backbone: 'mobilenet-v1-100' })
      expect(run).toMatchObject({ state: 'finished', network: { inputSizePx: 64, featureDim: 128 } })
      await expectSameAnswers(run)
    })

    test('a run that is deleted takes its network along', async () => {
      const { run } = await train({ mode: 'scratch' })
      expect(await networks()).toContain(run.id)
      await studio.client.runs.delete({ run: run.id })
      await expect.poll(networks).not.toContain(run.id)
    })

    test('a network that is gone is told by the run that it belongs to', async () => {
      const { run } = await train({ mode: 'scratch' })
      await rm(join(studio.context.project().files.networks, run.id), { recursive: true })
      const [stored] = readPredictions(studio.context.project().db, run.id, 'test')
      await expect(studio.client.runs.predict({ run: run.id, files: [stored?.sourcePath ?? ''] })).rejects.toMatchObject({
        code: 'BACKBONE_MISSING',
        details: { backbone: `run ${run.number}` },
      })
    })

    test('cancelled, it keeps no run and no half-written network', async () => {
      const before = await networks()
      const { jobId } = await studio.client.runs.start({ recipe: recipeOf({ mode: 'scratch', epochs: 500, patience: 0 }), engine: 'wasm' })
      let cancelled = false
      await studio.watch(jobId, (event) => {
        if (event.type !== 'epoch' || cancelled) return
        cancelled = true
        void studio.client.jobs.cancel({ jobId })
      })
      expect(await networks()).toEqual(before)
    })

    test('an engine that is asked for and not installed is told, and the run stays with its reason', async () => {
      const { jobId, runId } = await studio.client.runs.start({ recipe: recipeOf({ mode: 'scratch' }), engine: 'tfjs-node-gpu' })
      await expect(studio.result(jobId, 'train')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
      expect((await studio.client.runs.get({ run: runId })).run).toMatchObject({ state: 'failed', error: { code: 'ENGINE_UNAVAILABLE' } })
    })

    test.skipIf(!hasSoftwareAdapter)('on a graphics adapter a network learns, and the run names it', async () => {
      vi.stubEnv('GRAFT_SOFTWARE_ADAPTER', '1')
      const other = await testStudio()
      try {
        const photos = join(other.folder, 'photos')
        await drawFolder(photos, { perClass: 4, classes: ['circle', 'square'] })
        await other.client.project.create({ name: 'shapes' })
        await other.client.studio.changeSettings({ extraction: 'onnxruntime' })
        await other.result((await other.client.images.import({ paths: [photos], labelFromFolders: true, backbone })).jobId, 'import')
        const recipe = recipeOf({ mode: 'scratch', epochs: 1 })
        const { jobId } = await other.client.runs.start({ recipe, engine: 'webgpu' })
        const events = await other.watch(jobId)
        const { run } = await other.result(jobId, 'train')
        expect(run).toMatchObject({ state: 'finished', engine: { training: 'webgpu' } })
        expect(run.versions['webgpu']).toMatch(/^\d+\.\d+\.\d+ on webgpu \d.*, SwiftShader/)
        expect(events.filter(({ type }) => type === 'notice')).toEqual([])
        expect(await other.client.studio.info()).toMatchObject({
          engine: { extraction: 'onnxruntime', networks: { engine: 'webgpu' }, adapter: { state: 'found' } },
        })
      } finally {
        vi.unstubAllEnvs()
        await other.close()
      }
    })
  },
)
