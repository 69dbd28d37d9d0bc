import { describe, expect, test } from 'vitest'
import { namedRecipes, recipeNames } from '../../contract/named-recipes.ts'
import { Recipe } from '../../contract/runs.ts'
import type { Evidence } from './evidence.ts'
import { judgeTraining } from './judge-training.ts'

/** A training of 200 photos of two classes whose losses fall by `fall` of themselves with each epoch. */
function training(recipe: Partial<Recipe>, { from = 0.45, fall = 0.12 } = {}): Evidence {
  const parsed = Recipe.parse({ backbone: 'efficientnet-lite0', ...recipe })
  const epochs = Array.from({ length: parsed.epochs }, (_, index) => {
    const loss = 0.1 + from * (1 - fall) ** index
    return { epoch: index + 1, trainLoss: loss, trainAccuracy: 0.85, validationLoss: loss + 0.05, validationAccuracy: 0.85 }
  })
  const classes = [1, 2].map((id) => ({ id, name: `class ${id}`, train: 100, validation: 25, test: 25 }))
  const confusion = [
    [44, 6],
    [6, 44],
  ]
  return {
    epochs,
    recipe: parsed,
    ended: 'completed',
    classes,
    confusion,
    labelCheck: { images: 200, estimatedWrong: 0, listed: 0 },
    lookAlikes: { sure: 0, perhaps: 0 },
  }
}
const kinds = (evidence: Evidence): readonly string[] => judgeTraining(evidence).findings.map(({ kind }) => kind)

describe('of a training whose curves are good', () => {
  test.each(recipeNames)('the rate and the length of the recipe %s are not blamed, while it runs and after', (name) => {
    const evidence = training(namedRecipes[name])
    expect(kinds(evidence)).toEqual([])
    for (let epochs = 1; epochs < evidence.epochs.length; epochs++)
      expect(kinds({ ...evidence, ended: 'running', epochs: evidence.epochs.slice(0, epochs), confusion: null })).toEqual([])
  })
})

test('a network whose head has learned before moves by small steps, but not by any', () => {
  const { thorough } = namedRecipes
  const slow = (learningRate: number, headEpochs = 30) => kinds(training({ ...thorough, headEpochs, learningRate }, { fall: 0.001 }))
  expect(slow(0.0001)).toEqual([])
  expect(slow(0.00001)).toEqual(['rate-too-low'])
  // What begins with a head that knows nothing has all of the way to go.
  expect(slow(0.0001, 0)).toEqual(['rate-too-low'])
})

test('few epochs are blamed where the rate stays as it is, not where a network goes on and it falls to nothing', () => {
  const { thorough } = namedRecipes
  expect(kinds(training({ ...thorough, schedule: 'constant' }))).toEqual(['underfitting'])
  expect(kinds(training({ ...thorough, schedule: 'cosine' }))).toEqual([])
  expect(kinds({ ...training(thorough), ended: 'stopped-by-user' })).toEqual(['underfitting'])
  // More of them that still fall would have gone on falling, and a head that knows nothing needs more than a few.
  expect(kinds(training({ ...thorough, epochs: 12 }, { fall: 0.05 }))).toEqual(['underfitting'])
  expect(kinds(training({ epochs: 4, schedule: 'cosine' }))).toEqual(['underfitting'])
})
