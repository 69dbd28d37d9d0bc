import { expect, test } from 'vitest'
import { namedRecipes, recipeNameOf, recipeNames } from './named-recipes.ts'
import { AskedRecipe, Recipe } from './runs.ts'

const recipe = (settings: Partial<AskedRecipe>) => AskedRecipe.parse(settings)

test('a training that is told nothing is the quick one, as runs of all time have been', () => {
  expect(recipeNameOf(recipe({}))).toBe('quick')
  const old = '{"backbone":"efficientnet-lite0","epochs":30,"batchSize":16,"learningRate":0.001,"optimiser":"adam","patience":8,"seed":1}'
  expect(recipeNameOf(Recipe.parse(JSON.parse(old)))).toBe('quick')
})

test.each(recipeNames)('%s is called by its name on every network, split and seed, and no longer once a setting differs', (name) => {
  const own = { ...namedRecipes[name], backbone: 'my-net', seed: 9, splitSeed: 2, shares: { train: 0.6, validation: 0.2, test: 0.2 } }
  expect(recipeNameOf(recipe(own))).toBe(name)
  for (const other of [{ epochs: own.epochs + 1 }, { learningRate: 0.5 }, { schedule: 'cosine' }, { classWeights: 'balanced' }] as const)
    expect(recipeNameOf(recipe({ ...own, ...other }))).toBe('custom')
})

test('settings without a meaning in a mode take no name away', () => {
  expect(recipeNameOf(recipe({ blocks: 2, deeperBlocks: 9, scratchPx: 96 }))).toBe('quick')
  expect(recipeNameOf(recipe({ ...namedRecipes.thorough, deeperEpochs: 3, scratchPx: 96 }))).toBe('thorough')
  expect(recipeNameOf(recipe({ ...namedRecipes.thorough, deeperBlocks: 8 }))).toBe('custom')
  expect(recipeNameOf(recipe({ ...namedRecipes.scratch, scratchPx: 96 }))).toBe('custom')
})

test('thorough lets the last blocks learn behind the head, by steps that are smaller the lower they lie', () => {
  expect(namedRecipes.thorough).toMatchObject({ mode: 'fine-tune', blockRates: 'graded', schedule: 'one-cycle' })
  expect(namedRecipes.thorough.bodyRate).toBeLessThan(1)
})
