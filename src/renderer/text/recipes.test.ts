import { expect, test } from 'vitest'
import { namedRecipes } from '../../main/contract/named-recipes.ts'
import { type AskedRecipe, Recipe } from '../../main/contract/runs.ts'
import { runForTests } from '../state/run-for-tests.ts'
import { settingsOf } from '../state/run-differences.ts'
import { noticeText } from './notices.ts'
import { learnedText, recipeText } from './recipes.ts'
import { runSettings, trainWords } from './train.ts'

const fineTune = (settings: Partial<AskedRecipe>) => Recipe.parse({ backbone: 'net', mode: 'fine-tune', ...settings })

test.each([
  [{}, 'Balanced, last 4 blocks'],
  [{ blocks: 1, deeperBlocks: 3 }, 'Balanced, last block, then 3'],
  [{ deeperBlocks: 100, batchNorm: 'trained' }, 'Balanced, last 4 blocks, then all, normalisation'],
  [{ blocks: 100 }, 'Balanced, all blocks'],
] as const)('of %j it is said what learns: %s', (settings, words) => {
  expect(recipeText(fineTune(settings), 'Balanced')).toBe(words)
})

test('a recipe with a name is told by it, and one that differs in a setting by what learns', () => {
  const thorough = Recipe.parse({ backbone: 'net', ...namedRecipes.thorough })
  expect(recipeText(thorough, 'Balanced')).toBe('Balanced, thorough')
  expect(recipeText({ ...thorough, epochs: 1 }, 'Balanced')).toBe('Balanced, last 4 blocks')
  const told = (recipe: Recipe) => new Map(runSettings(runForTests(1, { recipe }), 'Balanced'))
  expect(told(thorough).get('Recipe')).toBe('Thorough')
  expect(told(thorough).get('Their step size')).toBe('0.1 of the learning rate, more for later blocks')
  expect(told({ ...thorough, epochs: 1 }).get('Recipe')).toBe('Custom')
  expect(settingsOf(runForTests(1, { recipe: thorough }))).toMatchObject({
    recipe: 'Thorough',
    learns: 'the last 4 blocks, at 0.1 and more of the rate',
  })
  const alone = (headEpochs: number) => settingsOf(runForTests(1, { recipe: { ...thorough, headEpochs } })).learns
  expect(alone(2)).toBe('the last step alone for 2 epochs, then the last 4 blocks, at 0.1 and more of the rate')
  expect(alone(0)).toBe('from the class counts, the last 4 blocks, at 0.1 and more of the rate')
})

test('a second phase and normalisation that learns are told wherever a run is told', () => {
  const recipe = fineTune({ deeperBlocks: 8, deeperEpochs: 12, deeperRate: 0.2, batchNorm: 'trained' })
  expect(learnedText(recipe)).toBe('last 4 blocks, then 8 learned too')
  expect(trainWords.passes(recipe)).toContain('Then up to 12 more, deeper.')
  const run = runForTests(1, { recipe })
  const settings = new Map(runSettings(run, 'Balanced'))
  expect(settings.get('Then go deeper')).toBe('the last 8 blocks, up to 12 epochs, at 0.2 of the steps before')
  expect(settings.get('Let normalisation learn too')).toBe('yes')
  expect(settings.get('Epochs')).toMatch(/^at most 42/)
  expect(settingsOf(run).learns).toBe(
    'the last 4 blocks, at 0.1 of the rate; then the last 8 blocks, up to 12 epochs, at 0.2 of that; batch normalisation too',
  )
  expect(noticeText({ kind: 'deeper', epoch: 31, blocks: 8 })).toBe('From epoch 31 on, the last 8 blocks learn.')
  expect(noticeText({ kind: 'deeper', epoch: 31, blocks: 100 })).toBe('From epoch 31 on, all blocks learn.')
})

test('how steps are chosen is told in words, decay only where weights decay', () => {
  const told = (recipe: Partial<Recipe>) => new Map(runSettings(runForTests(1, {}, recipe), 'Balanced'))
  const usual = told({})
  expect([usual.get('Schedule'), usual.get('Weight decay'), usual.get('Label smoothing'), usual.get('Rare classes')]).toEqual([
    'even (constant)',
    undefined,
    'none',
    'count as they are',
  ])
  const other = told({ schedule: 'one-cycle', optimiser: 'adamw', weightDecay: 0.01, labelSmoothing: 0.1, classWeights: 'balanced' })
  expect([other.get('Schedule'), other.get('Optimiser'), other.get('Weight decay')]).toEqual(['up and down (one cycle)', 'AdamW', '0.01'])
  expect([other.get('Label smoothing'), other.get('Rare classes')]).toEqual(['0.1', 'count more (class weights)'])
})
