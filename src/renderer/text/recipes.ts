import { recipeNameOf, recipeNames, type RecipeName } from '../../main/contract/named-recipes.ts'
import { batchNormOf, deeperPhase, type AskedRecipe } from '../../main/contract/runs.ts'
import { countOf } from './numbers.ts'

/** More blocks than any network has: all of it learns. */
export const everyBlock = 100

/** `last block`, `last 4 blocks`, `all blocks`. */
function blocksText(blocks: number): string {
  if (blocks >= everyBlock) return 'all blocks'
  return blocks === 1 ? 'last block' : `last ${countOf(blocks, 'block')}`
}

/** `the last 4 blocks`, `all blocks`. */
export function blocksWords(blocks: number): string {
  return blocks >= everyBlock ? 'all blocks' : `the ${blocksText(blocks)}`
}

/** `last 4 blocks, then 8`. */
function phasesText(recipe: AskedRecipe): string {
  const deeper = deeperPhase(recipe)
  const then = deeper === null ? '' : `, then ${deeper.blocks >= everyBlock ? 'all' : String(deeper.blocks)}`
  return `${blocksText(recipe.blocks)}${then}`
}

/** Recipes by name, each with what it does and when it is worth it. */
export const recipeWords = {
  legend: 'Recipe',
  names: { quick: 'Quick', thorough: 'Thorough', scratch: 'From scratch', custom: 'Custom' } satisfies Record<
    RecipeName | 'custom',
    string
  >,
  hints: {
    quick: 'Only a new last step learns. Often all it takes.',
    thorough: 'The end of the network learns too, in small steps. For some hundred photos unlike everyday ones; on others rarely better.',
    scratch: 'A small network that has seen no photo yet, to compare with.',
    custom: 'As set under Advanced.',
  } satisfies Record<RecipeName | 'custom', string>,
} as const

/** All that are offered, in order. */
export const recipeChoices: readonly (RecipeName | 'custom')[] = [...recipeNames, 'custom']

/** How a run's recipe is called. */
export function recipeNameText(recipe: AskedRecipe): string {
  return recipeWords.names[recipeNameOf(recipe)]
}

/** What a training starts from and what learns of it, e.g. `Balanced, last 4 blocks`; a recipe with a name by that. `network`: how the starting network is called. */
export function recipeText(recipe: AskedRecipe, network: string): string {
  const { mode, scratchPx, precision } = recipe
  if (recipeNameOf(recipe) === 'thorough') return `${network}, thorough`
  switch (mode) {
    case 'head':
      return precision === 'int8' ? `${network}, 8 bits` : network
    case 'fine-tune':
      return `${network}, ${phasesText(recipe)}${batchNormOf(recipe) === 'trained' ? ', normalisation' : ''}`
    case 'scratch':
      return `from scratch, ${scratchPx} px`
    default:
      return mode satisfies never
  }
}

export const learnsWords = {
  legend: 'What learns',
  slow: 'With WebAssembly this takes minutes.',
  toEngine: 'Install a faster engine',
  blocks: 'Blocks that learn',
  blocksHint: 'Counted from the end of the network; as many as it has: all of it',
  headEpochs: 'Last step alone first',
  headEpochsHint: 'Passes in which only the new last step learns; few leave the blocks more to learn',
  bodyRate: 'Their step size',
  bodyRateHint: 'As a share of the learning rate, so that they do not forget',
  blockRates: 'Step sizes of the blocks',
  blockRateChoices: [
    { value: 'even', name: 'Alike', hint: 'All blocks that learn take the same steps' },
    { value: 'graded', name: 'Graded', hint: 'The first block takes that step, each later one a larger one, up to that of the last step' },
  ] satisfies { value: AskedRecipe['blockRates']; name: string; hint: string }[],
  blockRatesHint:
    'The lower a block lies, the more general is what it sees, and the less should it change (discriminative learning rates).',
  deeper: 'Then go deeper',
  deeperNo: 'No',
  deeperTwice: (blocks: number) => countOf(blocks, 'block'),
  deeperAll: 'All',
  deeperHint:
    'More of the network then goes on with small steps. It helps with photos unlike everyday ones, and takes several times as long.',
  deeperBlocks: 'Blocks that learn then',
  deeperBlocksHint: 'Counted from the end; more than those that learn first',
  deeperEpochs: 'Epochs then',
  deeperEpochsHint: 'Passes after the first ones are done',
  deeperRate: 'Step size then',
  deeperRateHint: 'As a share of the steps before',
  batchNorm: 'Let normalisation learn too',
  batchNorms: [
    { value: 'frozen', name: 'No', hint: 'Batch normalisation stays as the starting network has it' },
    { value: 'trained', name: 'Yes', hint: 'Batch normalisation is given back to the blocks that learn, and learns with them' },
  ] satisfies { value: AskedRecipe['batchNorm']; name: string; hint: string }[],
  batchNormHint:
    'How strongly each part of the network speaks then adapts too (BatchNorm). Worth trying with hundreds of photos unlike everyday ones, such as X-rays.',
  scratchPx: 'Picture size',
  scratchPxHint: 'Side of the square that the small network looks at',
  precision: 'Looks at photos in',
  precisions: [
    { value: 'float32', name: 'Full precision', hint: '32-bit floating point; can be exported' },
    { value: 'int8', name: '8 bits', hint: 'Whole numbers of 8 bits; cannot be exported' },
  ] satisfies { value: AskedRecipe['precision']; name: string; hint: string }[],
  precisionHint: (offer: { readonly timesAsFast: number | null } | null) => {
    if (offer === null) return 'On this computer 8 bits is no faster, or not right: choose full precision.'
    const { timesAsFast } = offer
    const speed =
      timesAsFast === null ? 'may be faster; that is measured once it is chosen' : `is ${timesAsFast.toFixed(1)} times as fast here`
    return `8 bits ${speed}, and about as good. For trying things out: a run in 8 bits cannot be exported.`
  },
} as const

/** How much learns, each with what to expect of it. */
export const learnsChoices = [
  { value: 'head', name: 'Last step', hint: 'Takes seconds. The right choice to begin with, and for few photos.' },
  {
    value: 'fine-tune',
    name: 'More of it',
    hint: 'The end of the network learns too (fine-tuning). Takes minutes; may pay with some hundred photos unlike everyday ones.',
  },
  {
    value: 'scratch',
    name: 'From nothing',
    hint: 'A small network that has seen no photo before. It shows what the starting network is worth.',
  },
] satisfies { value: AskedRecipe['mode']; name: string; hint: string }[]

/** What learned in a run, for the line under its curves. */
export function learnedText(recipe: AskedRecipe): string {
  if (recipe.mode === 'head') return 'new last layer only'
  return recipe.mode === 'scratch' ? 'all of it learned' : `${phasesText(recipe)} learned too`
}
