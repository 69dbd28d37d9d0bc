import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { namedRecipes, recipeNameOf } from '../../contract/named-recipes.ts'
import { AskedRecipe, Recipe, type RunSummary } from '../../contract/runs.ts'
import { sweepRecipes } from '../../contract/sweeps.ts'
import { writeScores } from '../adviser/score-rows.ts'
import { recordSpeed } from '../features/speeds.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { inOrder } from './plan-sweep.ts'
import { findRepeats } from './repeats.ts'
import { headSpeed } from './training-source.ts'

describe('the trainings of a sweep', () => {
  const base = AskedRecipe.parse({ seed: 3, epochs: 12 })

  test('are every combination, on the split of the form, and one from nothing a seed', () => {
    const recipes = sweepRecipes(base, { backbones: ['a', 'b'], modes: ['head', 'scratch'], seeds: [3, 4] })
    expect(recipes.map(({ backbone, mode, seed }) => [backbone, mode, seed])).toEqual([
      ['a', 'head', 3],
      ['a', 'head', 4],
      ['b', 'head', 3],
      ['b', 'head', 4],
      ['a', 'scratch', 3],
      ['a', 'scratch', 4],
    ])
    expect(recipes.every(({ splitSeed }) => splitSeed === 3)).toBe(true)
    expect(sweepRecipes({ ...base, splitSeed: 9 }, { backbones: ['a'], modes: ['head'], seeds: [1] })[0]?.splitSeed).toBe(9)
  })

  test('have the settings of the form where they are of its way to train, and else those of the named recipe', () => {
    const thorough = AskedRecipe.parse({
      ...namedRecipes.thorough,
      learningRate: 0.0002,
      shares: { train: 0.6, validation: 0.2, test: 0.2 },
    })
    const recipes = sweepRecipes(thorough, { backbones: ['a'], modes: ['head', 'fine-tune', 'scratch'], seeds: [1] })
    expect(recipes.map(recipeNameOf)).toEqual(['quick', 'custom', 'scratch'])
    expect(recipes.map(({ learningRate, epochs }) => [learningRate, epochs])).toEqual([
      [0.001, 30],
      [0.0002, 4],
      [0.001, 100],
    ])
    expect(recipes.every(({ shares }) => shares.test === 0.2)).toBe(true)
  })

  test('go by what they should get right, then by their time; what one extracts the next one has, and the sum says so', () => {
    const features = (seconds: number | null) => [{ features: 'of a network', seconds }]
    const one = { problem: null, expected: { by: 'nothing' }, extraction: features(10), learning: 1 } as const
    const plan = inOrder([
      { ...one, index: 0, learning: 2 },
      { ...one, index: 1 },
      { ...one, index: 2, expected: { by: 'advice', right: 0.9 }, learning: 7 },
      { ...one, index: 3, expected: { by: 'runs', right: 0.95, runs: 2 }, learning: null },
      { ...one, index: 4, problem: { code: 'NO_LABELS', details: {} } },
    ])
    expect(plan.trainings.map(({ index, seconds }) => [index, seconds])).toEqual([
      [3, null],
      [2, 7],
      [1, 1],
      [4, null],
      [0, 2],
    ])
    expect(plan).toMatchObject({ seconds: 10, unknown: 1 })
  })
})

describe('runs that differ by their seed alone', () => {
  const run = (number: number, right: number, recipe: object = {}, changes: Partial<RunSummary> = {}): RunSummary =>
    ({
      id: `run-${number}`,
      number,
      state: 'finished',
      splitId: 1,
      backboneHash: 'hash',
      recipe: Recipe.parse({ backbone: 'some-network', splitSeed: 1, ...recipe }),
      test: { accuracy: right, low: 0, high: 1, n: 100 },
      ...changes,
    }) as RunSummary

  test('are told with mean and spread, the same seed once', () => {
    const listed = [run(4, 0.9, { seed: 2 }), run(3, 0.94, { seed: 3 }), run(2, 0.92, { seed: 1 }), run(1, 0.2, { seed: 1 })]
    const [repeats, ...others] = findRepeats(listed)
    expect(others).toEqual([])
    expect(repeats).toMatchObject({ runs: ['run-2', 'run-3', 'run-4'], worst: 0.9, best: 0.94, photos: 100 })
    expect(repeats!.mean).toBeCloseTo(0.92, 12)
    expect(repeats!.deviation).toBeCloseTo(0.02, 12)
    // 4.302652729749462 * 0.02 / sqrt(3)
    expect(repeats!.high - repeats!.mean).toBeCloseTo(0.0496827, 6)
  })

  test('are no group on another split, with another setting, another network, without a result, or stopped before its end', () => {
    const others = [
      run(5, 0.9, { seed: 2 }, { splitId: 2 }),
      run(4, 0.9, { seed: 3, epochs: 5 }),
      run(3, 0.9, { seed: 4 }, { backboneHash: 'other' }),
      run(2, 0.9, { seed: 5 }, { test: null }),
      run(6, 0.9, { seed: 6 }, { state: 'stopped' }),
    ]
    expect(findRepeats([...others, run(1, 0.9)])).toEqual([])
  })

  test('are found where the first one was started without saying its split', () => {
    expect(findRepeats([run(2, 0.9, { seed: 2 }), run(1, 0.8, { seed: 1, splitSeed: undefined })])).toHaveLength(1)
  })
})

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(`a sweep${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, { timeout: 180_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => {
    studio = await testStudio()
    await drawFolder(join(studio.folder, 'photos'), { perClass: 10, classes: ['circle', 'stripes'] })
    await studio.client.project.create({ name: 'shapes' })
    const paths = [join(studio.folder, 'photos')]
    await studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone })).jobId, 'import')
  }, 180_000)
  afterAll(async () => studio.close())

  const recipes = (seeds: readonly number[], settings: object = {}) => [
    ...sweepRecipes(AskedRecipe.parse({ epochs: 4, ...settings }), { backbones: [backbone], modes: ['head'], seeds }),
  ]

  test('is trained in its order on one split, and told as a group', async () => {
    const started = await studio.client.sweeps.start({ recipes: recipes([1, 2, 3]) })
    for (const { jobId } of started) await studio.result(jobId, 'train')
    const runs = (await studio.client.runs.list()).toReversed()
    expect(runs.map(({ id }) => id)).toEqual(started.map(({ runId }) => runId))
    expect(runs.map(({ recipe }) => recipe.seed)).toEqual([1, 2, 3])
    expect(new Set(runs.map(({ splitId }) => splitId)).size).toBe(1)
    expect(await studio.client.sweeps.repeats()).toMatchObject([{ runs: runs.map(({ id }) => id) }])
  })

  test('is planned with a time for each, and by what the comparison of the networks says', async () => {
    recordSpeed(studio.context, headSpeed, 1000)
    const { parts } = await studio.client.runs.plan({ recipe: { backbone } })
    const seconds = (parts.train * 2 * 4) / 1000
    const asked = { recipes: recipes([1, 2]) }
    const before = await studio.client.sweeps.plan(asked)
    expect(before.trainings.map(({ expected }) => expected.by)).toEqual(['runs', 'runs'])
    writeScores(studio.context.project().db, [{ backbone, scoredAtMs: 1, probe: '1101', neighboursRight: 3, logEvidence: 0 }])
    const plan = await studio.client.sweeps.plan(asked)
    expect(plan.trainings.map(({ expected }) => expected)).toEqual([
      { by: 'advice', right: 0.75 },
      { by: 'advice', right: 0.75 },
    ])
    expect(plan.seconds).toBeCloseTo(2 * seconds, 9)
  })

  test('of which one cannot start starts none', async () => {
    const before = await studio.client.runs.list()
    const asked = [...recipes([5]), { ...recipes([6])[0]!, backbone: 'no-such-network' }]
    await expect(studio.client.sweeps.start({ recipes: asked })).rejects.toMatchObject({ code: 'BACKBONE_UNKNOWN' })
    expect(await studio.client.runs.list()).toEqual(before)
    const { trainings } = await studio.client.sweeps.plan({ recipes: asked })
    expect(trainings.map(({ problem }) => problem?.code ?? null)).toEqual([null, 'BACKBONE_UNKNOWN'])
  })
})
