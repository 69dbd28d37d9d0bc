import { AskedRecipe, type Recipe } from './runs.ts'

/** Recipes that people choose by name: `quick` is what a training does that is told nothing. */
export const recipeNames = ['quick', 'thorough', 'scratch'] as const
export type RecipeName = (typeof recipeNames)[number]

/** Settings that one way to train has, and the others do not. */
export const settingsOfMode = {
  'fine-tune': ['blocks', 'headEpochs', 'bodyRate', 'blockRates', 'deeperBlocks', 'deeperEpochs', 'deeperRate', 'batchNorm'],
  scratch: ['scratchPx'],
  head: ['precision'],
} as const satisfies Record<AskedRecipe['mode'], readonly (keyof AskedRecipe)[]>

/** What is trained on, and with which luck: no part of how it is trained, so that it goes with every name. */
const apart = ['backbone', 'precision', 'seed', 'splitSeed', 'shares'] as const satisfies readonly (keyof AskedRecipe)[]
export type HowTrained = Omit<AskedRecipe, (typeof apart)[number]>

function howTrained(recipe: AskedRecipe): HowTrained {
  const { backbone: _backbone, precision: _precision, seed: _seed, splitSeed: _splitSeed, shares: _shares, ...how } = recipe
  return how
}

/** Every setting of how a training of that name goes; what it says nothing of has its default. */
export const namedRecipes: Readonly<Record<RecipeName, HowTrained>> = {
  quick: howTrained(AskedRecipe.parse({})),
  thorough: howTrained(
    AskedRecipe.parse({
      mode: 'fine-tune',
      blockRates: 'graded',
      epochs: 4,
      patience: 0,
      learningRate: 0.0001,
      schedule: 'one-cycle',
    }),
  ),
  // Nothing is known to it beforehand, so that it needs many more passes.
  scratch: howTrained(AskedRecipe.parse({ mode: 'scratch', epochs: 100, patience: 15 })),
}

/** The named recipe of each way to train. */
export const recipeOfMode = { head: 'quick', 'fine-tune': 'thorough', scratch: 'scratch' } as const satisfies Record<
  AskedRecipe['mode'],
  RecipeName
>

/** What of a recipe has a meaning in its mode, in a fixed order. */
function meaningOf(recipe: AskedRecipe | HowTrained): string {
  const { mode, deeperBlocks } = recipe
  const foreign: readonly string[] = Object.entries(settingsOfMode).flatMap(([owner, settings]) => (owner === mode ? [] : settings))
  const unused: readonly string[] = deeperBlocks === 0 ? ['deeperEpochs', 'deeperRate'] : []
  const means = Object.entries(recipe).filter(([name]) => ![...apart, ...foreign, ...unused].includes(name))
  return JSON.stringify(means.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** The name that stands for all of a recipe's settings that have a meaning in its mode; `custom` where none does. */
export function recipeNameOf(recipe: AskedRecipe | Recipe): RecipeName | 'custom' {
  const meaning = meaningOf(recipe)
  return recipeNames.find((name) => meaningOf(namedRecipes[name]) === meaning) ?? 'custom'
}
