import { expect, test } from 'vitest'
import { augmentationPresets, changesOf, presetOf } from './augmentation.ts'
import { AskedRecipe, batchNormOf, deeperPhase, mostEpochs, Recipe } from './runs.ts'

test('the recipe of a run from before a second phase and batch normalisation were settings means what it meant', () => {
  const old =
    '{"backbone":"efficientnet-lite0","mode":"fine-tune","blocks":4,"bodyRate":0.1,"scratchPx":64,"epochs":30,"batchSize":16,"learningRate":0.001,"optimiser":"adam","patience":8,"seed":1,"shares":{"train":0.7,"validation":0.15,"test":0.15}}'
  const recipe = Recipe.parse(JSON.parse(old))
  expect([deeperPhase(recipe), mostEpochs(recipe), batchNormOf(recipe)]).toEqual([null, 30, 'frozen'])
})

test('the recipe of a run from before schedules, decay, smoothing and class weights were settings means what it meant', () => {
  const old = '{"backbone":"efficientnet-lite0","epochs":30,"batchSize":16,"learningRate":0.001,"optimiser":"adam","patience":8,"seed":1}'
  expect(Recipe.parse(JSON.parse(old))).toMatchObject({
    schedule: 'constant',
    optimiser: 'adam',
    weightDecay: 0,
    labelSmoothing: 0,
    classWeights: 'none',
  })
})

test('the recipe of a run from before photos were changed means what it meant, and a named choice is known by its numbers', () => {
  const old = '{"backbone":"efficientnet-lite0","mode":"scratch","epochs":30,"learningRate":0.001,"optimiser":"adam","seed":1}'
  const recipe = Recipe.parse(JSON.parse(old))
  expect([recipe.augmentation, changesOf(recipe), changesOf({ ...recipe, mode: 'head' })]).toEqual([null, 'simple', null])
  expect(changesOf({ ...recipe, augmentation: { ...augmentationPresets.off, mixup: 0.4 } })).toBe(null)
  const stored = Recipe.parse(JSON.parse(JSON.stringify({ ...recipe, augmentation: { ...augmentationPresets.usual, variants: 8 } })))
  expect(presetOf(stored.augmentation!)).toBe('usual')
  expect(presetOf({ ...augmentationPresets.usual, rotate: 11 })).toBe(null)
})

test('weights decay with AdamW and SGD, and not with Adam', () => {
  const asked = (optimiser: AskedRecipe['optimiser'], weightDecay: number) => AskedRecipe.safeParse({ optimiser, weightDecay }).success
  expect([asked('adamw', 0.01), asked('sgd', 1), asked('adam', 0), asked('adam', 0.01), asked('sgd', 1.1)]).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

test('a second phase has to be deeper than the first', () => {
  const asked = (blocks: number, deeperBlocks: number) => AskedRecipe.safeParse({ mode: 'fine-tune', blocks, deeperBlocks }).success
  expect([asked(4, 0), asked(4, 5), asked(4, 4), asked(100, 100)]).toEqual([true, true, false, false])
})

test('what only fine-tuning has is nothing in the other modes', () => {
  const recipe = (mode: AskedRecipe['mode']) => AskedRecipe.parse({ mode, deeperBlocks: 8, deeperEpochs: 5, batchNorm: 'trained' })
  expect(mostEpochs(recipe('fine-tune'))).toBe(35)
  for (const mode of ['head', 'scratch'] as const) {
    expect(mostEpochs(recipe(mode))).toBe(30)
    expect(batchNormOf(recipe(mode))).toBe('frozen')
  }
})
